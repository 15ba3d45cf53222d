import Base
import Synchronization

/// When somebody of the team last typed in a chat, whatever became of the words: whoever writes is not silent (X5).
///
/// Kept in memory by each node, which all hear of it: what is forgotten at a start is said again within seconds by who goes on writing.
final class SignsOfLife: Sendable {
  static let chatLimit = 10_000

  private let typed = Mutex<[ConversationID: Moment]>([:])

  func note(_ conversation: ConversationID, at now: Moment) {
    typed.withLock { typed in
      typed[conversation] = now
      guard typed.count > Self.chatLimit else { return }
      // The newer half is enough: whoever goes on writing is noted again within seconds.
      let middle = typed.values.sorted()[typed.count / 2]
      typed = typed.filter { $0.value > middle }
    }
  }

  func last(in conversation: ConversationID) -> Moment? { typed.withLock { $0[conversation] } }
}
