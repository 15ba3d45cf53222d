import Accounts
import Base

/// The form by which an agent is given a pseudonym and a drawing on one site. What is left empty is the agent's own.
enum AssignmentForm {
  static let pseudonymLimit = 60

  enum Field: String {
    case account, pseudonym, avatar
  }

  static func assignment(of account: AccountID, to site: SiteID, typed: [String: String]) throws(Refusal) -> Assignment {
    let pseudonym = (typed[Field.pseudonym.rawValue] ?? "").trimmed
    let avatar = typed[Field.avatar.rawValue] ?? ""
    var problems: [String: Refusal.Reason] = [:]
    if pseudonym.utf8.contains(0) { problems[Field.pseudonym.rawValue] = .textHasNull }
    if pseudonym.unicodeScalars.count > pseudonymLimit { problems[Field.pseudonym.rawValue] = .fieldTooLong }
    if !avatar.isEmpty, Avatar(rawValue: avatar) == nil { problems[Field.avatar.rawValue] = .optionUnknown }
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return Assignment(site: site, account: account, pseudonym: pseudonym.isEmpty ? nil : pseudonym, avatar: avatar.isEmpty ? nil : avatar)
  }
}
