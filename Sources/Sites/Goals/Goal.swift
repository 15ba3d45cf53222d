import Base

/// What a website hopes for of a visit.
public struct Goal: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// A page is looked at.
    case page
    /// The page tells of it, by `parley("event", …)`.
    case event
  }

  public static let limit = 20
  static let nameCharacters = 60
  static let patternCharacters = 200

  public let id: GoalID
  public let name: String
  public let kind: Kind
  /// A part of the page's address, or the name of the event.
  public let pattern: String

  public init(id: GoalID, name: String, kind: Kind, pattern: String) {
    self.id = id
    self.name = name
    self.kind = kind
    self.pattern = pattern
  }

  /// As rules ask for a page: a part of its address, large and small letters alike.
  func isReached(atPage url: String) -> Bool { kind == .page && url.lowercased().contains(pattern.lowercased()) }

  func isReached(by action: VisitAction) -> Bool {
    kind == .event && action.kind == .event && action.label.lowercased() == pattern.lowercased()
  }
}
