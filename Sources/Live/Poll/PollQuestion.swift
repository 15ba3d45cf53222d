import NIOCore
import Wire

/// What a poll is asked with: everything that a line would know of its other end, because no poll remembers the one before.
public struct PollQuestion: Sendable {
  /// How long a poll waits for something to happen: less than the minute after which proxies give up.
  public static let longestWait = TimeAmount.seconds(WireLimits.pollWaitSeconds)
  /// What happens at nearly the same time leaves in one answer.
  static let gather = TimeAmount.milliseconds(30)
  /// An answer that has grown to this leaves at once; the next poll goes on from there.
  static let answerBytes = 1024 * 1024

  /// The tag of each state that the client holds, by topic.
  public let seen: [String: String]
  /// The commands whose answers are waited for, by their ids.
  public let asked: Set<String>
  /// How long to wait once these are answered and nothing is new.
  public let wait: TimeAmount

  public init(seen: [String: String], asked: Set<String>, wait: TimeAmount = longestWait) {
    self.seen = seen
    self.asked = asked
    self.wait = min(wait, Self.longestWait)
  }
}

/// What a poll heard.
public struct PollAnswer: Sendable {
  /// The JSON of each frame, in order.
  public let frames: [ByteBuffer]
  /// The tag of each state that was looked at, by topic.
  public let seen: [String: String]
  /// Why the connection was ended; nil when the poll ended by itself.
  public let code: CloseCode?

  public init(frames: [ByteBuffer], seen: [String: String], code: CloseCode?) {
    self.frames = frames
    self.seen = seen
    self.code = code
  }
}
