/// The messages between server and clients, as `docs/protocol.md` has them: what a client asks is a `ClientFrame` with a `Command`,
/// what the server says is a `Frame`. Nothing here knows how they travel.
public enum WireLimits {
  public static let protocolVersion = 1
  /// What one message of a client may have: with the longest text in the widest letters it still fits.
  public static let frameLimitBytes = 65_536
  public static let requestIDLimit = 64
  public static let clientIDLengths = 8...64
  /// The first frame of a connection must be a hello within this time.
  public static let helloLimitSeconds: Int64 = 5
  public static let pingEverySeconds: Int64 = 10
  /// Who was not heard for this long is gone.
  public static let silenceLimitSeconds: Int64 = 25
  /// How long a poll waits for news: less than the minute after which proxies give up.
  public static let pollWaitSeconds: Int64 = 25
  /// What a poll may bring: some hundred subscriptions, or the longest messages of an outbox that waited.
  public static let pollLimitBytes = 4 * frameLimitBytes
  public static let pollFrameLimit = 500
}
