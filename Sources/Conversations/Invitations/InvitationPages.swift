import Base
import ConversationsCore
import Sites
import Web

/// All invitations of a website, in order, with what came of them.
struct InvitationsPage: Page {
  struct Line: Sendable {
    let invitationURL: SafeURL?
    let answersURL: SafeURL?
    let id: String
    let name: String
    let isOff: Bool
    let text: String
    let shown: String
    let opened: String
    let answered: String
    let isFirst: Bool
    let isLast: Bool
    let up: String
    let down: String
  }

  static let template = "site-invitations"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let actionURL: SafeURL?
  let addURL: SafeURL?
  let policyURL: SafeURL?
  let notice: String?
  /// The website asks nothing before a press, so that nobody is invited.
  let isQuiet: Bool
  let invitations: [Line]
  let hasInvitations: Bool
  /// One alone has no order.
  let areSeveral: Bool

  init(
    _ kept: [KeptInvitation], at site: Site, figures: [InvitationID: InvitationFigures], isQuiet: Bool, isDone: Bool, _ texts: Texts
  ) {
    let list = "/admin/sites/\(site.id)/invitations"
    title = texts["conversations.invitations.title"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    actionURL = SafeURL(list)
    addURL = SafeURL("\(list)/new")
    policyURL = SafeURL("/admin/sites/\(site.id)/policy")
    notice = isDone ? texts["pages.form.saved"] : nil
    self.isQuiet = isQuiet
    let last = kept.count - 1
    invitations = kept.enumerated().map { place, kept in
      let (rule, counted) = (kept.rule, figures[kept.rule.id] ?? InvitationFigures())
      return Line(
        invitationURL: SafeURL("\(list)/\(rule.id)"), answersURL: SafeURL("\(list)/\(rule.id)/answers"), id: "\(rule.id)", name: rule.name,
        isOff: !rule.active, text: kept.text, shown: "\(counted.shown)", opened: "\(counted.opened)", answered: "\(counted.answered)",
        isFirst: place == 0, isLast: place == last,
        up: texts["conversations.invitations.up", ["name": rule.name]], down: texts["conversations.invitations.down", ["name": rule.name]])
    }
    hasInvitations = !kept.isEmpty
    areSeveral = kept.count > 1
  }
}

/// One invitation.
struct InvitationPage: Page {
  struct Words: Sendable {
    let name: String
    let label: String
    let language: String
    let direction: String
    let value: String
    let error: String?
  }

  static let template = "site-invitation"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let listURL: SafeURL?
  let actionURL: SafeURL?
  let previewURL: SafeURL?
  let problem: String?
  let version: String
  let name: Field
  let isActive: Bool
  let text: String
  let textError: String?
  let textDescribedBy: String
  let places: String
  let texts: [Words]
  let isTranslated: Bool
  let conditions: [Field]
  let selects: [SelectField]
  let needsSomebody: Bool
  let often: SelectField
  let days: Field
  let mayGo: Bool

  init(_ form: InvitationForm, of invitation: InvitationID?, at site: Site, refusal: Refusal?, _ words: Texts) {
    func say(_ key: String) -> String { words["conversations.invitations.\(key)"] }
    func rules(_ key: String) -> String { words["conversations.rules.\(key)"] }
    let errors = FieldErrors(refusal, words)
    let list = "/admin/sites/\(site.id)/invitations"
    title = invitation == nil ? say("add") : form["name"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    listURL = SafeURL(list)
    actionURL = SafeURL("\(list)/\(invitation?.description ?? "new")")
    previewURL = SafeURL("/admin/sites/\(site.id)/preview/invitation")
    problem = refusal.map { words[$0] }
    version = "\(form.version)"
    name = Field("name", label: rules("name"), value: form["name"], hint: say("nameHint"), autocomplete: "off", errors: errors)
    isActive = form.active
    text = form["text"]
    textError = errors["text"]
    textDescribedBy = textError == nil ? "text-hint" : "text-hint text-error"
    places = ReplyPlace.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
    texts = Language.allCases.map { language in
      Words(
        name: "text-\(language.code)", label: language.ownName, language: language.code, direction: language.direction,
        value: form.texts[language] ?? "", error: errors["text-\(language.code)"])
    }
    isTranslated = !form.texts.isEmpty
    func field(_ name: String, _ label: String, hint: String, type: String = "text") -> Field {
      Field(
        name, label: label, type: type, value: form[name], isRequired: type == "number", hint: hint, autocomplete: "off", errors: errors)
    }
    conditions = [
      field("seconds", say("seconds"), hint: say("secondsHint"), type: "number"),
      field("page", rules("page"), hint: rules("pageHint")), field("pages", say("pages"), hint: say("pagesHint"), type: "number"),
      field("campaign", say("campaign"), hint: say("campaignHint")),
    ]
    func select(_ name: String, _ label: String, _ options: [(value: String, label: String)], none: String?) -> SelectField {
      SelectField(name, label: label, chosen: form[name], options: (none.map { [("", $0)] } ?? []) + options, errors: errors)
    }
    let any = rules("any")
    selects = [
      select("source", say("source"), VisitSource.Kind.allCases.map { ($0.rawValue, words["console.source.\($0.rawValue)"]) }, none: any),
      select("language", rules("language"), Language.allCases.map { ($0.code, $0.ownName) }, none: any),
      select("returning", rules("returning"), [("yes", rules("isReturning")), ("no", rules("isNew"))], none: any),
      select("hours", rules("hours"), [("yes", rules("isOpen")), ("no", rules("isShut"))], none: any),
    ]
    needsSomebody = form.needsSomebody
    often = select("often", say("often"), InvitationForm.Often.allCases.map { ($0.rawValue, say("oftenWords.\($0.rawValue)")) }, none: nil)
    days = field("days", say("days"), hint: say("daysHint"), type: "number")
    mayGo = invitation != nil
  }
}

/// What came of an invitation: by the days of the website, and the chats in which somebody answered.
struct InvitationAnswersPage: Page {
  struct Day: Sendable {
    let day: String
    let shown: String
    let opened: String
    let answered: String
  }

  struct Answer: Sendable {
    let chatURL: SafeURL?
    let visitor: String
    let day: String
    let text: String
  }

  static let template = "site-invitation-answers"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let listURL: SafeURL?
  let days: [Day]
  let hasDays: Bool
  let answers: [Answer]
  let hasAnswers: Bool

  init(
    _ kept: KeptInvitation, at site: Site, days: [(day: String, figures: InvitationFigures)], answers: [AnsweredInvitation], _ texts: Texts
  ) {
    title = kept.rule.name
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    listURL = SafeURL("/admin/sites/\(site.id)/invitations")
    self.days = days.map {
      Day(day: $0.day, shown: "\($0.figures.shown)", opened: "\($0.figures.opened)", answered: "\($0.figures.answered)")
    }
    hasDays = !days.isEmpty
    self.answers = answers.map {
      Answer(
        chatURL: SafeURL("/console#\($0.conversation)"), visitor: $0.visitor ?? texts["conversations.invitations.unnamed"], day: $0.day,
        text: $0.text)
    }
    hasAnswers = !answers.isEmpty
  }
}
