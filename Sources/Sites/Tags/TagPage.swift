import Base
import Web

/// The tags of a website, each in a form of its own, and one that adds another.
struct TagPage: Page {
  /// What was typed and refused.
  struct Typed: Sendable {
    let tag: String
    let name: String
    let tone: String
    let refusal: Refusal

    init(_ form: Form, _ refusal: Refusal) {
      tag = form["tag"]
      name = form["name"]
      tone = form["tone"]
      self.refusal = refusal
    }
  }

  struct Line: Sendable {
    /// Empty for the one that is to be added.
    let tag: String
    let label: String
    let tone: String
    let value: String
    let nameID: String
    let toneID: String
    let error: String?
    let errorID: String
    let isKnown: Bool
    let isOpen: Bool
    let tones: [SelectField.Option]
  }

  static let template = "tags"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let actionURL: SafeURL?
  let notice: String?
  let problem: String?
  let tags: [Line]
  let isEmpty: Bool
  let adding: Line

  init(_ site: Site, _ tags: [ChatTag], typed: Typed?, isDone: Bool, _ texts: Texts) {
    title = texts["sites.tags.title"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    actionURL = SafeURL("/admin/sites/\(site.id)/tags")
    notice = isDone ? texts["pages.form.saved"] : nil
    problem = typed.map { texts[$0.refusal] }
    self.tags = tags.map { Line($0, typed: typed.flatMap { $0.tag.isEmpty ? nil : $0 }, texts) }
    isEmpty = tags.isEmpty
    adding = Line(nil, typed: typed.flatMap { $0.tag.isEmpty ? $0 : nil }, texts)
  }
}

extension TagPage.Line {
  fileprivate init(_ known: ChatTag?, typed: TagPage.Typed?, _ texts: Texts) {
    tag = known?.id.description ?? ""
    let typed = typed.flatMap { $0.tag == known?.id.description ?? "" ? $0 : nil }
    label = known?.name ?? ""
    tone = known?.tone.rawValue ?? ""
    value = typed?.name ?? known?.name ?? ""
    nameID = "name-\(known?.id.description ?? "new")"
    toneID = "tone-\(known?.id.description ?? "new")"
    error = FieldErrors(typed?.refusal, texts)["name"]
    errorID = "\(nameID)-error"
    isKnown = known != nil
    isOpen = typed != nil
    let chosen = typed?.tone ?? known?.tone.rawValue
    tones = ChatTag.Tone.allCases.map {
      SelectField.Option(value: $0.rawValue, label: texts["sites.tags.tone.\($0.rawValue)"], isChosen: $0.rawValue == chosen)
    }
  }
}
