import Base
import Web

/// A goal as it is typed.
struct GoalForm: Sendable {
  /// Empty for the one that is to be added.
  let goal: String
  let name: String
  let kind: String
  let pattern: String

  init(_ form: Form) { (goal, name, kind, pattern) = (form["goal"], form["name"], form["kind"], form["pattern"]) }

  init(_ known: Goal?) {
    goal = known?.id.description ?? ""
    name = known?.name ?? ""
    kind = known?.kind.rawValue ?? Goal.Kind.page.rawValue
    pattern = known?.pattern ?? ""
  }

  /// - Throws: `formInvalid` with a reason for each field.
  func goal(_ id: GoalID) throws(Refusal) -> Goal {
    var problems: [String: Refusal.Reason] = [:]
    for (field, text, limit) in [("name", name, Goal.nameCharacters), ("pattern", pattern, Goal.patternCharacters)] {
      if text.isEmpty { problems[field] = .fieldMissing }
      if text.unicodeScalars.count > limit { problems[field] = .fieldTooLong }
      if text.utf8.contains(0) { problems[field] = .textHasNull }
    }
    let kind = Goal.Kind(rawValue: kind)
    if kind == nil { problems["kind"] = .optionUnknown }
    guard problems.isEmpty, let kind else { throw Refusal(.formInvalid, fields: problems) }
    return Goal(id: id, name: name, kind: kind, pattern: pattern)
  }
}
