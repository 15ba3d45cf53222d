import Files

/// Where the files of chats arrive, and where they are kept.
public struct Filing: Sendable {
  /// Of one file (E41b).
  public static let byteLimit = 10 << 20
  /// Pictures are shrunk to this side: more than a screen shows, and enough to read a page by.
  static let pictureSide = 2560
  /// How long what was uploaded and never sent is kept.
  static let unsentSeconds: Int64 = 86_400

  let landing: Landing
  public let storage: any FileStorage
  let keys: KeyFolder
  /// Puts a copy aside of what is about to be deleted.
  let sealer: Sealer
  /// Nil when none is configured.
  let scanner: VirusScanner?
  /// Of all files together (E2b).
  let quotaBytes: Int64

  public init(
    landing: Landing, storage: any FileStorage, keys: KeyFolder, sealer: Sealer, scanner: VirusScanner? = nil, quotaBytes: Int64
  ) {
    self.landing = landing
    self.storage = storage
    self.keys = keys
    self.sealer = sealer
    self.scanner = scanner
    self.quotaBytes = quotaBytes
  }
}
