/// What the team calls a chat by from now on, and no longer.
public struct TagChange: Hashable, Sendable {
  public let added: [Tag]
  public let removed: [Tag]

  public init(added: [Tag], removed: [Tag]) {
    self.added = added
    self.removed = removed
  }

  public var isEmpty: Bool { added.isEmpty && removed.isEmpty }

  /// A word of the website, under the name that it had.
  public struct Tag: Hashable, Sendable, Codable {
    public let id: TagID
    public let name: String

    public init(id: TagID, name: String) {
      self.id = id
      self.name = name
    }
  }
}
