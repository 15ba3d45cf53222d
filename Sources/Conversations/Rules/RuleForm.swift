import Base
import ConversationsCore
import Sites
import Web

/// What a rule may be made of at a website.
struct RuleParts: Sendable {
  let site: Site
  let tags: [ChatTag]
  let replies: [Reply]
  let people: [(id: AccountID, name: String)]
}

/// What somebody typed for a rule, which stays on the page when it is refused.
struct RuleForm: Sendable {
  static let fields = ["name", "occasion", "words", "page", "service", "language", "returning", "hours", "tag", "stars", "reply"]

  var typed: [String: String]
  var active = true
  var people: Set<AccountID> = []

  subscript(name: String) -> String { typed[name] ?? "" }

  init() { typed = ["occasion": Rule.Occasion.asked.rawValue] }

  init(_ form: Form) {
    typed = Dictionary(uniqueKeysWithValues: Self.fields.map { ($0, form[$0]) })
    active = form.has("active")
    people = Set(form.all("person").compactMap(AccountID.init))
  }

  init(_ rule: Rule) {
    let asked = rule.conditions
    typed = [
      "name": rule.name, "occasion": rule.occasion.rawValue, "words": asked.words.joined(separator: ", "), "page": asked.page,
      "service": asked.service, "language": asked.language, "returning": Self.word(asked.isReturning),
      "hours": Self.word(asked.isWithinHours),
      "tag": asked.tag?.description ?? "", "stars": asked.starsAtMost?.description ?? "", "reply": rule.reply?.description ?? "",
    ]
    active = rule.active
    people = rule.people
  }

  static func word(_ answer: Bool?) -> String { answer.map { $0 ? "yes" : "no" } ?? "" }

  /// - Throws: `formInvalid` with a reason for each field.
  func rule(_ id: RuleID, of parts: RuleParts) throws(Refusal) -> Rule {
    var problems: [String: Refusal.Reason] = [:]
    if self["name"].isEmpty { problems["name"] = .fieldMissing }
    if self["name"].unicodeScalars.count > Rule.nameCharacters { problems["name"] = .fieldTooLong }
    for field in ["words", "page"] where self[field].unicodeScalars.count > Rule.conditionCharacters { problems[field] = .fieldTooLong }
    for field in Self.fields where self[field].utf8.contains(0) { problems[field] = .textHasNull }
    let occasion = Rule.Occasion(rawValue: self["occasion"])
    if occasion == nil { problems["occasion"] = .optionUnknown }
    if occasion?.hasWords == false, !self["words"].isEmpty { problems["words"] = .ruleHasNoWords }
    if occasion != .rated, !self["stars"].isEmpty { problems["stars"] = .ruleHasNoRating }
    var asked = Rule.Conditions()
    (asked.words, asked.page) = (Rule.words(self["words"]), self["page"])
    (asked.service, asked.language) = (self["service"], self["language"])
    func chosen<Value>(_ field: String, _ values: [(String, Value)]) -> Value? {
      guard !self[field].isEmpty else { return nil }
      let found = values.first { $0.0 == self[field] }?.1
      if found == nil { problems[field] = .optionUnknown }
      return found
    }
    _ = chosen("service", parts.site.form.services.map { ($0, $0) })
    _ = chosen("language", Language.allCases.map { ($0.code, $0) })
    asked.isReturning = chosen("returning", [("yes", true), ("no", false)])
    asked.isWithinHours = chosen("hours", [("yes", true), ("no", false)])
    asked.tag = chosen("tag", parts.tags.map { ($0.id.description, $0.id) })
    asked.starsAtMost = chosen("stars", (1...5).map { ("\($0)", Int64($0)) })
    let reply = chosen("reply", parts.replies.map { ($0.id.description, $0) })
    // A chat that is over is not answered, and has no turns.
    if let occasion, !occasion.isOpen, let reply, !reply.text.isEmpty || reply.end != .nothing { problems["reply"] = .ruleTooLate }
    let people = people.intersection(parts.people.map(\.id))
    if reply == nil, people.isEmpty, problems["reply"] == nil { problems["reply"] = .ruleDoesNothing }
    guard problems.isEmpty, let occasion else { throw Refusal(.formInvalid, fields: problems) }
    return Rule(
      id: id, site: parts.site.id, name: self["name"], active: active, occasion: occasion, conditions: asked, reply: reply?.id,
      people: people)
  }
}
