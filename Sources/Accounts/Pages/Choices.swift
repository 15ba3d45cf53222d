import Access
import Base
import Web

/// One of several things to choose from, as the templates show it.
struct Choice: Sendable {
  let value: String
  let label: String
  let isChosen: Bool
}

extension Texts {
  func avatars(chosen: Avatar) -> [Choice] {
    Avatar.allCases.map { Choice(value: $0.rawValue, label: self["pages.avatar.\($0.rawValue)"], isChosen: $0 == chosen) }
  }

  func languages(chosen: Language) -> [Choice] {
    Language.allCases.map { Choice(value: $0.code, label: $0.ownName, isChosen: $0 == chosen) }
  }

  func name(of role: Role) -> String { self["pages.role.\(role.rawValue)"] }
}

extension Form {
  /// A drawing that does not exist is none of ours to guess: the first one then.
  var avatar: Avatar { Avatar(rawValue: self["avatar"]) ?? .fern }
}
