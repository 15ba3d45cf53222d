import Base
import Conversations
import Ledger
import Notifications
import Store

extension NoticeKind {
  /// An answer that was paid for takes longer.
  public static let answerLate = NoticeKind("answerLate", push: true, mail: true)
  /// Nobody answered in time: the credit is back.
  public static let creditBack = NoticeKind("creditBack", push: true, mail: true)
}

/// Every promise has an end: at 45 minutes the customer is told that it takes longer, and at the deadline the credit comes back by itself (A20, X1).
extension Deals {
  public var jobHandlers: [JobHandler] {
    [
      conversations.dealJob(.watchDeadlines) { [self] session, conversation, now in
        try keepDeadlines(of: conversation, at: now, in: session)
      }
    ] + creditHandlers + minuteHandlers + textHandlers
  }

  private func keepDeadlines(of conversation: ConversationID, at now: Moment, in session: any Session) throws -> [DealNews] {
    let holds = try session.openHolds(in: conversation)
    let overdue = holds.filter { $0.deadline <= now }
    var returned: Int64 = 0
    for hold in overdue {
      let units = try ledger.release(hold, at: now, in: session)
      if hold.subscription == nil { returned += units }
    }
    let left = holds.filter { $0.deadline > now }
    var late: [Hold] = []
    var next: [Moment] = []
    for hold in left {
      let notice = hold.heldAt.adding(seconds: try session.noticeSeconds(of: hold))
      if notice > now { next.append(notice) } else if try session.noteLate(hold.id, at: now) { late.append(hold) }
      next.append(hold.deadline)
    }
    if let due = next.min() { try toll.watch(conversation, from: due, in: session) }
    if left.isEmpty { try settle(.answerLate, conversation, in: session) }
    var news: [DealNews] = []
    if let last = overdue.last { news.append(try tell(.released, last, units: returned, now, in: session)) }
    if let last = late.last { news.append(try tell(.late, last, now, in: session)) }
    return news
  }

  private func tell(
    _ step: DealNews.Step, _ hold: Hold, units: Int64? = nil, _ now: Moment, in session: any Session
  ) throws -> DealNews {
    let kind: NoticeKind = step == .late ? .answerLate : .creditBack
    try notifications.tell(
      Tidings(kind, about: "deal.\(hold.conversation)", data: ["conversation": "\(hold.conversation)"], count: hold.n, at: now),
      to: hold.payer, in: session)
    return DealNews(step, upTo: hold.n, units: units)
  }

  private func settle(_ kind: NoticeKind, _ conversation: ConversationID, in session: any Session) throws {
    try notifications.settle(kind, about: "deal.\(conversation)", in: session)
  }

  func register(on notifications: Notifications) {
    notifications.add([.answerLate, .creditBack, .messageAccepted, .messageDeclined, .messageUndelivered]) { session, account, notices in
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let conversation = notice.identity("conversation", of: Kinds.Conversation.self) else { continue }
        stories[notice.id] = try session.dealStory(of: conversation, for: account)
      }
      return stories
    }
  }
}

extension Session {
  fileprivate func noticeSeconds(of hold: Hold) throws -> Int64 {
    guard let terms = try hold.terms.flatMap({ try terms($0) }) else { return 0 }
    return try terms.promise(way(of: hold.id)).noticeSeconds
  }

  fileprivate func dealStory(of conversation: ConversationID, for account: AccountID) throws -> Story? {
    let found = try row(
      "SELECT c.site_id, c.expert_id, s.name FROM conversations c JOIN sites s ON s.id = c.site_id WHERE c.id = $1 AND c.customer_id = $2",
      conversation, account)
    guard let row = found, let face = try face(of: row[1], on: row[0]) else { return nil }
    return Story(
      name: face.name, place: row[2], text: nil, conversation: nil, path: "/conversations/\(conversation)", acts: [])
  }
}
