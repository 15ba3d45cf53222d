import Base
import Notifications
import Store
import Wire

/// Marks that wait to be written. They come with every message from every reader, so they are gathered and written together; one that a
/// crash takes away is said again by its client, because marks are absolute.
enum MarkBook {
  static let gatherMilliseconds: Int64 = 100
  /// Marks in one write.
  static let atOnce = 200

  struct Key: Hashable, Sendable {
    let conversation: ConversationID
    /// 0 for the visitor.
    let account: Int64
  }

  struct Moved: Sendable {
    let conversation: ConversationID
    let marks: Marks
    /// The lists show what the team has seen.
    let byTeam: Bool
  }

  static func later(_ left: Mark, _ right: Mark) -> Mark {
    Mark(delivered: max(left.delivered, right.delivered), seen: max(left.seen, right.seen))
  }

  /// Writes them, and answers what moved.
  static func write(_ batch: [Key: Mark], to store: any Store, telling notifications: Notifications) async throws -> [Moved] {
    let locks = Set(batch.keys.map(\.conversation)).sorted().map(Lock.conversation)
    return try await store.write(locking: locks, urgency: .background) { session in
      var byTeam: [ConversationID: Bool] = [:]
      for (key, mark) in batch
      where try session.mark(key.conversation, account: key.account, delivered: mark.delivered, seen: mark.seen) {
        byTeam[key.conversation] = (byTeam[key.conversation] ?? false) || key.account != visitorMark
        if key.account == visitorMark, let keeper = try session.keeperWhoSawAll(key.conversation) {
          try notifications.seen(.answer, about: Conversations.subject(key.conversation), by: keeper, in: session)
        }
        guard key.account != visitorMark else { continue }
        let reader = AccountID(rawValue: key.account)
        for kind in try session.seenWhole(by: reader, in: key.conversation) {
          try notifications.seen(kind, about: Conversations.subject(key.conversation), by: reader, in: session)
        }
      }
      return try byTeam.map { Moved(conversation: $0.key, marks: try session.marks(of: $0.key), byTeam: $0.value) }
    }
  }
}
