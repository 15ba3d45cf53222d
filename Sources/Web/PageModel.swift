import Mustache

/// Stops when a rule of pages is broken, with its words: an optimised build keeps those of `fatalError` only.
func rule(_ holds: Bool, _ words: @autoclosure () -> String) {
  if !holds { fatalError(words()) }
}

/// A struct as a template sees it: its properties by name.
///
/// It is read once per page instead of once per name, and keeps what mustache forgets: a nil property is nothing, not a reason to look
/// further out; a property whose name ends in `HTML` is `SafeHTML`, one that ends in `URL` is a `SafeURL`, and nothing else is.
struct PageModel: MustacheParent {
  private(set) var children: [String: Any] = [:]

  init(_ model: Any) { add(model) }

  mutating func add(_ model: Any) {
    for (label, value) in Mirror(reflecting: model).children {
      guard let label else { continue }
      rule(children[label] == nil, "A page may not call a value \(label): what stands around it has that name")
      children[label] = Self.convert(value, named: label)
    }
  }

  func child(named name: String) -> Any? { children[name] }

  private static func convert(_ value: Any, named label: String) -> Any {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      return mirror.children.first.map { convert($0.value, named: label) } ?? Nothing()
    }
    if let html = value as? SafeHTML {
      rule(label.hasSuffix("HTML"), "\(label) holds markup: its name must end in HTML")
      return html
    }
    if let address = value as? SafeURL {
      rule(label.hasSuffix("URL"), "\(label) holds an address: its name must end in URL")
      return address.text
    }
    rule(!label.hasSuffix("HTML") && !label.hasSuffix("URL"), "\(label) must be SafeHTML or SafeURL, as its name says")
    switch value {
    case let flag as Bool: return flag
    case let text as String: return text
    case let plain as any LosslessStringConvertible: return plain.description
    default: break
    }
    if mirror.displayStyle == .collection || mirror.displayStyle == .set {
      return mirror.children.map { convert($0.value, named: "item") }
    }
    rule(mirror.displayStyle == .struct || mirror.displayStyle == .tuple, "\(label) is nothing that a template can show")
    return PageModel(value)
  }
}

/// A property without a value.
private struct Nothing: MustacheCustomRenderable {
  var renderText: String { "" }
  var isNull: Bool { true }
}
