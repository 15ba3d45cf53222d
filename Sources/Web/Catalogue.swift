import FoundationEssentials

/// All texts that people read, by language, from `Locales/<language>/<area>.json`.
///
/// A key is the area and the path in its file: `pages.signIn.title`. A text has places such as `{name}`; a counted text is an object of
/// plural forms with the place `{count}`.
public struct Catalogue: Sendable {
  public enum Entry: Hashable, Sendable {
    case text(String)
    case plural([PluralCategory: String])
  }

  private let bundle: Bundle
  private let loaded: Snapshot
  public let strict: Bool

  public init(bundle: Bundle, strict: Bool) throws {
    self.bundle = bundle
    self.strict = strict
    loaded = try bundle.isEmbedded ? Snapshot.embedded.get() : Snapshot(bundle: bundle)
  }

  /// All keys of a language with what they say.
  public func entries(_ language: Language) -> [String: Entry] { current.entries[language] ?? [:] }

  public func entry(_ key: String, in language: Language) -> Entry? { current.entries[language]?[key] }

  /// An area as its elements read it: the JSON object of its file, safe inside a script element.
  public func json(of area: String, in language: Language) -> SafeHTML {
    guard let text = current.areas[language]?[area] else {
      rule(!strict, "There are no texts \(area) in \(language)")
      return SafeHTML(trusted: "{}")
    }
    return SafeHTML(trusted: text)
  }

  /// The texts as they are now. In development a changed file counts from the next page on, and one that cannot be read leaves the
  /// texts as they were.
  var current: Snapshot {
    guard bundle.isReloaded else { return loaded }
    return (try? Snapshot(bundle: bundle)) ?? loaded
  }
}

extension Catalogue {
  /// All files of texts, read at one moment.
  struct Snapshot: Sendable {
    var entries: [Language: [String: Catalogue.Entry]] = [:]
    var areas: [Language: [String: String]] = [:]

    static let embedded = Result { try Snapshot(bundle: .embedded()) }

    init(bundle: Bundle) throws {
      for path in bundle.paths(under: "Locales/") where path.hasSuffix(".json") {
        let parts = path.split(separator: "/")
        guard parts.count == 3, let language = Language(rawValue: String(parts[1])), let file = bundle[path] else { continue }
        let area = String(parts[2].dropLast(".json".count))
        let text = file.text
        let tree = try JSONDecoder().decode(TextTree.self, from: Data(text.utf8))
        tree.collect(under: area, into: &entries[language, default: [:]])
        // A "<" only stands inside strings of JSON; escaped it cannot end the script element.
        areas[language, default: [:]][area] = text.replacing("<", with: "\\u003c")
      }
    }
  }
}

/// A file of texts as it is written.
private enum TextTree: Decodable {
  case text(String)
  case branch([String: TextTree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .branch(try container.decode([String: TextTree].self))
    }
  }

  func collect(under key: String, into entries: inout [String: Catalogue.Entry]) {
    switch self {
    case .text(let text): entries[key] = .text(text)
    case .branch(let children):
      if let forms = plural(children) {
        entries[key] = .plural(forms)
      } else {
        for (name, child) in children { child.collect(under: "\(key).\(name)", into: &entries) }
      }
    }
  }

  private func plural(_ children: [String: TextTree]) -> [PluralCategory: String]? {
    guard children["other"] != nil else { return nil }
    var forms: [PluralCategory: String] = [:]
    for (name, child) in children {
      guard let category = PluralCategory(rawValue: name), case .text(let text) = child else { return nil }
      forms[category] = text
    }
    return forms
  }
}
