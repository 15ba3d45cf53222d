import Base

/// How a website's team is called to those who wait (P2, X5).
public struct QueueRules: Hashable, Sendable {
  public static let capacities: ClosedRange<Int64> = 1...50
  public static let offers: ClosedRange<Int64> = 15...600
  public static let minutes: ClosedRange<Int64> = 0...240

  /// Each chat is one person's turn first; else everybody is called at once.
  public var inTurn = false
  /// How many chats, of all websites, somebody may be in and still has a turn.
  public var capacity: Int64 = 4
  public var offerSeconds: Int64 = 45
  /// Within this time somebody should have come to who waits; 0 for never.
  public var waitSeconds: Int64 = 300
  /// Within this time whoever is in a chat should have answered; 0 for never.
  public var silenceSeconds: Int64 = 600

  public init() {}
}
