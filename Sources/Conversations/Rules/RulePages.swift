import Base
import ConversationsCore
import Sites
import Web

/// All rules of a website.
struct RulesPage: Page {
  struct Line: Sendable {
    let ruleURL: SafeURL?
    let name: String
    let isOff: Bool
    let when: String
    let does: String
    let runs: String
  }

  static let template = "rules"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let addURL: SafeURL?
  let notice: String?
  let rules: [Line]
  let hasRules: Bool

  init(_ rules: [Rule], of parts: RuleParts, runs: [RuleID: Int64], isDone: Bool, _ texts: Texts) {
    title = texts["conversations.rules.title"]
    site = parts.site.name
    siteURL = SafeURL("/admin/sites/\(parts.site.id)")
    addURL = SafeURL("/admin/sites/\(parts.site.id)/rules/new")
    notice = isDone ? texts["pages.form.saved"] : nil
    self.rules = rules.map { rule in
      Line(
        ruleURL: SafeURL("/admin/sites/\(parts.site.id)/rules/\(rule.id)"), name: rule.name, isOff: !rule.active,
        when: texts["conversations.rules.on.\(rule.occasion.rawValue)"], does: rule.steps(of: parts, texts), runs: "\(runs[rule.id] ?? 0)")
    }
    hasRules = !rules.isEmpty
  }
}

extension Rule {
  fileprivate func steps(of parts: RuleParts, _ texts: Texts) -> String {
    var steps: [String] = []
    if let reply {
      let name = parts.replies.first { $0.id == reply }?.name
      steps.append(name.map { texts["conversations.rules.uses", ["name": $0]] } ?? texts["conversations.rules.replyGone"])
    }
    let told = parts.people.filter { people.contains($0.id) }.map(\.name)
    if !told.isEmpty { steps.append(texts["conversations.rules.tells", ["names": told.joined(separator: ", ")]]) }
    return steps.joined(separator: " · ")
  }
}

/// One rule.
struct RulePage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "rule"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let listURL: SafeURL?
  let actionURL: SafeURL?
  let repliesURL: SafeURL?
  let problem: String?
  let name: Field
  let isActive: Bool
  let occasion: SelectField
  let texts: [Field]
  let selects: [SelectField]
  let reply: SelectField
  let people: [Choice]
  let mayGo: Bool

  init(_ form: RuleForm, of rule: RuleID?, _ parts: RuleParts, refusal: Refusal?, _ words: Texts) {
    func say(_ key: String) -> String { words["conversations.rules.\(key)"] }
    let errors = FieldErrors(refusal, words)
    let list = "/admin/sites/\(parts.site.id)/rules"
    title = rule == nil ? say("add") : form["name"]
    site = parts.site.name
    siteURL = SafeURL("/admin/sites/\(parts.site.id)")
    listURL = SafeURL(list)
    actionURL = SafeURL("\(list)/\(rule?.description ?? "new")")
    repliesURL = SafeURL("/admin/sites/\(parts.site.id)/replies")
    problem = refusal.map { words[$0] }
    name = Field("name", label: say("name"), value: form["name"], hint: say("nameHint"), autocomplete: "off", errors: errors)
    isActive = form.active
    func select(_ name: String, hint: String? = nil, _ options: [(value: String, label: String)], none: String? = nil) -> SelectField {
      SelectField(
        name, label: say(name), hint: hint, chosen: form[name], options: (none.map { [("", $0)] } ?? []) + options, errors: errors)
    }
    let any = say("any")
    occasion = select("occasion", Rule.Occasion.allCases.map { ($0.rawValue, say("on.\($0.rawValue)")) })
    texts = ["words", "page"].map {
      Field($0, label: say($0), value: form[$0], isRequired: false, hint: say("\($0)Hint"), autocomplete: "off", errors: errors)
    }
    selects = [
      select("service", parts.site.form.services.map { ($0, $0) }, none: any),
      select("language", Language.allCases.map { ($0.code, $0.ownName) }, none: any),
      select("returning", [("yes", say("isReturning")), ("no", say("isNew"))], none: any),
      select("hours", [("yes", say("isOpen")), ("no", say("isShut"))], none: any),
      select("tag", parts.tags.map { ($0.id.description, $0.name) }, none: any),
      select(
        "stars", hint: say("starsHint"), (1...4).map { ("\($0)", words["conversations.rules.atMost", ["stars": "\($0)"]]) }, none: any),
    ]
    reply = select("reply", hint: say("replyHint"), parts.replies.map { ($0.id.description, $0.name) }, none: say("nothing"))
    people = parts.people.map { Choice(value: $0.id.description, label: $0.name, isChosen: form.people.contains($0.id)) }
    mayGo = rule != nil
  }
}
