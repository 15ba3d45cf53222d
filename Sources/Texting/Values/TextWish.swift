import Base

/// What a conversation says to somebody's telephone.
public struct TextWish: Sendable {
  public let account: AccountID
  public let conversation: ConversationID
  public let text: String
  /// The page that has all of it, for a text that has to be cut.
  public let link: String
  /// Of a key there is one text.
  public let key: String

  public init(to account: AccountID, about conversation: ConversationID, text: String, link: String, key: String) {
    self.account = account
    self.conversation = conversation
    self.text = text
    self.link = link
    self.key = key
  }
}

enum TextKind: String, CaseIterable, Sendable {
  case code, notice, message

  /// What could not leave within this time leaves no more.
  var lifeSeconds: Int64 {
    switch self {
    case .code: Phones.codeSeconds
    case .notice: 6 * 3600
    case .message: 86_400
    }
  }
}
