import Base
import Sites
import Store
import Synchronization

/// Which visitors are typing, for lists that are read meanwhile. What is not said again within six seconds is over.
final class TypingBoard: Sendable {
  static let lifetimeSeconds: Int64 = 6

  private let until = Mutex<[ConversationID: Moment]>([:])

  func set(_ on: Bool, in conversation: ConversationID, at now: Moment) {
    until.withLock { until in
      until[conversation] = on ? now.adding(seconds: Self.lifetimeSeconds) : nil
      if until.count > 10_000 { until = until.filter { $0.value > now } }
    }
  }

  func isTyping(in conversation: ConversationID, at now: Moment) -> Bool {
    until.withLock { $0[conversation].map { $0 > now } } ?? false
  }
}

extension Session {
  /// Whether the team of a website sees what is typed: not where contact details are hidden, which nobody would have read.
  func showsTyping(at site: SiteID) throws -> Bool {
    try features(at: site).contains(.typingPreview) && !hidesContactDetails(at: site)
  }
}
