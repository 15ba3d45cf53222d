import Base
import Conversations
import Sites
import Store

/// What of a website is old enough on one of its nights. Each kind is one query of rows, by which it is counted, listed and erased: the dry run
/// cannot say anything else than the night does.
struct Overdue: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case visits, addresses, chats, files
  }

  let site: SiteID
  /// Three o'clock on the clock of the website.
  let night: Moment
  let retention: SiteRetention
  let conversations: Conversations

  /// What goes: rows of `id`, `at`, `label` and `conversation_id`, with `values(for:)`.
  ///
  /// - Parameter list: as `IN (…)`; those of these identities alone.
  func rows(_ kind: Kind, among list: String? = nil) -> String {
    let some = list.map { " AND \(identity(of: kind)) \($0)" } ?? ""
    let old = "SELECT o.* FROM (\(rows(kind, where: age(of: kind, before: "$2") + some))) AS o WHERE o.held IS NULL"
    guard kind != .chats, takesChats else { return old }
    // What is younger goes with its chat. One that is open is held back: so the index finds them.
    let chats =
      "SELECT g.id FROM (\(rows(.chats, where: "c.state = 'closed' AND \(age(of: .chats, before: "$3"))"))) AS g WHERE g.held IS NULL"
    return "\(old) UNION SELECT o.* FROM (\(rows(kind, where: "c.id IN (\(chats))" + some))) AS o"
  }

  /// What is old enough and stays, each with the reason in `held`.
  func heldRows(_ kind: Kind) -> String {
    "SELECT o.* FROM (\(rows(kind, where: age(of: kind, before: "$2")))) AS o WHERE o.held IS NOT NULL"
  }

  func values(for kind: Kind) -> [SQLValue] {
    heldValues(for: kind) + (kind != .chats && takesChats ? [end(of: .chats).sqlValue] : [])
  }

  func heldValues(for kind: Kind) -> [SQLValue] { [site.sqlValue, end(of: kind).sqlValue] }

  private var takesChats: Bool { retention.chatDays != nil && !retention.isPaused(at: night) }

  /// What is older than this goes; nothing is older than the beginning of time.
  func end(of kind: Kind) -> Moment {
    guard !retention.isPaused(at: night) else { return Moment(milliseconds: 0) }
    switch kind {
    case .visits: return end(after: retention.visitDays)
    case .addresses: return end(after: retention.addressDays)
    case .chats: return end(after: retention.chatDays)
    case .files: return night
    }
  }

  private func end(after days: Int64?) -> Moment { days.map { night.adding(seconds: -$0 * 86_400) } ?? Moment(milliseconds: 0) }

  private func identity(of kind: Kind) -> String {
    switch kind {
    case .visits: "w.id"
    case .addresses: "v.id"
    case .chats: "c.id"
    case .files: "f.id"
    }
  }

  private func age(of kind: Kind, before end: String) -> String {
    switch kind {
    case .visits: "w.active_at < \(end)"
    case .addresses: "v.last_visit_at < \(end)"
    case .chats: "c.active_at < \(end)"
    case .files: "f.expires_at <= \(end)"
    }
  }

  /// - Parameter condition: on `w`, a visit; `v`, a visitor; `c`, a conversation; `f`, a file: those of them that the kind has.
  private func rows(_ kind: Kind, where condition: String) -> String {
    switch kind {
    case .visits:
      """
      SELECT w.id AS id, w.active_at AS at, w.landing_page AS label, \(Self.link) AS conversation_id, \(held()) AS held
      FROM visits AS w
      JOIN visitors AS v ON v.id = w.visitor_id
      LEFT JOIN conversations AS c ON c.visitor_id = v.id
      WHERE v.site_id = $1 AND \(condition)
      """
    case .addresses:
      """
      SELECT v.id AS id, v.last_visit_at AS at, COALESCE(v.name, '') AS label, \(Self.link) AS conversation_id, \(held()) AS held
      FROM visitors AS v
      LEFT JOIN conversations AS c ON c.visitor_id = v.id
      WHERE v.site_id = $1 AND \(Self.hasAddress) AND \(condition)
      """
    case .chats:
      """
      SELECT c.id AS id, c.active_at AS at, COALESCE(v.name, '') AS label, c.id AS conversation_id, \(held(Self.chatBranches)) AS held
      FROM conversations AS c
      JOIN visitors AS v ON v.id = c.visitor_id
      WHERE c.site_id = $1 AND c.state <> 'empty' AND c.expert_id IS NULL AND v.erased_at IS NULL AND \(condition)
      """
    case .files:
      """
      SELECT f.id AS id, f.expires_at AS at, \(Self.fileName) AS label, \(Self.link) AS conversation_id, \(held()) AS held
      FROM files AS f
      JOIN conversations AS c ON c.id = f.conversation_id
      WHERE c.site_id = $1 AND f.deleted_at IS NULL AND \(condition)
      """
    }
  }

  /// What two people said to each other for money is nobody else's to open, nor how their files are called.
  private static let link = "CASE WHEN c.expert_id IS NULL THEN c.id END"
  private static let fileName = "CASE WHEN c.expert_id IS NULL THEN f.name ELSE '' END"

  static let hasAddress = "(v.address <> '' OR v.country IS NOT NULL OR v.city IS NOT NULL)"

  /// Somebody is not done with it: a chat that is open, a visitor who is shut out, one who keeps the thread in an account, and one who is to be
  /// erased in any case.
  private static let chatBranches = """
    WHEN c.state <> 'closed' THEN 'open'
    WHEN EXISTS (SELECT 1 FROM bans AS b WHERE b.visitor_id = v.id) THEN 'banned'
    WHEN v.account_id IS NOT NULL THEN 'kept'
    WHEN v.erase_at IS NOT NULL THEN 'asked'
    """

  private func held(_ more: String = "") -> String {
    let branches = [conversations.holds.branches, more].filter { !$0.isEmpty }.joined(separator: "\n")
    return branches.isEmpty ? "CAST(NULL AS TEXT)" : "CASE \(branches) END"
  }
}

/// Why something stays that is old enough.
enum HeldReason: String, CaseIterable, Sendable {
  case disputed, unpaid, open, banned, kept, asked
}

/// One row of what goes, or of what stays.
struct OverdueRow: Hashable, Sendable {
  let at: Moment
  let label: String
  let conversation: ConversationID?
  let held: HeldReason?
}

/// How much of each kind.
struct ErasureTally: Hashable, Sendable {
  var visits: Int64 = 0
  var pages: Int64 = 0
  var addresses: Int64 = 0
  var chats: Int64 = 0
  var files: Int64 = 0

  var isEmpty: Bool { self == ErasureTally() }

  subscript(kind: Overdue.Kind) -> Int64 {
    switch kind {
    case .visits: visits
    case .addresses: addresses
    case .chats: chats
    case .files: files
    }
  }
}
