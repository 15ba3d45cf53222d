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
    let data = Self.data(about: conversation, quoting: news.last)
    let tidings = Tidings(.answer, about: subject, data: data, count: news.count, at: news.at)
    try notifications.tell(tidings, to: keeper, in: session)
  }

  func tellKeepers(by notifications: Notifications) {
    notifications.add([.answer]) { session, account, notices in
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let conversation = notice.identity("conversation", of: Kinds.Conversation.self),
          try session.isThread(conversation, of: account)
        else { continue }
        stories[notice.id] = try session.answerStory(of: conversation, quoting: notice.quoted)
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

  fileprivate func unseenAnswers(in conversation: ConversationID) throws -> (count: Int64, at: Moment, last: Int64)? {
    let found = try row(
      """
      SELECT COUNT(*), MAX(at), MAX(n)
      FROM entries
      WHERE conversation_id = $1 AND by_kind = 'agent' AND client_id IS NOT NULL AND audience = 'everybody' AND n > COALESCE(
        (SELECT seen FROM marks WHERE conversation_id = $1 AND account_id = 0), 0)
      """, conversation)
    guard let found, let at: Moment = found[1] else { return nil }
    return (found[0], at, found[2])
  }

  fileprivate func answerStory(of conversation: ConversationID, quoting n: Int64?) throws -> Story? {
    let site = try row("SELECT s.name FROM conversations c JOIN sites s ON s.id = c.site_id WHERE c.id = $1", conversation)
    guard let place: String = site?[0] else { return nil }
    let answer = try n.flatMap { try entry($0, of: conversation, for: .visitor) }
    let name: String? = if case .agent(let agent) = answer?.by { agent.name } else { nil }
    return Story(
      name: name ?? place, place: place, text: try answer.flatMap { try words(of: $0.n, in: conversation) }, conversation: nil,
      path: "/conversations/\(conversation)", acts: [])
  }
}
