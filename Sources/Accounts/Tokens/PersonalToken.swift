import Access
import Base
import Store
import Web

/// What a program shows in the name of an account: `parley_` and 256 random bits, handed out once and kept only as a digest.
struct PersonalToken: Sendable {
  static let limit = 20
  static let nameLimit = 60
  static let lifeDays = [30, 90, 365]
  /// For so long the list shows one that has run out.
  static let shownSeconds: Int64 = 30 * 86_400
  private static let prefix = "parley_"
  /// Of 32 bytes as Base64URL.
  private static let length = prefix.utf8.count + 43

  let text: String

  init() {
    var generator = SystemRandomNumberGenerator()
    text = Self.prefix + Base64URL.text((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// Nil for what cannot be one.
  init?(_ text: String) {
    guard text.utf8.count == Self.length, text.hasPrefix(Self.prefix) else { return nil }
    self.text = text
  }

  var digest: [UInt8] { Secret.digest(of: text) }

  /// What somebody wants one to be.
  struct Draft: Sendable {
    var name: String
    var scopes: Set<Scope>
    var days: Int

    func checked() throws(Refusal) -> Draft {
      var fields: [String: Refusal.Reason] = [:]
      let name = Form.trimmed(String(name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(PersonalToken.nameLimit).map(Character.init)))
      if name.isEmpty { fields["name"] = .fieldMissing }
      if scopes.isEmpty { fields["scopes"] = .fieldMissing }
      if !PersonalToken.lifeDays.contains(days) { fields["days"] = .optionUnknown }
      guard fields.isEmpty else { throw Refusal(.formInvalid, fields: fields) }
      // Nobody answers what they cannot read.
      return Draft(name: name, scopes: scopes.contains(.chatsWrite) ? scopes.union([.chatsRead]) : scopes, days: days)
    }
  }
}

struct PersonalTokenRow: Sendable {
  let id: PersonalTokenID
  let digest: [UInt8]
  let name: String
  let scopes: Set<Scope>
  let createdAt: Moment
  let expiresAt: Moment
  let usedAt: Moment?

  fileprivate static let columns = "id, token_digest, name, scopes, created_at, expires_at, used_at"

  fileprivate init(_ row: Row) {
    id = row[0]
    digest = row[1]
    name = row[2]
    scopes = Scope.set(row[3])
    createdAt = row[4]
    expiresAt = row[5]
    usedAt = row[6]
  }
}

extension Scope {
  /// One that is no longer known allows nothing.
  fileprivate static func set(_ text: String) -> Set<Scope> { Set(text.split(separator: " ").compactMap { Scope(rawValue: String($0)) }) }
}

extension Session {
  /// The newest first.
  func tokens(of account: AccountID) throws -> [PersonalTokenRow] {
    try rows(
      "SELECT \(PersonalTokenRow.columns) FROM personal_tokens WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 100", account
    )
    .map(PersonalTokenRow.init)
  }

  func token(digest: [UInt8]) throws -> PersonalTokenRow? {
    try row("SELECT \(PersonalTokenRow.columns) FROM personal_tokens WHERE token_digest = $1", digest).map(PersonalTokenRow.init)
  }

  func insertToken(_ id: PersonalTokenID, _ digest: [UInt8], _ draft: PersonalToken.Draft, of account: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO personal_tokens (id, account_id, token_digest, name, scopes, created_at, expires_at, used_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)
      """, id, account, digest, draft.name, draft.scopes.sorted().map(\.rawValue).joined(separator: " "), now,
      now.adding(seconds: Int64(draft.days) * 86_400))
  }

  /// - Returns: the digest of the one that is gone; nil when it was nobody's or somebody else's.
  func dropToken(_ id: PersonalTokenID, of account: AccountID) throws -> [UInt8]? {
    let digest: [UInt8]? = try row("SELECT token_digest FROM personal_tokens WHERE id = $1 AND account_id = $2", id, account)?[0]
    if digest != nil { try run("DELETE FROM personal_tokens WHERE id = $1", id) }
    return digest
  }

  func dropTokens(of account: AccountID) throws { try run("DELETE FROM personal_tokens WHERE account_id = $1", account) }

  /// Whom a token that has not run out stands for, and when it was last used.
  func person(token digest: [UInt8], at now: Moment) throws -> (person: SignedIn, usedAt: Moment?)? {
    let found = try row(
      """
      SELECT \(SignedIn.columns), personal_tokens.scopes, personal_tokens.used_at
      FROM personal_tokens JOIN accounts ON accounts.id = personal_tokens.account_id
      WHERE personal_tokens.token_digest = $1 AND personal_tokens.expires_at > $2 AND accounts.active
      """, digest, now)
    return try found.map { (try signedIn($0, digest, scopes: Scope.set($0[12])), $0[13]) }
  }
}
