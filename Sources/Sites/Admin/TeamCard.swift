import Accounts
import Base
import Web

/// Who answers for a site, each with the form that says as whom, and the form that adds another.
struct TeamCard: Sendable {
  struct Member: Sendable {
    let account: AccountID
    let name: String
    let pseudonym: String
    let avatar: String
    let isOpen: Bool
    let actionURL: SafeURL?
    let removeURL: SafeURL?
    let pseudonymField: PseudonymField
    let hasOwnAvatar: Bool
    let avatars: [SelectField.Option]
  }

  struct PseudonymField: Sendable {
    let id: String
    let label: String
    let value: String
    /// What holds while the field is empty.
    let own: String
    let hint: String
    let error: String?
    let describedBy: String?
  }

  struct Adding: Sendable {
    let actionURL: SafeURL?
    let account: SelectField
  }

  let members: [Member]
  let adding: Adding?
  let nobodyToAdd: Bool
  let noAgents: Bool

  /// - Parameter open: the member whose form was just refused, and why.
  init(of site: Site, agents: [Agent], assignments: [Assignment], open: (account: AccountID, refusal: Refusal)?, _ texts: Texts) {
    let bySite = Dictionary(uniqueKeysWithValues: assignments.map { ($0.account, $0) })
    let path = "/admin/sites/\(site.id)/agents"
    members = agents.compactMap { agent in
      bySite[agent.account].map { assignment in
        Member(agent, assignment, path: path, refusal: open.flatMap { $0.account == agent.account ? $0.refusal : nil }, texts)
      }
    }
    let others = agents.filter { bySite[$0.account] == nil }
    adding =
      others.isEmpty
      ? nil
      : Adding(
        actionURL: SafeURL(path),
        account: SelectField(
          AssignmentForm.Field.account.rawValue, label: texts["sites.team.agent"], chosen: "",
          options: others.map { (value: $0.account.description, label: $0.name) }, errors: .none))
    // Without a single agent the card says that nobody answers, which is enough.
    nobodyToAdd = others.isEmpty && !agents.isEmpty
    noAgents = agents.isEmpty
  }
}

extension TeamCard.Member {
  fileprivate init(_ agent: Agent, _ assignment: Assignment, path: String, refusal: Refusal?, _ texts: Texts) {
    account = agent.account
    name = agent.name
    pseudonym = assignment.pseudonym ?? agent.pseudonym
    avatar = assignment.avatar ?? agent.avatar
    isOpen = refusal != nil
    actionURL = SafeURL(path)
    removeURL = SafeURL("\(path)/\(agent.account)/remove")
    pseudonymField = TeamCard.PseudonymField(
      id: "pseudonym-\(agent.account)", value: assignment.pseudonym ?? "", own: agent.pseudonym, refusal, texts)
    hasOwnAvatar = assignment.avatar == nil
    avatars = TeamCard.avatars(chosen: assignment.avatar, texts)
  }
}

extension TeamCard {
  static func avatars(chosen: String?, _ texts: Texts) -> [SelectField.Option] {
    Avatar.allCases.map {
      SelectField.Option(value: $0.rawValue, label: texts["pages.avatar.\($0.rawValue)"], isChosen: $0.rawValue == chosen)
    }
  }
}

extension TeamCard.PseudonymField {
  init(id: String, value: String, own: String, _ refusal: Refusal?, _ texts: Texts) {
    let error = FieldErrors(refusal, texts)[AssignmentForm.Field.pseudonym.rawValue]
    let hint = texts["sites.team.pseudonymHint"]
    self.init(
      id: id, label: texts["sites.team.pseudonym"], value: value, own: own, hint: hint, error: error,
      describedBy: described(id, hint: hint, error: error))
  }
}
