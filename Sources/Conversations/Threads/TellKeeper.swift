import Base
import Notifications
import Store

extension NoticeKind {
  /// Somebody answered in a thread that the account keeps.
  public static let answer = NoticeKind("answer", push: true, mail: true, hasOwnLetter: true, maySMS: true)
}

/// The account that keeps a thread is told of answers that it has not seen.
extension Conversations {
  func tellKeeper(_ keeper: AccountID, of conversation: ConversationID, in session: any Session) throws {
    let subject = Self.subject(conversation)
    guard let news = try session.unseenAnswers(in: conversation) else {
      return try notifications.settle(.answer, about: subject, in: session)
    }
    let tidings = Tidings(.answer, about: subject, data: ["conversation": "\(conversation)"], count: news.count, at: news.at)
    try notifications.tell(tidings, to: keeper, in: session)
  }

  func tellKeepers(by notifications: Notifications) {
    notifications.add([.answer]) { session, account, notices in
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let conversation = notice.identity("conversation", of: Kinds.Conversation.self),
          try session.isThread(conversation, of: account)
        else { continue }
        stories[notice.id] = try session.answerStory(of: conversation)
      }
      return stories
    }
  }
}

extension Session {
  /// The keeper of a thread in which every answer was seen.
  func keeperWhoSawAll(_ conversation: ConversationID) throws -> AccountID? {
    let found = try row(
      "SELECT v.account_id FROM conversations c JOIN visitors v ON v.id = c.visitor_id WHERE c.id = $1 AND v.account_id IS NOT NULL",
      conversation)
    guard let found, try unseenAnswers(in: conversation) == nil else { return nil }
    return found[0]
  }

  fileprivate func unseenAnswers(in conversation: ConversationID) throws -> (count: Int64, at: Moment)? {
    let found = try row(
      """
      SELECT COUNT(*), MAX(at)
      FROM entries
      WHERE conversation_id = $1 AND by_kind = 'agent' AND client_id IS NOT NULL AND audience = 'everybody' AND n > COALESCE(
        (SELECT seen FROM marks WHERE conversation_id = $1 AND account_id = 0), 0)
      """, conversation)
    guard let found, let at: Moment = found[1] else { return nil }
    return (found[0], at)
  }

  fileprivate func answerStory(of conversation: ConversationID) throws -> Story? {
    try row(
      """
      SELECT s.name, c.last_by, c.last_name, c.last_text
      FROM conversations c
      JOIN sites s ON s.id = c.site_id
      WHERE c.id = $1
      """, conversation
    ).map { row in
      let isAnswer = row[1] as String? == "agent"
      return Story(
        name: isAnswer ? row[2] : row[0], place: row[0], text: isAnswer ? row[3] : nil, conversation: nil,
        path: "/conversations/\(conversation)", acts: [])
    }
  }
}
