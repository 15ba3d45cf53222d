import Base
import Sites
import Store
import Wire

/// A fixed number of questions, however much there is to tell.
extension Session {
  func visitorFacts(of conversation: ConversationID, at place: Place) throws -> VisitorFacts {
    let (chats, count) = try earlierChats(in: conversation)
    return VisitorFacts(
      browser: place.expert == nil ? try browser(of: place.visitor) : nil, files: try sharedFiles(in: conversation), chats: chats,
      chatCount: count)
  }

  func browser(of id: VisitorID) throws -> VisitorFacts.Browser? {
    guard let visitor = try visitor(id) else { return nil }
    let pages = try viewedPages(of: id, limit: VisitorFacts.pagesShown).map { page, seconds, depth in
      VisitorFacts.Page(url: page.url, title: page.title, at: page.at.milliseconds, seconds: seconds, depth: depth)
    }
    let actions = try actions(of: id, limit: VisitorFacts.actionsShown).map { action, at in
      VisitorFacts.Action(kind: action.kind.rawValue, label: action.label, value: action.value, at: at.milliseconds)
    }
    let goals = try reachedGoals(of: id, limit: VisitorFacts.actionsShown).map { name, at in
      VisitorFacts.Action(kind: "goal", label: name, value: "", at: at.milliseconds)
    }
    let visit = try lastVisit(of: id)
    return VisitorFacts.Browser(
      device: visitor.userAgent.device.rawValue, browser: visitor.userAgent.browser, system: visitor.userAgent.system,
      language: visitor.language, firstAt: visitor.firstVisitAt.milliseconds, visits: visitor.visits,
      country: visitor.country, city: visitor.city, referrer: visit?.referrer ?? "", source: visit?.source.map(VisitorFacts.Source.init),
      landing: visit?.landingPage ?? "", pages: pages,
      actions: Array((goals + actions).sorted { $0.at > $1.at }.prefix(VisitorFacts.actionsShown)))
  }

  /// Those that were sent, the newest first.
  private func sharedFiles(in conversation: ConversationID) throws -> [VisitorFacts.File] {
    try rows(
      """
      SELECT id, name, type, bytes, created_at, by_kind, deleted_at IS NOT NULL
      FROM files
      WHERE conversation_id = $1 AND n IS NOT NULL
      ORDER BY n DESC
      LIMIT \(VisitorFacts.filesShown)
      """, conversation
    ).map {
      VisitorFacts.File(
        file: $0[0], name: $0[1], type: $0[2], bytes: $0[3], at: ($0[4] as Moment).milliseconds, by: $0[5], expired: $0[6])
    }
  }

  /// The chats before the present one in which somebody wrote, the newest first, and how many there were.
  private func earlierChats(in conversation: ConversationID) throws -> ([VisitorFacts.Chat], Int64) {
    let found = try rows(
      """
      SELECT h.id, h.opened_at, q.stars, COUNT(*) OVER ()
      FROM chats h
      JOIN conversations c ON c.id = h.conversation_id
      LEFT JOIN chat_ratings q ON q.chat_id = h.id
      WHERE h.conversation_id = $1 AND h.id <> c.chat_id AND h.written
      ORDER BY h.opened_at DESC, h.id DESC
      LIMIT \(VisitorFacts.chatsShown)
      """, conversation)
    let firsts = try firstLines(of: found.map { $0[0] }, in: conversation)
    let words = try beginnings(of: firsts.values.compactMap(\.said), in: conversation)
    let chats = found.map { row in
      let first = firsts[row[0]]
      return VisitorFacts.Chat(
        id: row[0], n: first?.n ?? 0, at: (row[1] as Moment).milliseconds, snippet: first?.said.flatMap { words[$0] }, rating: row[2])
    }
    return (chats, found.first?[3] ?? 0)
  }

  /// With which line each chat began, and in which the visitor said something first.
  private func firstLines(of chats: [ChatID], in conversation: ConversationID) throws -> [ChatID: (n: Int64, said: Int64?)] {
    let list = SQLList(chats, from: 2)
    let found = try rows(
      """
      SELECT chat_id, MIN(n), MIN(CASE WHEN kind = 'MessageSent' AND by_kind = 'visitor' THEN n END)
      FROM entries
      WHERE conversation_id = $1 AND chat_id \(list.sql)
      GROUP BY chat_id
      """, [conversation.sqlValue] + list.values)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], (n: $0[1], said: $0[2])) })
  }

  /// The beginning of messages, as they are now.
  private func beginnings(of lines: [Int64], in conversation: ConversationID) throws -> [Int64: String] {
    let list = SQLList(lines, from: 2)
    let found = try rows(
      "SELECT n, kind, body FROM entries WHERE conversation_id = $1 AND n \(list.sql)", [conversation.sqlValue] + list.values)
    let changed = Dictionary(try revisions(of: conversation, above: 0).map { ($0.of, $0.text) }) { _, later in later }
    return try found.reduce(into: [:]) { beginnings, row in
      let n: Int64 = row[0]
      guard let said = try Body(event: row[1], json: Array((row[2] as String).utf8)).readableText else { return }
      beginnings[n] = String(((changed[n] ?? nil) ?? said).prefix(Self.previewCharacters))
    }
  }
}

extension VisitorFacts.Source {
  fileprivate init(_ source: VisitSource) {
    self.init(
      kind: source.kind.rawValue, name: source.name, medium: source.medium, campaign: source.campaign, term: source.term,
      content: source.content)
  }
}
