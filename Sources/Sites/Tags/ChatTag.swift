import Base

/// What a team calls chats by: a word of one website, in one of the colours that labels have.
public struct ChatTag: Hashable, Sendable {
  public static let limit = 100
  public static let nameCharacters = 40

  public enum Tone: String, CaseIterable, Sendable {
    case neutral, brand, good, wait, bad
  }

  public let id: TagID
  public let name: String
  public let tone: Tone

  public init(id: TagID, name: String, tone: Tone) {
    self.id = id
    self.name = name
    self.tone = tone
  }

  /// - Throws: `formInvalid`.
  init(id: TagID, typed name: String, tone: String) throws(Refusal) {
    var problems: [String: Refusal.Reason] = [:]
    if name.isEmpty { problems["name"] = .fieldMissing }
    if name.unicodeScalars.count > Self.nameCharacters { problems["name"] = .fieldTooLong }
    if name.utf8.contains(0) { problems["name"] = .textHasNull }
    guard let tone = Tone(rawValue: tone), problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    self.init(id: id, name: name, tone: tone)
  }

  var key: String { name.lowercased() }
}
