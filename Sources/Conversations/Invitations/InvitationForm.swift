import Base
import ConversationsCore
import Sites
import Web

/// What somebody typed for an invitation, which stays on the page when it is refused.
struct InvitationForm: Sendable {
  static let fields = [
    "name", "page", "seconds", "pages", "source", "campaign", "language", "returning", "hours", "often", "days", "text",
  ]

  var typed: [String: String]
  var texts: [Language: String] = [:]
  var active = true
  var needsSomebody = true
  /// Of what was on the page: who changes something older is told.
  var version: Int64 = 0

  subscript(name: String) -> String { typed[name] ?? "" }

  init() { typed = ["seconds": "30", "pages": "1", "often": Often.once.rawValue, "days": "30"] }

  init(_ form: Form) {
    typed = Dictionary(uniqueKeysWithValues: Self.fields.map { ($0, form[$0]) })
    texts = Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, form["text-\($0.code)"]) }).filter { !$0.value.isEmpty }
    active = form.has("active")
    needsSomebody = form.has("somebody")
    version = Int64(form["version"]) ?? 0
  }

  init(_ kept: KeptInvitation) {
    let (rule, asked) = (kept.rule, kept.rule.conditions)
    typed = [
      "name": rule.name, "page": asked.page, "seconds": "\(asked.seconds)", "pages": "\(asked.pages)", "source": asked.source,
      "campaign": asked.campaign, "language": asked.language, "returning": RuleForm.word(asked.isReturning),
      "hours": RuleForm.word(asked.isWithinHours), "often": Often(rule.frequency).rawValue, "days": "30", "text": kept.text,
    ]
    if case .after(let days) = rule.frequency { typed["days"] = "\(days)" }
    texts = kept.texts
    (active, needsSomebody, version) = (rule.active, asked.needsSomebody, kept.version)
  }

  /// How often, as the list of the form has it.
  enum Often: String, CaseIterable {
    case once, visit, days

    init(_ frequency: Invitation.Frequency) {
      switch frequency {
      case .once: self = .once
      case .eachVisit: self = .visit
      case .after: self = .days
      }
    }
  }

  /// - Throws: `formInvalid` with a reason for each field.
  func invitation(_ id: InvitationID, at site: SiteID) throws(Refusal) -> KeptInvitation {
    var problems = lengthProblems
    func number(_ field: String, in range: ClosedRange<Int64>) -> Int64 {
      if let number = Int64(typed: self[field]), range.contains(number) { return number }
      problems[field] = .numberInvalid
      return range.lowerBound
    }
    func chosen<Value>(_ field: String, _ values: [(String, Value)]) -> Value? {
      guard !self[field].isEmpty else { return nil }
      let found = values.first { $0.0 == self[field] }?.1
      if found == nil { problems[field] = .optionUnknown }
      return found
    }
    var asked = Invitation.Conditions()
    (asked.page, asked.campaign, asked.needsSomebody) = (self["page"], self["campaign"], needsSomebody)
    asked.seconds = number("seconds", in: Invitation.secondsRange)
    asked.pages = number("pages", in: Invitation.pagesRange)
    asked.source = chosen("source", VisitSource.Kind.allCases.map { ($0.rawValue, $0.rawValue) }) ?? ""
    asked.language = chosen("language", Language.allCases.map { ($0.code, $0.code) }) ?? ""
    asked.isReturning = chosen("returning", [("yes", true), ("no", false)])
    asked.isWithinHours = chosen("hours", [("yes", true), ("no", false)])
    let often = chosen("often", Often.allCases.map { ($0.rawValue, $0) })
    let days = often == .days ? number("days", in: Invitation.daysRange) : 1
    if often == nil { problems["often"] = .optionUnknown }
    guard problems.isEmpty, let often else { throw Refusal(.formInvalid, fields: problems) }
    let frequency: Invitation.Frequency =
      switch often {
      case .once: .once
      case .visit: .eachVisit
      case .days: .after(days: days)
      }
    let rule = Invitation(id: id, site: site, name: self["name"], active: active, conditions: asked, frequency: frequency)
    return KeptInvitation(rule: rule, text: self["text"], texts: texts, version: version)
  }

  private var lengthProblems: [String: Refusal.Reason] {
    var problems: [String: Refusal.Reason] = [:]
    let texts = texts.map { ("text-\($0.code)", $1) }
    for field in ["name", "text"] where self[field].isEmpty { problems[field] = .fieldMissing }
    if self["name"].unicodeScalars.count > Invitation.nameCharacters { problems["name"] = .fieldTooLong }
    for field in ["page", "campaign"] where self[field].unicodeScalars.count > Invitation.conditionCharacters {
      problems[field] = .fieldTooLong
    }
    for (field, text) in [("text", self["text"])] + texts where text.unicodeScalars.count > Invitation.textCharacters {
      problems[field] = .fieldTooLong
    }
    for (field, text) in Self.fields.map({ ($0, self[$0]) }) + texts where text.utf8.contains(0) { problems[field] = .textHasNull }
    return problems
  }
}
