import Accounts
import Base
import Store
import Web

/// The link in the letter about an erasure: signed, for this one erasure of this one account, and worth nothing when it was ended.
extension Privacy {
  static let keepPath = "/keep-account"

  func keepLink(_ account: AccountID, _ due: Moment) -> String {
    page("\(Self.keepPath)/\(account).\(due.milliseconds).\(LinkCode.of(Self.claim(account, due), with: linkKey))")
  }

  /// The account of a link whose erasure still waits.
  func keeper(by token: String) async throws -> (account: AccountID, due: Moment) {
    let parts = token.split(separator: ".").map(String.init)
    guard parts.count == 3, let account = AccountID(parts[0]), let number = Int64(parts[1]) else { throw Refusal(.linkUsedOrExpired) }
    let due = Moment(milliseconds: number)
    guard LinkCode.isRight(parts[2], of: Self.claim(account, due), with: linkKey), try await erasure(of: account) == due else {
      throw Refusal(.linkUsedOrExpired)
    }
    return (account, due)
  }

  private static func claim(_ account: AccountID, _ due: Moment) -> String { "account.keep.\(account).\(due.milliseconds)" }
}
