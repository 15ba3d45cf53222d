import NIOCore
import Wire

/// Every limit of a connection. Tests shorten the times.
public struct Limits: Sendable {
  /// Connections that wait for being accepted: a restart brings all clients back at once.
  public static let backlog = 4096

  /// Commands of one connection that wait for their answers before reading goes on.
  static let commandsUnderWay = 64

  /// From the connection to its first whole request head, and to the answer whether it may upgrade.
  public var prelude: TimeAmount = .seconds(10)
  /// How long a plain HTTP connection may be idle.
  public var idleHTTP: TimeAmount = .seconds(75)
  public var hello: TimeAmount = .seconds(WireLimits.helloLimitSeconds)
  public var pingEvery: TimeAmount = .seconds(WireLimits.pingEverySeconds)
  public var silence: TimeAmount = .seconds(WireLimits.silenceLimitSeconds)
  /// What a client gets to answer our close frame.
  public var closeGrace: TimeAmount = .seconds(1)
  /// The same for a client that was too slow, which has to read what is in front of the close frame.
  public var slowCloseGrace: TimeAmount = .seconds(5)

  public var messageBytes = WireLimits.frameLimitBytes
  public var headerBytes = 32 * 1024
  /// What may be queued for a connection whose socket takes no more, and while it waits for `Hub.resume`.
  public var queueBytes = 1024 * 1024
  /// The same for answers, which the client asked for and which may be long: they are bounded by what it may ask.
  public var answerQueueBytes = 8 * 1024 * 1024

  public init() {}

  /// How often deadlines are looked at.
  var tick: TimeAmount { .nanoseconds(min(TimeAmount.seconds(1), pingEvery, silence, hello).nanoseconds / 2) }
}
