import NIOCore
import Wire

/// Every limit of a connection. Tests shorten the times.
public struct Limits: Sendable {
  /// Connections that wait for being accepted: a restart brings all clients back at once.
  public static let backlog = 4096

  /// Commands of one connection that wait for their answers before reading goes on.
  static let commandsUnderWay = 64
  /// What is read from a WebSocket at once.
  static let readBytes = 8192

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

  /// From one request head of a plain connection to the next whole one, counted from its first byte.
  public var head: TimeAmount = .seconds(10)
  /// How often the body of a request is looked at, which must have grown by `bodyBytes` since.
  public var bodyEvery: TimeAmount = .seconds(10)
  public var bodyBytes = 1024
  /// And which ends in this time, below this size, which is above what any route reads: the rest of a refused body is read away only so far.
  public var bodyTime: TimeAmount = .minutes(10)
  public var bodyLimit = 32 << 20

  public var messageBytes = WireLimits.frameLimitBytes
  /// Whether messages that are not text are taken. Parley's protocol has none; the proof of the frames sends them.
  public var takesBinary = false
  public var headerBytes = 32 * 1024
  /// What may be queued for a connection whose socket takes no more, and while it waits for `Hub.resume`.
  public var queueBytes = 1024 * 1024
  /// The same for answers, which the client asked for and which may be long: they are bounded by what it may ask.
  public var answerQueueBytes = 8 * 1024 * 1024

  /// Connections of this node at once; who comes after is answered with 503.
  public var connections = 100_000
  /// How many of those are answered at once; whoever comes after them is let go of without a word.
  public var turnedAway = 32
  /// How long one of them gets to send its request and to read the answer.
  public var turnAwayGrace: TimeAmount = .seconds(2)
  /// What the program may hold in memory before it takes no more connections; 0 for no such limit.
  public var memoryBytes = 0
  public static let retryAfterSeconds = 10
  /// How many clients a restart brings back in a second: they are told over how many seconds to spread.
  public var returnsPerSecond = 1000

  public init() {}

  /// How often deadlines are looked at.
  var tick: TimeAmount { .nanoseconds(min(TimeAmount.seconds(1), pingEvery, silence, hello).nanoseconds / 2) }
}
