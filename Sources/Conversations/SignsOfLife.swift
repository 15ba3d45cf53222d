import Base
import Synchronization

/// When somebody of the team last typed in a chat, whatever became of the words: whoever writes is not silent (X5).
///
/// Kept in memory by each node, which all hear of it: what is forgotten at a start is said again within seconds by who goes on writing.
final class SignsOfLife: Sendable {
  static let chatLimit = 10_000
  /// No website waits for longer before it calls somebody silent.
  private static let lifetimeSeconds: Int64 = 86_400

  private let typed = Mutex<[ConversationID: Moment]>([:])

  func note(_ conversation: ConversationID, at now: Moment) {
    typed.withLock { typed in
      typed[conversation] = now
      if typed.count > Self.chatLimit { typed = typed.filter { $0.value.adding(seconds: Self.lifetimeSeconds) > now } }
    }
  }

  func last(in conversation: ConversationID) -> Moment? { typed.withLock { $0[conversation] } }
}
