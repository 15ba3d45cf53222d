import Base
import Mustache

/// The templates, compiled once; in development at every page, so that a change shows at the next request.
public struct Pages: Sendable {
  private let bundle: Bundle
  private let compiled: MustacheLibrary
  private let strict: Bool

  init(bundle: Bundle, strict: Bool) throws {
    self.bundle = bundle
    self.strict = strict
    compiled = try bundle.isEmbedded ? Self.embedded.get() : Self.compile(bundle)
  }

  private static let embedded = Result { try compile(.embedded()) }

  /// The page as HTML.
  public func render<Model: Page>(_ page: Model, shell: Shell, texts: Texts) throws -> String {
    let library = bundle.isReloaded ? try Self.compile(bundle) : compiled
    let root = PageRoot(page: page, shell: shell, texts: texts, strict: strict)
    guard let html = library.render(root, withTemplate: Model.template) else {
      fatalError("There is no template \(Model.template)")
    }
    return html
  }

  /// A text that is no page of ours, such as a letter: the template with the model's values and the texts, and nothing around it.
  public func fill(_ template: String, with model: some Sendable, texts: Texts) throws -> String {
    let library = bundle.isReloaded ? try Self.compile(bundle) : compiled
    guard let text = library.render(SheetRoot(model: PageModel(model), texts: texts, strict: strict), withTemplate: template) else {
      fatalError("There is no template \(template)")
    }
    return text
  }

  private static func compile(_ bundle: Bundle) throws -> MustacheLibrary {
    var library = MustacheLibrary()
    for path in bundle.paths(under: "templates/") {
      guard let file = bundle[path] else { continue }
      let name = path.dropFirst("templates/".count).dropLast(".mustache".count)
      try library.register(file.text, named: String(name))
    }
    return library
  }
}

/// Where a template's names are looked up last: the page, then what stands around every page.
private struct PageRoot: MustacheParent {
  private let model: PageModel
  private let shell: Shell
  private let texts: Texts
  private let strict: Bool

  init(page: some Page, shell: Shell, texts: Texts, strict: Bool) {
    var model = PageModel(shell.surroundings)
    model.add(page)
    self.model = model
    self.shell = shell
    self.texts = texts
    self.strict = strict
    title = page.title
  }

  private let title: String

  func child(named name: String) -> Any? {
    switch name {
    case "t": return TextPlace(texts: texts, path: "")
    case "title": return title
    // Asked for only by pages with a form, so that other pages need no cookie.
    case "formToken": return shell.formKey.token
    default: break
    }
    if let value = model.child(named: name) { return value }
    rule(!strict, "A template asks for \(name), which its page does not have")
    return nil
  }
}

/// Where the names of a text without a shell are looked up last.
private struct SheetRoot: MustacheParent {
  let model: PageModel
  let texts: Texts
  let strict: Bool

  func child(named name: String) -> Any? {
    if name == "t" { return TextPlace(texts: texts, path: "") }
    if let value = model.child(named: name) { return value }
    rule(!strict, "A template asks for \(name), which its model does not have")
    return nil
  }
}
