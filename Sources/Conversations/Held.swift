import Base
import ConversationsCore
import Store

extension Lock {
  public static func conversation(_ id: ConversationID) -> Lock { Lock(table: "conversations", id: id.rawValue) }
}

/// A conversation as a transaction holds it: its state row, and of its asker what the rules ask about.
struct Held: Sendable {
  let id: ConversationID
  let site: SiteID
  let visitor: VisitorID
  let visitorName: String?
  let formSent: Bool
  /// Who asked there is nobody any more.
  let isErased: Bool
  /// The account that keeps the thread.
  let keeper: AccountID?
  let revision: Int64
  /// Who pays whom; nil where the team of the website answers.
  let deal: Deal?
  var state: Conversation
}

extension Session {
  /// Loads what a decision needs.
  ///
  /// - Parameter answerers: whether the agents are needed too; a visitor's message is decided without them.
  func held(_ id: ConversationID, answerers: Bool = true) throws -> Held? {
    let found = try row(
      """
      SELECT c.site_id, c.visitor_id, v.name, v.form_sent_at, c.revision, c.head, c.public_head, c.asked, c.letters_settled, c.letters_opened,
        h.id, h.state, h.form, h.offline, h.written, h.opened_at, h.waiting_since, h.first_message_at, h.first_answer_at,
        h.closed_at, h.closed_by, h.closed_by_account, h.transfer_to, h.transfer_since, h.transfer_until, h.overdue,
        v.account_id, c.customer_id, c.expert_id,
        c.deals_late, c.deals_released, c.deals_judged, v.erased_at IS NOT NULL
      FROM conversations c
      JOIN visitors v ON v.id = c.visitor_id
      LEFT JOIN chats h ON h.id = c.chat_id
      WHERE c.id = $1
      """, id)
    guard let row = found else { return nil }
    let state = Conversation(
      head: row[5], publicHead: row[6], asked: row[7], lettersSettled: row[8], lettersOpened: row[9], dealsLate: row[29],
      dealsReleased: row[30], dealsJudged: row[31], chat: Chat(row, at: 10), answerers: answerers ? try self.answerers(of: id) : [])
    let formSentAt: Moment? = row[3]
    let (customer, expert): (AccountID?, AccountID?) = (row[27], row[28])
    return Held(
      id: id, site: row[0], visitor: row[1], visitorName: row[2], formSent: formSentAt != nil, isErased: row[32], keeper: row[26],
      revision: row[4], deal: customer.flatMap { customer in expert.map { Deal(customer: customer, expert: $0) } }, state: state)
  }

  func answerers(of conversation: ConversationID) throws -> [Answerer] {
    try rows(
      """
      SELECT account_id, name, avatar, colour, here
      FROM participants
      WHERE conversation_id = $1
      ORDER BY colour
      LIMIT 200
      """, conversation
    ).map { Answerer(id: $0[0], name: $0[1], avatar: $0[2], colour: $0[3], here: $0[4]) }
  }
}

extension Chat {
  /// Reads the sixteen columns of a chat from `first` on; nil where an outer join found none.
  init?(_ row: Row, at first: Int) {
    let found: ChatID? = row[first]
    guard let id = found else { return nil }
    self.init(
      id: id,
      phase: Chat.Phase(column: row[first + 1]),
      form: Chat.Form(column: row[first + 2]),
      offline: row[first + 3],
      written: row[first + 4],
      openedAt: row[first + 5],
      waitingSince: row[first + 6],
      firstMessageAt: row[first + 7],
      firstAnswerAt: row[first + 8],
      closedAt: row[first + 9],
      closedBy: Chat.Closer(word: row[first + 10], account: row[first + 11]),
      transfer: Chat.Transfer(to: row[first + 12], since: row[first + 13], offeredUntil: row[first + 14]),
      overdue: (row[first + 15] as Bool?) ?? false)
  }
}

extension Chat.Transfer {
  init?(to: AccountID?, since: Moment?, offeredUntil: Moment?) {
    guard let to, let since else { return nil }
    if let offeredUntil { self.init(offeredTo: to, since: since, until: offeredUntil) } else { self.init(to: to, since: since) }
  }
}

extension Chat.Closer {
  init?(word: String?, account: AccountID?) {
    switch (word, account) {
    case (nil, _): return nil
    case ("visitor", _): self = .visitor
    case ("agent", .some(let account)): self = .agent(account)
    default: self = .nobody
    }
  }

  var word: String {
    switch self {
    case .visitor: "visitor"
    case .agent: "agent"
    case .nobody: "nobody"
    }
  }

  var account: AccountID? { if case .agent(let id) = self { id } else { nil } }
}

extension RawRepresentable where RawValue == String {
  /// Reads a column that a CHECK keeps to our words.
  init(column word: String) {
    guard let value = Self(rawValue: word) else { preconditionFailure("\(word) is no \(Self.self)") }
    self = value
  }
}
