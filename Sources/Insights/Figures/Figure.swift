import Base
import Store

/// What is counted. Each is one query of rows, so that a number and the list behind it cannot differ.
///
/// Chats and messages are those of the websites' teams: a paid thread is between two and counts in the books.
enum Figure: String, CaseIterable, Sendable {
  /// Browsers that came to the website, once a day.
  case visitors
  /// Chats in which the visitor sent the form or wrote, on the day on which they began.
  case chats
  /// Answers of people to what visitors asked; adds up how long each took, from the first message of the visitor's turn on.
  case answers
  /// What visitors and agents wrote or sent.
  case messages
  /// Files among them.
  case files
  /// Chats that were won, handed over, or after whose beginning the same visit reached a goal of the website; once, when it first happened.
  case conversions
  /// Chats that an agent joined, once a day.
  case joined
  /// Stays of an agent in a chat that ended; adds up how long each was.
  case stays
  /// Ratings of chats, for each agent who answered in it; adds up the stars.
  case ratings

  /// Those that are told of agents.
  static let ofAgents: [Figure] = [.joined, .answers, .messages, .files, .stays, .ratings]
  static let ofSites: [Figure] = [.visitors, .chats, .answers, .messages, .files, .conversions]

  /// Whether what its rows come to on the average is told, not how many there are.
  var isMean: Bool { [.answers, .stays, .ratings].contains(self) }

  /// Rows of `at`, `conversation_id`, `name`, `amount` and `account_id` for the website `$1` from `$2` to before `$3`.
  var rows: String {
    switch self {
    case .visitors:
      """
      SELECT MIN(w.started_at) AS at, MIN(c.id) AS conversation_id, v.name AS name, CAST(1 AS BIGINT) AS amount,
        CAST(NULL AS BIGINT) AS account_id
      FROM visits w
      JOIN visitors v ON v.id = w.visitor_id
      LEFT JOIN conversations c ON c.visitor_id = v.id AND c.expert_id IS NULL
      WHERE v.site_id = $1 AND w.started_at >= $2 AND w.started_at < $3
      GROUP BY v.id, v.name
      """
    case .chats:
      """
      SELECT h.opened_at AS at, c.id AS conversation_id, v.name AS name, CAST(1 AS BIGINT) AS amount, CAST(NULL AS BIGINT) AS account_id
      FROM chats h
      JOIN conversations c ON c.id = h.conversation_id
      JOIN visitors v ON v.id = c.visitor_id
      WHERE c.site_id = $1 AND c.expert_id IS NULL AND h.written AND h.opened_at >= $2 AND h.opened_at < $3
      """
    case .answers: "SELECT * FROM (\(said(by: "= 'agent'", amount: "e.at - \(asked)"))) AS r WHERE r.amount IS NOT NULL"
    case .messages: said(by: "IN ('visitor', 'agent')", amount: "CAST(1 AS BIGINT)")
    case .files: said(by: "IN ('visitor', 'agent')", amount: "CAST(1 AS BIGINT)") + " AND CAST(e.body AS TEXT) LIKE '{\"kind\":\"file\"%'"
    case .conversions:
      """
      SELECT MIN(x.at) AS at, c.id AS conversation_id, v.name AS name, CAST(1 AS BIGINT) AS amount, MIN(x.account_id) AS account_id
      FROM (
        SELECT o.chat_id AS chat_id, o.at AS at, o.account_id AS account_id
        FROM conversions o
        WHERE o.site_id = $1 AND o.at >= $2 AND o.at < $3
        UNION ALL
        SELECT h.id, g.at, CAST(NULL AS BIGINT)
        FROM reached_goals g
        JOIN conversations c ON c.visitor_id = g.visitor_id AND c.expert_id IS NULL
        JOIN chats h ON h.conversation_id = c.id
        WHERE g.site_id = $1 AND g.at >= $2 AND g.at < $3 AND \(Self.isReached)
      ) x
      JOIN chats h ON h.id = x.chat_id
      JOIN conversations c ON c.id = h.conversation_id
      JOIN visitors v ON v.id = c.visitor_id
      WHERE NOT EXISTS (SELECT 1 FROM conversions o WHERE o.chat_id = h.id AND o.at < $2)
        AND NOT EXISTS (SELECT 1 FROM reached_goals g WHERE g.visitor_id = v.id AND g.at < $2 AND \(Self.isReached))
      GROUP BY h.id, c.id, v.name
      """
    case .joined:
      """
      SELECT MIN(e.at) AS at, c.id AS conversation_id, v.name AS name, CAST(1 AS BIGINT) AS amount, e.by_account AS account_id
      FROM \(lines) AND e.kind = 'AgentJoinedChat' AND e.by_account IS NOT NULL
      GROUP BY e.chat_id, c.id, v.name, e.by_account
      """
    case .stays: stays
    case .ratings:
      """
      SELECT r.rated_at AS at, r.conversation_id AS conversation_id, v.name AS name, r.stars AS amount, a.account_id AS account_id
      FROM chat_ratings r
      JOIN rated_agents a ON a.chat_id = r.chat_id
      JOIN conversations c ON c.id = r.conversation_id
      JOIN visitors v ON v.id = c.visitor_id
      WHERE r.site_id = $1 AND r.rated_at >= $2 AND r.rated_at < $3
      """
    }
  }

  /// Whether the goal `g` is one of the chat `h`, whose visitor reached it: the chat was there in the same visit, before.
  private static let isReached = "h.written AND g.at >= h.opened_at AND (h.closed_at IS NULL OR h.closed_at >= g.began_at)"

  /// Lines of logs. A conversation that was not active since has no line since, which its index knows.
  private var lines: String {
    """
    conversations c
    JOIN visitors v ON v.id = c.visitor_id
    JOIN entries e ON e.conversation_id = c.id
    WHERE c.site_id = $1 AND c.expert_id IS NULL AND c.active_at >= $2 AND e.at >= $2 AND e.at < $3
    """
  }

  private func said(by whom: String, amount: String) -> String {
    """
    SELECT e.at AS at, c.id AS conversation_id, v.name AS name, \(amount) AS amount, e.by_account AS account_id
    FROM \(lines) AND e.kind = 'MessageSent' AND e.audience = 'everybody' AND e.by_kind \(whom)
    """
  }

  /// When the turn of the visitor began that the message `e` ends; NULL for what answers nothing.
  private var asked: String {
    """
    (SELECT MIN(q.at) FROM entries q
      WHERE q.conversation_id = e.conversation_id AND q.chat_id = e.chat_id AND q.n < e.n AND q.kind = 'MessageSent' AND q.by_kind = 'visitor'
        AND q.n > COALESCE((SELECT MAX(p.n) FROM entries p
          WHERE p.conversation_id = e.conversation_id AND p.n < e.n AND p.kind = 'MessageSent' AND p.by_kind = 'agent'
            AND p.audience = 'everybody'), 0))
    """
  }

  private var stays: String {
    """
    SELECT e.at AS at, c.id AS conversation_id, v.name AS name, e.at - j.at AS amount, j.by_account AS account_id
    FROM conversations c
    JOIN visitors v ON v.id = c.visitor_id
    JOIN entries e ON e.conversation_id = c.id
    JOIN entries j ON j.conversation_id = e.conversation_id AND j.chat_id = e.chat_id AND j.n < e.n AND j.kind = 'AgentJoinedChat'
    WHERE c.site_id = $1 AND c.expert_id IS NULL AND c.active_at >= $2 AND e.at >= $2 AND e.at < $3
      AND (e.kind = 'ChatClosed' OR e.kind = 'AgentLeftChat' AND e.by_account = j.by_account)
      AND j.by_account IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM entries l
        WHERE l.conversation_id = e.conversation_id AND l.chat_id = e.chat_id AND l.n > j.n AND l.n < e.n AND l.by_account = j.by_account
          AND l.kind IN ('AgentLeftChat', 'AgentJoinedChat'))
    """
  }
}

/// How many rows, and what their amounts come to.
struct Tally: Hashable, Sendable {
  var count: Int64 = 0
  var sum: Int64 = 0

  /// The mean, rounded half up; nil of nothing.
  var mean: Int64? { count == 0 ? nil : (sum * 2 + count) / (count * 2) }

  /// In tenths, rounded half up; nil of nothing.
  var tenths: Int64? { count == 0 ? nil : (sum * 20 + count) / (count * 2) }

  static func + (left: Tally, right: Tally) -> Tally { Tally(count: left.count + right.count, sum: left.sum + right.sum) }
}

/// The figures of a website and of each of its agents, of one day or of several.
struct Figures: Hashable, Sendable {
  var site: [Figure: Tally] = [:]
  var agents: [AccountID: [Figure: Tally]] = [:]

  subscript(figure: Figure) -> Tally { site[figure] ?? Tally() }

  static func + (left: Figures, right: Figures) -> Figures {
    Figures(
      site: left.site.merging(right.site, uniquingKeysWith: +),
      agents: left.agents.merging(right.agents) { $0.merging($1, uniquingKeysWith: +) })
  }
}
