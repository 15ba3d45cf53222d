import Base
import Store

@testable import Insights

/// What is in the database, row by row, and the figures as plain loops make them of it: nothing of the program's own queries.
struct RawFacts: Sendable {
  struct Line: Sendable {
    let n: Int64
    let chat: ChatID
    let at: Moment
    let kind: String
    let by: String
    let account: AccountID?
    let isPublic: Bool
    let isFile: Bool
  }

  struct Chat: Sendable {
    let id: ChatID
    let site: SiteID
    let visitor: VisitorID
    let written: Bool
    let at: Moment
    let until: Moment?
  }

  struct Thread: Sendable {
    let site: SiteID
    let visitor: VisitorID
    let lines: [Line]
  }

  var threads: [Thread] = []
  var visits: [(site: SiteID, visitor: VisitorID, at: Moment)] = []
  var chats: [Chat] = []
  var ratings: [(site: SiteID, account: AccountID, stars: Int64, at: Moment)] = []
  var conversions: [(chat: ChatID, at: Moment)] = []
  var goals: [(visitor: VisitorID, visitBegan: Moment, at: Moment)] = []

  init(_ session: any Session) throws {
    for row in try session.rows("SELECT id, site_id, visitor_id FROM conversations WHERE expert_id IS NULL") {
      let lines = try session.rows(
        "SELECT n, chat_id, at, kind, by_kind, by_account, audience, body FROM entries WHERE conversation_id = $1 ORDER BY n",
        row[0] as ConversationID)
      threads.append(
        Thread(
          site: row[1], visitor: row[2],
          lines: lines.map { line in
            Line(
              n: line[0], chat: line[1], at: line[2], kind: line[3], by: line[4], account: line[5],
              isPublic: (line[6] as String) == "everybody", isFile: (line[7] as String).hasPrefix(#"{"kind":"file""#))
          }))
    }
    visits = try session.rows("SELECT v.site_id, v.id, w.started_at FROM visits w JOIN visitors v ON v.id = w.visitor_id").map {
      ($0[0], $0[1], $0[2])
    }
    let began = """
      SELECT h.id, c.site_id, c.visitor_id, h.written, h.opened_at, h.closed_at
      FROM chats h JOIN conversations c ON c.id = h.conversation_id
      """
    chats = try session.rows(began).map { Chat(id: $0[0], site: $0[1], visitor: $0[2], written: $0[3], at: $0[4], until: $0[5]) }
    let rated = "SELECT r.site_id, a.account_id, r.stars, r.rated_at FROM chat_ratings r JOIN rated_agents a ON a.chat_id = r.chat_id"
    ratings = try session.rows(rated).map { ($0[0], $0[1], $0[2], $0[3]) }
    conversions = try session.rows("SELECT chat_id, at FROM conversions").map { ($0[0], $0[1]) }
    let reached = "SELECT w.visitor_id, w.started_at, g.at FROM reached_goals g JOIN visits w ON w.id = g.visit_id"
    goals = try session.rows(reached).map { ($0[0], $0[1], $0[2]) }
  }

  private func goalsReached(after chat: Chat) -> [Moment] {
    guard chat.written else { return [] }
    return goals.filter { goal in
      goal.visitor == chat.visitor && goal.at >= chat.at && (chat.until.map { goal.visitBegan <= $0 } ?? true)
    }.map(\.at)
  }

  func figures(at site: SiteID, in span: Range<Moment>) -> Figures {
    var figures = Figures()
    for figure in Figure.ofSites { figures.site[figure] = Tally() }
    func count(_ figure: Figure, _ amount: Int64 = 1) {
      figures.site[figure, default: Tally()] = figures[figure] + Tally(count: 1, sum: amount)
    }
    func count(_ figure: Figure, of account: AccountID?, _ amount: Int64 = 1) {
      guard let account else { return }
      let known = figures.agents[account]?[figure] ?? Tally()
      figures.agents[account, default: [:]][figure] = known + Tally(count: 1, sum: amount)
    }
    for _ in Set(visits.filter { $0.site == site && span.contains($0.at) }.map(\.visitor)) { count(.visitors) }
    for chat in chats where chat.site == site && chat.written && span.contains(chat.at) { count(.chats) }
    for rating in ratings where rating.site == site && span.contains(rating.at) { count(.ratings, of: rating.account, rating.stars) }
    for chat in chats where chat.site == site {
      let told = conversions.filter { $0.chat == chat.id }.map(\.at)
      if let first = (told + goalsReached(after: chat)).min(), span.contains(first) { count(.conversions) }
    }
    for thread in threads where thread.site == site {
      var asked: (chat: ChatID, at: Moment)?
      var inside: [AccountID: Moment] = [:]
      var joined: Set<AccountID> = []
      var chat: ChatID?
      for line in thread.lines {
        if line.chat != chat { (asked, inside, joined, chat) = (nil, [:], [], line.chat) }
        let isCounted = span.contains(line.at)
        switch (line.kind, line.by) {
        case ("MessageSent", "visitor"), ("MessageSent", "agent"):
          guard line.isPublic else { continue }
          if isCounted {
            count(.messages)
            count(.messages, of: line.account)
            if line.isFile {
              count(.files)
              count(.files, of: line.account)
            }
          }
          if line.by == "visitor" {
            if asked == nil { asked = (line.chat, line.at) }
          } else {
            if let asked, isCounted {
              let took = line.at.milliseconds(since: asked.at)
              count(.answers, took)
              count(.answers, of: line.account, took)
            }
            asked = nil
          }
        case ("AgentJoinedChat", _):
          guard let account = line.account else { continue }
          inside[account] = line.at
          if isCounted, joined.insert(account).inserted { count(.joined, of: account) }
        case ("AgentLeftChat", _):
          guard let account = line.account, let since = inside.removeValue(forKey: account) else { continue }
          if isCounted { count(.stays, of: account, line.at.milliseconds(since: since)) }
        case ("ChatClosed", _):
          for (account, since) in inside where isCounted { count(.stays, of: account, line.at.milliseconds(since: since)) }
          inside = [:]
        default: break
        }
      }
    }
    return figures
  }
}
