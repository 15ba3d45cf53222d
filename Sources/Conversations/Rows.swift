import Base
import ConversationsCore
import Store
import Wire

/// What the lists of the console show of a conversation, without what only memory knows.
struct ListedConversation: Sendable {
  let id: ConversationID
  let site: SiteID
  let visitor: VisitorID
  let expert: AccountID?
  /// The live list that it stands in.
  var list: Topic { .list(of: expert, at: site) }
  fileprivate let row: Row
  fileprivate let agents: [ConversationRow.Agent]
  fileprivate let teamSeen: Int64
  let tags: [TagID]
}

extension Session {
  /// The newest closed chats that a list begins with.
  static var closedInList: Int { 50 }
  /// More open chats of one site than this are not sent at once.
  static var openInList: Int { 500 }

  func listed(_ ids: [ConversationID]) throws -> [ListedConversation] {
    guard !ids.isEmpty else { return [] }
    return try listed("c.id IN (\(Self.places(ids.count, from: 1)))", Self.padded(ids))
  }

  /// Every open chat of a site and the newest closed ones.
  func listed(site: SiteID) throws -> [ListedConversation] {
    try listed(whose: "c.site_id = $1 AND c.expert_id IS NULL", [site.sqlValue])
  }

  /// The same of an expert's own threads: all of them, or those at one website.
  func listed(expert: AccountID, at site: SiteID?) throws -> [ListedConversation] {
    guard let site else { return try listed(whose: "c.expert_id = $1", [expert.sqlValue]) }
    return try listed(whose: "c.expert_id = $1 AND c.site_id = $2", [expert.sqlValue, site.sqlValue])
  }

  private func listed(whose condition: String, _ values: [SQLValue]) throws -> [ListedConversation] {
    try listed("\(condition) AND c.state IN ('waiting', 'active') ORDER BY c.active_at DESC LIMIT \(Self.openInList)", values)
      + listed("\(condition) AND c.state = 'closed' ORDER BY c.active_at DESC LIMIT \(Self.closedInList)", values)
  }

  private func listed(_ condition: String, _ values: [SQLValue]) throws -> [ListedConversation] {
    let found = try rows(
      """
      SELECT c.id, c.site_id, c.revision, c.active_at, c.head, c.asked, c.last_n, c.last_by, c.last_name, c.last_text, c.last_at,
        h.id, h.state, h.form, h.offline, h.written, h.opened_at, h.waiting_since, h.first_message_at, h.first_answer_at,
        h.closed_at, h.closed_by, h.closed_by_account, h.transfer_to, h.transfer_since, h.transfer_until,
        h.overdue,
        v.id, v.name, v.email, v.phone, v.service, s.current_page, s.current_title, \(Self.pageAt), c.last_kind, c.expert_id,
        COALESCE(a.pseudonym, t.pseudonym), q.stars,
        EXISTS (SELECT 1 FROM conversions o WHERE o.chat_id = h.id AND o.kind = 'handedOver'),
        EXISTS (SELECT 1 FROM conversions o WHERE o.chat_id = h.id AND o.kind = 'won')
      FROM conversations c
      JOIN chats h ON h.id = c.chat_id
      JOIN visitors v ON v.id = c.visitor_id
      LEFT JOIN visits s ON s.id = \(Self.lastVisit)
      LEFT JOIN accounts t ON t.id = h.transfer_to
      LEFT JOIN assignments a ON a.account_id = h.transfer_to AND a.site_id = c.site_id
      LEFT JOIN chat_ratings q ON q.chat_id = c.chat_id
      WHERE \(condition)
      """, values)
    let ids: [ConversationID] = found.map { $0[0] }
    let agents = try agentsListed(ids)
    let seen = try teamSeen(ids)
    let tags = try tagged(ids)
    return zip(ids, found).map { id, row in
      ListedConversation(
        id: id, site: row[1], visitor: row[27], expert: row[36], row: row, agents: agents[id] ?? [], teamSeen: seen[id] ?? 0,
        tags: tags[id] ?? [])
    }
  }

  /// The page that a visitor's row shows; nil where none was counted.
  func shownPage(of visitor: VisitorID) throws -> VisitedPage? {
    try row(
      """
      SELECT s.current_page, s.current_title, \(Self.pageAt)
      FROM visitors v
      JOIN visits s ON s.id = \(Self.lastVisit)
      WHERE v.id = $1
      """, visitor
    ).map { VisitedPage(url: $0[0], title: $0[1], at: $0[2]) }
  }

  private static var lastVisit: String {
    "(SELECT l.id FROM visits l WHERE l.visitor_id = v.id ORDER BY l.started_at DESC, l.id DESC LIMIT 1)"
  }

  /// Since when it is looked at: not when it was last in sight, which moves with every beat.
  private static var pageAt: String {
    "COALESCE((SELECT p.at FROM page_views p WHERE p.visit_id = s.id ORDER BY p.at DESC, p.id DESC LIMIT 1), s.started_at)"
  }

  /// Those who joined the present chat, with how far they read.
  private func agentsListed(_ ids: [ConversationID]) throws -> [ConversationID: [ConversationRow.Agent]] {
    guard !ids.isEmpty else { return [:] }
    let found = try rows(
      """
      SELECT p.conversation_id, p.account_id, p.name, p.avatar, p.colour, p.here, COALESCE(m.seen_asked, 0)
      FROM participants p
      JOIN conversations c ON c.id = p.conversation_id AND c.chat_id = p.chat_id
      LEFT JOIN marks m ON m.conversation_id = p.conversation_id AND m.account_id = p.account_id
      WHERE p.conversation_id IN (\(Self.places(ids.count, from: 1)))
      ORDER BY p.colour
      """, Self.padded(ids))
    return Dictionary(grouping: found) { $0[0] as ConversationID }.mapValues { rows in
      rows.map {
        ConversationRow.Agent(AgentParty(id: $0[1], name: $0[2], avatar: $0[3], colour: $0[4]), here: $0[5], seen: $0[6])
      }
    }
  }

  private func teamSeen(_ ids: [ConversationID]) throws -> [ConversationID: Int64] {
    guard !ids.isEmpty else { return [:] }
    let found = try rows(
      """
      SELECT conversation_id, MAX(seen_asked)
      FROM marks
      WHERE account_id <> 0 AND conversation_id IN (\(Self.places(ids.count, from: 1)))
      GROUP BY conversation_id
      """, Self.padded(ids))
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
  }

  /// `$1, $2, …`, rounded up to a power of two so that few statements are prepared.
  static func places(_ count: Int, from first: Int) -> String {
    (first..<first + roundedUp(count)).map { "$\($0)" }.joined(separator: ", ")
  }

  static func padded(_ ids: [ConversationID]) -> [SQLValue] {
    guard let last = ids.last else { return [] }
    return ids.map(\.sqlValue) + Array(repeating: last.sqlValue, count: roundedUp(ids.count) - ids.count)
  }

  private static func roundedUp(_ count: Int) -> Int {
    var size = 1
    while size < count { size *= 2 }
    return size
  }
}

extension ConversationRow {
  /// A row as readers get it, with what memory knows of the visitor.
  init(_ listed: ListedConversation, online: Bool, typing: Bool, deal: DealView.Waiting?) {
    let row = listed.row
    guard let chat = ConversationsCore.Chat(row, at: 11) else { preconditionFailure("A listed conversation has a chat") }
    let lastN: Int64? = row[6]
    let page: String? = row[32]
    // Rows of before files were told apart: what could be read was a text.
    let (lastKind, lastText): (String?, String?) = (row[35], row[9])
    let kind = lastKind.map { MessageKind(column: $0) } ?? (lastText == nil ? .sealed : .text)
    self.init(
      conversation: listed.id, site: listed.site, revision: row[2],
      visitor: Visitor(
        id: listed.visitor, name: row[28], email: row[29], phone: row[30], service: row[31], online: online,
        page: page.map { VisitedPage(url: $0, title: row[33], at: row[34]) }, typing: typing),
      chat: ConversationRow.Chat(
        ChatView(chat), openedAt: chat.openedAt, waitingSince: chat.waitingSince, closedAt: chat.closedAt,
        closedBy: chat.closedBy.map { ClosedBy(column: $0.word) }, unwritten: !chat.written,
        transfer: chat.transfer.map { Transfer(to: $0.to, name: row[37] ?? "", until: $0.until, offered: $0.isOffer) },
        overdue: chat.overdue, rating: row[38], handedOver: row[39], won: row[40]),
      last: lastN.map { Last(n: $0, by: Party.Kind(column: row[7]), name: row[8], kind: kind, text: lastText, at: row[10]) },
      activeAt: row[3], head: row[4], asked: row[5], teamSeen: listed.teamSeen, agents: listed.agents, tags: listed.tags,
      deal: deal)
  }
}
