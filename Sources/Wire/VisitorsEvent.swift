import Base

/// A patch of `visitors.{site}` or `threads.{account}`, with or without a website: what changed in the live list.
public struct VisitorsEvent: Frame {
  public let list: Topic
  public let change: Change

  public init(_ list: Topic, _ change: Change) {
    self.list = list
    self.change = change
  }

  public enum Change: Hashable, Sendable {
    /// Somebody opened the widget, or wrote after a chat was closed: ring.
    case newVisitorJoined(ConversationRow)
    case conversationChanged(ConversationRow)
    /// The visitor wrote.
    case messageArrived(ConversationID, n: Int64)
    /// A file was sent, by either side.
    case fileUploaded(ConversationID, n: Int64)
    case pageChanged(ConversationID, VisitedPage)
    case presence(ConversationID, online: Bool)
    case typing(ConversationID, on: Bool)
  }

  public var event: String {
    switch change {
    case .newVisitorJoined: "NewVisitorJoined"
    case .conversationChanged: "ConversationChanged"
    case .messageArrived: "MessageArrived"
    case .fileUploaded: "FileUploaded"
    case .pageChanged: "VisitorPageChanged"
    case .presence: "VisitorPresence"
    case .typing: "VisitorTyping"
    }
  }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", list)
    switch change {
    case .newVisitorJoined(let row), .conversationChanged(let row): json.field("row", row)
    case .messageArrived(let conversation, let n), .fileUploaded(let conversation, let n):
      json.field("conversation", conversation)
      json.field("n", n)
    case .pageChanged(let conversation, let page):
      json.field("conversation", conversation)
      json.field("page", page)
    case .presence(let conversation, let online):
      json.field("conversation", conversation)
      json.field("online", online)
    case .typing(let conversation, let on):
      json.field("conversation", conversation)
      json.field("on", on)
    }
  }
}
