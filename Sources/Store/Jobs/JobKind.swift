/// What a job is about, and how it is tried again. Slices name theirs: `extension JobKind { static let closeUnwritten = JobKind("chat.closeUnwritten") }`.
public struct JobKind: Hashable, Sendable {
  public let name: String
  public let retries: JobRetries

  public init(_ name: String, retries: JobRetries = .standard) {
    self.name = name
    self.retries = retries
  }
}

/// How often and how soon a job that failed is tried again. After the last try it is dead: kept, shown, and left alone.
public struct JobRetries: Hashable, Sendable {
  public let limit: Int
  public let firstPauseSeconds: Int64
  public let longestPauseSeconds: Int64

  public static let standard = JobRetries(limit: 8, firstPauseSeconds: 5, longestPauseSeconds: 3600)
  /// For servers of others that may be away for a day: after 30 s, 1, 2, 4 … minutes, at last every six hours, for two days.
  public static let patient = JobRetries(limit: 16, firstPauseSeconds: 30, longestPauseSeconds: 6 * 3600)

  public init(limit: Int, firstPauseSeconds: Int64, longestPauseSeconds: Int64) {
    precondition(limit > 0, "A job is tried at least once")
    self.limit = limit
    self.firstPauseSeconds = firstPauseSeconds
    self.longestPauseSeconds = longestPauseSeconds
  }

  /// Doubles from try to try.
  func pauseSeconds(after tries: Int) -> Int64 { min(firstPauseSeconds << Int64(min(tries - 1, 20)), longestPauseSeconds) }
}
