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
        let data = Self.data(about: conversation, quoting: news.quoted)
        let tidings = Tidings(kind, about: subject, data: data, count: max(1, news.count), at: news.at)
        try notifications.tell(tidings, to: news.account, in: session)
      }
    }
  }

  /// Which message a notice quotes is kept, so that it says the same until that message says something else.
  static func data(about conversation: ConversationID, quoting n: Int64?) -> [String: String] {
    ["conversation": "\(conversation)"].merging(n.map { ["message": "\($0)"] } ?? [:]) { $1 }
  }

  /// Somebody said their name, or writes a message again: so do the notices about it, on open pages too.
  func retellNotices(after performed: Performed, in session: any Session) throws {
    guard performed.isSaidAnew, let held = try session.held(performed.conversation, answerers: false) else { return }
    let told = try session.answerers(of: held) + session.overseers() + (held.keeper.map { [$0] } ?? [])
    try notifications.retell(about: Self.subject(held.id), to: Set(told), in: session)
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
        stories[notice.id] = try session.story(of: conversation, in: notice, for: reader)
      }
      return stories
    }
  }
}

extension Notice {
  /// The message that it quotes.
  var quoted: Int64? { identity("message", of: Kinds.Notice.self)?.rawValue }
}

extension Performed {
  fileprivate var isSaidAnew: Bool {
    entries.contains {
      switch $0.body {
      case .formSent, .revised: true
      default: false
      }
    }
  }

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
  var count: Int64 = 1
  let at: Moment
  /// The message of the visitor that it quotes.
  let quoted: Int64?
}

/// A message of a visitor.
private struct Asked {
  let n: Int64
  let at: Moment
  let chat: ChatID
}

extension Session {
  fileprivate func news(of held: Held, _ chat: ConversationsCore.Chat) throws -> [TeamNews] {
    let messages = try lastAsked(in: held.id)
    let asked: [TeamNews] =
      chat.transfer.map { transfer in
        let quoted = Self.quoted(of: messages, in: chat.id, since: transfer.since)
        return [TeamNews(kind: transfer.isOffer ? .newVisitor : .transfer, account: transfer.to, at: transfer.since, quoted: quoted)]
      } ?? []
    switch chat.phase {
    case .closed: return []
    // It is for the one who was asked, until they had their time.
    case .waiting where !asked.isEmpty && !chat.overdue: return asked
    case .waiting where chat.offline:
      guard let last = messages.first else { return [] }
      return try answerers(of: held).map { TeamNews(kind: .missedMessage, account: $0, at: last.at, quoted: last.n) }
    case .waiting:
      let since = chat.waitingSince ?? chat.openedAt
      let quoted = Self.quoted(of: messages, in: chat.id, since: since)
      let team = try answerers(of: held)
      let news = team.map { TeamNews(kind: .newVisitor, account: $0, at: since, quoted: quoted) }
      guard chat.overdue else { return news }
      return try news + Set(team + overseers()).map { TeamNews(kind: .waitOverdue, account: $0, at: since, quoted: quoted) }
    case .active:
      guard let last = messages.first else { return asked }
      return try asked
        + held.state.answerers.filter(\.here).compactMap { agent in
          let seen = try seenAsked(in: held.id, by: agent.id)
          let unseen = held.state.asked - seen
          return unseen > 0 ? TeamNews(kind: .newMessage, account: agent.id, count: unseen, at: last.at, quoted: last.n) : nil
        }
    }
  }

  /// What somebody asked first since they wait, or last before that: it stays the same however much they write.
  private static func quoted(of messages: [Asked], in chat: ChatID, since: Moment) -> Int64? {
    let messages = messages.filter { $0.chat == chat }
    return (messages.last { $0.at >= since } ?? messages.first)?.n
  }

  /// Whose task it is to answer.
  fileprivate func answerers(of held: Held) throws -> [AccountID] {
    if let deal = held.deal { [deal.expert] } else { try team(of: held.site).map(\.account) }
  }

  /// Who watches over every team.
  fileprivate func overseers() throws -> [AccountID] {
    try rows("SELECT id FROM accounts WHERE active AND (is_manager OR is_administrator) ORDER BY id LIMIT 100").map { $0[0] }
  }

  /// How far back a notice looks for what it quotes.
  private static var lastMessages: Int { 20 }

  /// What the visitor wrote last, newest first.
  private func lastAsked(in conversation: ConversationID) throws -> [Asked] {
    try rows(
      """
      SELECT n, at, chat_id
      FROM entries
      WHERE conversation_id = $1 AND by_kind = 'visitor' AND client_id IS NOT NULL
      ORDER BY n DESC
      LIMIT \(Self.lastMessages)
      """, conversation
    ).map { Asked(n: $0[0], at: $0[1], chat: $0[2]) }
  }

  private func seenAsked(in conversation: ConversationID, by account: AccountID) throws -> Int64 {
    try row("SELECT seen_asked FROM marks WHERE conversation_id = $1 AND account_id = $2", conversation, account)?[0] ?? 0
  }

  fileprivate func story(of conversation: ConversationID, in notice: Notice, for reader: Access.Actor) throws -> Story? {
    let found = try row(
      """
      SELECT c.site_id, c.visitor_id, c.state, s.name, v.name, c.expert_id
      FROM conversations c
      JOIN sites s ON s.id = c.site_id
      JOIN visitors v ON v.id = c.visitor_id
      WHERE c.id = $1
      """, conversation)
    guard let row = found else { return nil }
    let thing = Thing.chat(site: row[0], asker: row[1], expert: row[5])
    guard reader.may(.read, thing) else { return nil }
    let state: String = row[2]
    var acts: [Story.Act] = []
    if reader.may(.join, thing) {
      if state == "waiting" { acts = [.join] }
      if notice.kind == NoticeKind.transfer.name { acts = [.join] }
      if state == "active", notice.kind == NoticeKind.newMessage.name { acts = [.reply] }
    }
    return Story(
      name: row[4], place: row[3], text: try notice.quoted.flatMap { try words(of: $0, in: conversation) }, conversation: conversation,
      path: "/console#\(conversation)", acts: acts)
  }
}
