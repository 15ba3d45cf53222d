import Base
import Synchronization

/// Why nothing of a conversation may be erased by its age yet, as a condition in SQL: what is counted, shown and erased asks the same.
public struct ThreadHold: Sendable {
  public enum Reason: String, CaseIterable, Sendable {
    /// Somebody disputes what was paid, here or at their bank.
    case disputed
    /// Something is set aside for it, or its clock runs.
    case unpaid
  }

  public let reason: Reason
  /// On `c`, a row of `conversations`.
  public let condition: String

  public init(_ reason: Reason, where condition: String) {
    self.reason = reason
    self.condition = condition
  }
}

/// What other slices hold back. Each says so once, when it is made.
///
/// A class, because those who hold back and those who erase share it.
public final class ThreadHolds: Sendable {
  private let list = Mutex<[ThreadHold]>([])

  public func add(_ hold: ThreadHold) { list.withLock { $0.append(hold) } }

  /// The branches of a CASE that names the reason.
  public var branches: String { list.withLock { $0.map { "WHEN \($0.condition) THEN '\($0.reason.rawValue)'" } }.joined(separator: "\n") }

  /// Whether anything holds `c` back.
  public var any: String {
    let conditions = list.withLock { $0.map { "(\($0.condition))" } }
    return conditions.isEmpty ? "FALSE" : "(\(conditions.joined(separator: " OR ")))"
  }
}

extension Conversations {
  /// Files whose time is over, as a condition on `f`, a row of `files`: not those that somebody may need for a dispute, and none while the
  /// website pauses.
  public func expiredFiles(at now: String) -> String {
    """
    f.deleted_at IS NULL AND f.expires_at <= \(now) AND NOT EXISTS (
      SELECT 1 FROM conversations AS c
      WHERE c.id = f.conversation_id AND (\(holds.any)
        OR EXISTS (SELECT 1 FROM site_retention AS r WHERE r.site_id = c.site_id AND r.paused_until > \(now))))
    """
  }
}
