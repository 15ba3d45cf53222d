import Base
import Store

/// How many times somebody may try to sign in. Kept as rows, so that neither a restart nor another node gives new tries.
public enum Tries {
  public static let windowSeconds: Int64 = 900
  static let daySeconds: Int64 = 86_400
  static let perAccount: Int64 = 10
  /// Many people may share an address.
  static let perAddress: Int64 = 60

  /// Codes of an authenticator app: three of a million are right at a time, so 20 a day are found out in some forty years.
  static let codesPerDay: Int64 = 20

  /// Letters that strangers make us send to one address.
  static let lettersPerAddress: Int64 = 5
  /// A school or an office signs up together.
  static let signUpsPerNetwork: Int64 = 30

  static func mailKey(_ emailKey: String) -> String { "mail.\(emailKey)" }
  static func signUpKey(_ network: String) -> String { "sign-up.address.\(network)" }
  static func recoveryKey(_ network: String) -> String { "recovery.address.\(network)" }
  static func codeKey(_ account: AccountID) -> String { "code.account.\(account)" }
  static func codeAddressKey(_ network: String) -> String { "code.address.\(network)" }
  static func linkKey(_ digest: [UInt8]) -> String { "link.\(Accounts.key(digest))" }
  static func accountKey(_ emailKey: String) -> String { "sign-in.account.\(emailKey)" }
  static func addressKey(_ network: String) -> String { "sign-in.address.\(network)" }
}

extension Session {
  /// Counts one try for each key before it is made, so that tries at the same moment are counted too.
  ///
  /// - Returns: in how many seconds the next try is allowed, nil when this one is.
  public func claimTry(_ claims: [(key: String, limit: Int64)], within seconds: Int64 = Tries.windowSeconds, at now: Moment) throws -> Int?
  {
    var waitSeconds: Int?
    for claim in claims {
      try run(
        """
        INSERT INTO tries (key, count, window_ends_at) VALUES ($1, 1, $2)
        ON CONFLICT (key) DO UPDATE SET
          count = CASE WHEN tries.window_ends_at <= $3 THEN 1 ELSE tries.count + 1 END,
          window_ends_at = CASE WHEN tries.window_ends_at <= $3 THEN excluded.window_ends_at ELSE tries.window_ends_at END
        """, claim.key, now.adding(seconds: seconds), now)
      guard let found = try row("SELECT count, window_ends_at FROM tries WHERE key = $1", claim.key) else { continue }
      let (count, end): (Int64, Moment) = (found[0], found[1])
      if count > claim.limit { waitSeconds = max(waitSeconds ?? 0, Int((end.milliseconds(since: now) + 999) / 1000)) }
    }
    return waitSeconds
  }

  /// Gives back what was counted: only failures count.
  public func forgiveTries(account: String, address: String) throws {
    try run("DELETE FROM tries WHERE key = $1", account)
    try run("UPDATE tries SET count = count - 1 WHERE key = $1 AND count > 0", address)
  }
}
