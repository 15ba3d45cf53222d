/// What somebody of the team writes for the others, beside what is said to the visitor.
public struct TeamNote: Hashable, Sendable {
  public static let mentionLimit = 20

  /// Empty where it was erased.
  public let text: String
  /// Who is called by it.
  public let mentions: [Mention]

  public init(text: String, mentions: [Mention] = []) {
    self.text = text
    self.mentions = mentions
  }

  /// Somebody of the team, under the name that the note calls them by.
  public struct Mention: Hashable, Sendable, Codable {
    private enum CodingKeys: String, CodingKey {
      case account = "id"
      case name
    }

    public let account: AccountID
    public let name: String

    public init(account: AccountID, name: String) {
      self.account = account
      self.name = name
    }
  }
}
