import Base
import Mustache

/// The catalogue in one language.
public struct Texts: Sendable {
  public let language: Language
  private let snapshot: Catalogue.Snapshot
  private let strict: Bool

  init(language: Language, catalogue: Catalogue) {
    self.language = language
    snapshot = catalogue.current
    strict = catalogue.strict
  }

  /// A text without places.
  public subscript(key: String) -> String { self[key, [:]] }

  /// A text with its places filled.
  public subscript(key: String, arguments: [String: String]) -> String {
    guard case .text(let text) = entry(key) else { return key }
    return Self.fill(text, arguments)
  }

  /// A counted text in the form that the number asks for.
  public func counted(_ key: String, _ count: Int, _ arguments: [String: String] = [:]) -> String {
    guard case .plural(let forms) = entry(key), let form = forms[language.plural(count)] ?? forms[.other] else { return key }
    return Self.fill(form, arguments.merging(["count": String(count)]) { given, _ in given })
  }

  /// What somebody who ran into it reads.
  public subscript(refusal: Refusal) -> String {
    var arguments = refusal.arguments
    if let seconds = refusal.retryAfterSeconds {
      arguments["seconds"] = String(seconds)
      arguments["minutes"] = String((seconds + 59) / 60)
    }
    return self["refusal.\(refusal.reason.rawValue)", arguments]
  }

  public subscript(reason: Refusal.Reason) -> String { self[Refusal(reason)] }

  private func entry(_ key: String) -> Catalogue.Entry? {
    if let entry = snapshot.entries[language]?[key] { return entry }
    rule(!strict, "There is no text \(key) in \(language)")
    return snapshot.entries[.english]?[key]
  }

  /// The text without any complaint that it is missing: a step of a path is none.
  fileprivate func plain(_ key: String) -> String? {
    if case .text(let text) = snapshot.entries[language]?[key] { text } else { nil }
  }

  private static func fill(_ text: String, _ arguments: [String: String]) -> String {
    guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
    var filled = ""
    var rest = text[...]
    // One pass, so that braces in what somebody typed are never taken for places.
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      filled += rest[..<open]
      filled += arguments[name] ?? String(rest[open...close])
      rest = rest[rest.index(after: close)...]
    }
    return filled + rest
  }
}

/// `{{t.pages.signIn.title}}` in a template: each name is a step, the last one a text.
struct TextPlace: MustacheParent {
  let texts: Texts
  let path: String

  func child(named name: String) -> Any? {
    let key = path.isEmpty ? name : "\(path).\(name)"
    return texts.plain(key) ?? TextPlace(texts: texts, path: key)
  }
}

extension TextPlace: MustacheCustomRenderable {
  /// Only reached when the path ends here without being a text.
  var renderText: String { texts[path] }
  var isNull: Bool { false }
}
