import Access
import Base
import ConversationsCore
import Notifications
import Sites
import Store

extension NoticeKind {
  /// Somebody waits for an answer.
  public static let newVisitor = NoticeKind("newVisitor", push: true, mail: false, pushSeconds: 600, isUrgent: true, isForTeam: true)
  /// A visitor wrote to somebody who answers in the chat and is not looking.
  public static let newMessage = NoticeKind("newMessage", push: true, mail: true, isUrgent: true, isForTeam: true, maySMS: true)
  /// A message was left while nobody was there.
  public static let missedMessage = NoticeKind("missedMessage", push: false, mail: true, isForTeam: true, maySMS: true)
  /// Nobody came in time to who waits: for the team, and for whoever watches over it.
  public static let waitOverdue = NoticeKind("waitOverdue", push: true, mail: true, pushSeconds: 600, isUrgent: true, isForTeam: true)
  /// A colleague asks somebody to take a chat over.
  public static let transfer = NoticeKind("transfer", push: true, mail: false, pushSeconds: 600, isUrgent: true, isForTeam: true)
}

extension JobKind {
  static let tellTeam = JobKind("chat.tellTeam")
}

/// Who of the team is told of a conversation. It is worked out from what is true a moment later and not from the event itself: whoever
/// looks has seen the message by then, and a burst of messages costs one look.
extension Conversations {
  static let teamKinds: [NoticeKind] = [.newVisitor, .newMessage, .missedMessage, .transfer, .waitOverdue]
  /// Long enough for a browser that shows a message to say so.
  static let lookSeconds: Int64 = 2

  static func subject(_ conversation: ConversationID) -> String { "chat.\(conversation)" }

  /// Tells whom it concerns, and settles what is no longer news. The same at every run.
  func tellTeam(of conversation: ConversationID, in session: any Session) throws {
    guard let held = try session.held(conversation), let chat = held.state.chat else { return }
    if let keeper = held.keeper { try tellKeeper(keeper, of: conversation, in: session) }
    let news = try session.news(of: held, chat)
    for kind in Self.teamKinds {
      let subject = Self.subject(conversation)
      let mine = news.filter { $0.kind == kind }
      try notifications.settle(kind, about: subject, keeping: Set(mine.map(\.account)), in: session)
      for news in mine {
        let tidings = Tidings(kind, about: subject, data: ["conversation": "\(conversation)"], count: max(1, news.count), at: news.at)
        try notifications.tell(tidings, to: news.account, in: session)
      }
    }
  }

  /// What the notices about conversations say to somebody of the team.
  func register(on notifications: Notifications) {
    notifications.watch { [desk] account in
      Notifications.Whereabouts(isHere: desk.isConnected(account), mayRing: desk.chosenStatus(of: account) != .offline)
    }
    notifications.add(Self.teamKinds) { session, account, notices in
      guard let reader = try session.deskOwner(account)?.actor else { return [:] }
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let conversation = notice.identity("conversation", of: Kinds.Conversation.self) else { continue }
        stories[notice.id] = try session.story(of: conversation, kind: notice.kind, for: reader)
      }
      return stories
    }
  }
}

extension Performed {
  /// Puts the look at who is told down, in the transaction that made it necessary.
  func expectNotices(_ jobs: Jobs, at now: Moment, in session: any Session) throws {
    guard opened || saidByVisitor != nil || peopleChanged || (answered && hasKeeper) else { return }
    // What somebody did about it is seen at once.
    let seconds = opened || saidByVisitor != nil || answered ? Conversations.lookSeconds : 0
    try jobs.enqueue(
      .tellTeam, uniqueKey: conversation.description, payload: #"{"conversation":"\#(conversation)"}"#, dueAt: now.adding(seconds: seconds),
      in: session)
  }
}

private struct TeamNews {
  let kind: NoticeKind
  let account: AccountID
  let count: Int64
  let at: Moment
}

extension Session {
  fileprivate func news(of held: Held, _ chat: ConversationsCore.Chat) throws -> [TeamNews] {
    let asked =
      chat.transfer.map { transfer in
        [TeamNews(kind: transfer.isOffer ? .newVisitor : .transfer, account: transfer.to, count: 1, at: transfer.since)]
      } ?? []
    switch chat.phase {
    case .closed: return []
    // It is for the one who was asked, until they had their time.
    case .waiting where !asked.isEmpty && !chat.overdue: return asked
    case .waiting where chat.offline:
      guard let last = try lastAsked(in: held.id) else { return [] }
      return try answerers(of: held).map { TeamNews(kind: .missedMessage, account: $0, count: 1, at: last) }
    case .waiting:
      let since = chat.waitingSince ?? chat.openedAt
      let team = try answerers(of: held)
      let news = team.map { TeamNews(kind: .newVisitor, account: $0, count: 1, at: since) }
      guard chat.overdue else { return news }
      return try news + Set(team + overseers()).map { TeamNews(kind: .waitOverdue, account: $0, count: 1, at: since) }
    case .active:
      guard let last = try lastAsked(in: held.id) else { return asked }
      return try asked
        + held.state.answerers.filter(\.here).compactMap { agent in
          let seen = try seenAsked(in: held.id, by: agent.id)
          let unseen = held.state.asked - seen
          return unseen > 0 ? TeamNews(kind: .newMessage, account: agent.id, count: unseen, at: last) : nil
        }
    }
  }

  /// Whose task it is to answer.
  private func answerers(of held: Held) throws -> [AccountID] {
    if let deal = held.deal { [deal.expert] } else { try team(of: held.site).map(\.account) }
  }

  /// Who watches over every team.
  private func overseers() throws -> [AccountID] {
    try rows("SELECT id FROM accounts WHERE active AND (is_manager OR is_administrator) ORDER BY id LIMIT 100").map { $0[0] }
  }

  /// When the visitor last wrote.
  private func lastAsked(in conversation: ConversationID) throws -> Moment? {
    try row(
      """
      SELECT at
      FROM entries
      WHERE conversation_id = $1 AND by_kind = 'visitor' AND client_id IS NOT NULL
      ORDER BY n DESC
      LIMIT 1
      """, conversation
    ).map { $0[0] }
  }

  private func seenAsked(in conversation: ConversationID, by account: AccountID) throws -> Int64 {
    try row("SELECT seen_asked FROM marks WHERE conversation_id = $1 AND account_id = $2", conversation, account)?[0] ?? 0
  }

  fileprivate func story(of conversation: ConversationID, kind: String, for reader: Access.Actor) throws -> Story? {
    let found = try row(
      """
      SELECT c.site_id, c.visitor_id, c.state, c.last_by, c.last_text, s.name, v.name, c.expert_id
      FROM conversations c
      JOIN sites s ON s.id = c.site_id
      JOIN visitors v ON v.id = c.visitor_id
      WHERE c.id = $1
      """, conversation)
    guard let row = found else { return nil }
    let thing = Thing.chat(site: row[0], asker: row[1], expert: row[7])
    guard reader.may(.read, thing) else { return nil }
    let (state, lastBy): (String, String?) = (row[2], row[3])
    var acts: [Story.Act] = []
    if reader.may(.join, thing) {
      if state == "waiting" { acts = [.join] }
      if kind == NoticeKind.transfer.name { acts = [.join] }
      if state == "active", kind == NoticeKind.newMessage.name { acts = [.reply] }
    }
    return Story(
      name: row[6], place: row[5], text: lastBy == "visitor" ? row[4] : nil, conversation: conversation,
      path: "/console#\(conversation)", acts: acts)
  }
}
