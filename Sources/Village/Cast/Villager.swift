import Access
import Accounts
import Web

/// Somebody of the village: what they are called, what they may, and the name of the host that is theirs, so that one browser can be all of
/// them at once.
struct Villager: Sendable {
  enum Key: String, CaseIterable, Sendable {
    case clara, bruno, elif, mona, ada, emil, lina
  }

  let key: Key
  let name: String
  /// What visitors read, unless a website gives another one.
  let pseudonym: String
  let avatar: Avatar
  let roles: Set<Role>
  let language: Language
  let host: String

  var email: String { "\(key.rawValue)@village.example" }

  /// Where the day begins for them.
  var desk: String {
    if roles.contains(.administrator) { return "/admin/sites" }
    return roles.isEmpty ? "/experts" : "/console"
  }

  static func of(_ key: Key) -> Villager {
    guard let villager = all.first(where: { $0.key == key }) else { preconditionFailure("\(key) lives in the village") }
    return villager
  }

  static let all = [
    Villager(
      key: .clara, name: "Clara Lindqvist", pseudonym: "Clara", avatar: .fern, roles: [.agent], language: .english, host: "agent.localhost"),
    Villager(
      key: .bruno, name: "Bruno Ferreira", pseudonym: "Bruno", avatar: .maple, roles: [.agent], language: .english, host: "bruno.localhost"),
    Villager(
      key: .elif, name: "Elif Demir", pseudonym: "Elif", avatar: .lotus, roles: [.agent], language: .english, host: "elif.localhost"),
    Villager(
      key: .mona, name: "Mona Selim", pseudonym: "Mona", avatar: .olive, roles: [.manager], language: .english, host: "manager.localhost"),
    Villager(
      key: .ada, name: "Ada Brandt", pseudonym: "Ada", avatar: .willow, roles: [.administrator], language: .english,
      host: "admin.localhost"),
    Villager(
      key: .emil, name: "Emil Haddad", pseudonym: "Emil", avatar: .cedar, roles: [.expert], language: .english, host: "expert.localhost"),
    Villager(
      key: .lina, name: "Lina Okafor", pseudonym: "Lina", avatar: .poppy, roles: [], language: .english, host: "customer.localhost"),
  ]
}
