import Store

extension Session {
  /// How much the files of all chats take, in bytes.
  public func bytesOfFiles() throws -> Int64 {
    try row("SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM files WHERE path IS NOT NULL").map { $0[0] } ?? 0
  }
}

/// How much room the files of all chats have, and take (E2b).
public struct FileUse: Sendable {
  /// From here on those who run the house are warned: there is time left to do something.
  static let warningPercent: Int64 = 80

  public let bytes: Int64
  public let quotaBytes: Int64

  public init(bytes: Int64, quotaBytes: Int64) {
    self.bytes = bytes
    self.quotaBytes = quotaBytes
  }

  public var isNearlyFull: Bool { bytes >= quotaBytes / 100 * Self.warningPercent }
  var percent: Int { quotaBytes > 0 ? Int(bytes / max(quotaBytes / 100, 1)) : 100 }
}
