import Accounts
import Base
import Crypto
import Store
import Web

/// The link in the letter about an erasure: signed, for this one erasure of this one account, and worth nothing when it was ended.
extension Privacy {
  static let keepPath = "/keep-account"

  func keepLink(_ account: AccountID, _ due: Moment) -> String {
    page("\(Self.keepPath)/\(account).\(due.milliseconds).\(code(account, due))")
  }

  /// The account of a link whose erasure still waits.
  func keeper(by token: String) async throws -> (account: AccountID, due: Moment) {
    let parts = token.split(separator: ".").map(String.init)
    guard parts.count == 3, let account = AccountID(parts[0]), let number = Int64(parts[1]) else { throw Refusal(.linkUsedOrExpired) }
    let due = Moment(milliseconds: number)
    let (given, right) = (Array(parts[2].utf8), Array(code(account, due).utf8))
    // Every digit is looked at, so that the time taken says nothing about the first wrong one.
    guard given.count == right.count, zip(given, right).reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0,
      try await erasure(of: account) == due
    else { throw Refusal(.linkUsedOrExpired) }
    return (account, due)
  }

  private func code(_ account: AccountID, _ due: Moment) -> String {
    let words = "account.keep.\(account).\(due.milliseconds)"
    return Base64URL.text(Array(HMAC<SHA256>.authenticationCode(for: Array(words.utf8), using: linkKey)).prefix(18))
  }
}
