import Base
import Crypto
import Store

/// A picture of somebody, as it is kept: small, written anew, without what the camera wrote. Who knows its address may fetch it, as with
/// every logo; which pages show it is the person's choice.
struct Photo: Sendable {
  static let contentType = "image/png"
  static let byteLimit = 10 << 20
  /// Drawn at 96 px at most, and sharp on a screen of three times the density.
  static let side = 288

  let account: AccountID
  let png: [UInt8]
  let hash: String

  init(of account: AccountID, png: [UInt8]) {
    self.account = account
    self.png = png
    hash = Secret.hexadecimal(Array(SHA256.hash(data: png).prefix(16)))
  }

  static func address(of account: AccountID, hash: String) -> String { "/photos/\(account)-\(hash).png" }

  /// Account and hash of the name in an address.
  static func parts(of name: String) -> (account: AccountID, hash: String)? {
    guard name.hasSuffix(".png") else { return nil }
    let parts = name.dropLast(".png".count).split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let account = AccountID(parts[0]) else { return nil }
    return (account, parts[1])
  }
}

extension Session {
  func save(_ photo: Photo, at now: Moment) throws {
    try run(
      """
      INSERT INTO photos (account_id, picture, hash, set_at)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (account_id) DO UPDATE SET picture = excluded.picture, hash = excluded.hash, set_at = excluded.set_at
      """, photo.account, photo.png, photo.hash, now)
  }

  func removePhoto(of account: AccountID) throws { try run("DELETE FROM photos WHERE account_id = $1", account) }

  public func photo(of account: AccountID) throws -> [UInt8]? {
    try row("SELECT picture FROM photos WHERE account_id = $1", account)?[0]
  }

  func photo(of account: AccountID, hash: String) throws -> [UInt8]? {
    try row("SELECT picture FROM photos WHERE account_id = $1 AND hash = $2", account, hash)?[0]
  }
}
