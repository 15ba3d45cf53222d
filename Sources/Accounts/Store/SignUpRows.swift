import Base
import Store
import Web

/// A sign-up as it was kept until its proof.
struct KeptSignUp: Sendable {
  let email: String
  let browser: [UInt8]
  let firstName: String
  let surname: String
  let bio: String
  let isExpert: Bool
  let passwordHash: String
  let language: Language
  /// Instead of a password.
  let identity: ExternalIdentity?
  /// The conversation that the account shall keep.
  var thread: ConversationID?
}

extension Session {
  func insertSignUp(
    _ digest: [UInt8], _ draft: Accounts.SignUpDraft, browser: [UInt8], hash: String, at now: Moment, until end: Moment
  ) throws {
    try run(
      """
      INSERT INTO sign_ups (token_digest, browser_digest, email, email_key, first_name, surname, bio, is_expert, password_hash, language,
        created_at, expires_at, provider, subject, conversation_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
      """,
      digest, browser, draft.email, EmailAddress.key(of: draft.email), draft.firstName, draft.surname, draft.bio, draft.kind == .expert,
      hash, draft.language.rawValue, now, end, draft.identity?.provider.rawValue ?? "", draft.identity?.subject ?? "", draft.thread)
  }

  func signUp(_ digest: [UInt8], at now: Moment) throws -> KeptSignUp? {
    try row(
      """
      SELECT email, browser_digest, first_name, surname, bio, is_expert, password_hash, language, provider, subject, conversation_id
      FROM sign_ups
      WHERE token_digest = $1 AND expires_at > $2
      """, digest, now
    ).map { row in
      KeptSignUp(
        email: row[0], browser: row[1], firstName: row[2], surname: row[3], bio: row[4], isExpert: row[5], passwordHash: row[6],
        language: Language(rawValue: row[7]) ?? .english,
        identity: SignInProvider.Name(rawValue: row[8]).map { ExternalIdentity(provider: $0, subject: row[9]) },
        thread: row[10])
    }
  }

  /// Makes the account of a sign-up; whatever else was asked for this address is void.
  func openAccount(_ kept: KeptSignUp, id: AccountID, avatar: Avatar, at now: Moment) throws {
    var asked = Accounts.SignUpDraft()
    asked.email = kept.email
    asked.firstName = kept.firstName
    asked.surname = kept.surname
    // Who gave no name is called by the drawing: an address is nobody's business.
    let pseudonym = kept.firstName.isEmpty ? avatar.rawValue.capitalized : AccountDraft.pseudonym(from: kept.firstName)
    let draft = AccountDraft(
      name: asked.name, email: kept.email, pseudonym: pseudonym, avatar: avatar, roles: kept.isExpert ? [.expert] : [],
      language: kept.language)
    try insert(draft, id: id, at: now)
    try run(
      "UPDATE accounts SET first_name = $2, surname = $3, bio = $4, password_hash = $5, confirmed_at = $6 WHERE id = $1", id,
      kept.firstName, kept.surname, kept.bio, kept.identity == nil ? kept.passwordHash : nil, now)
    if let identity = kept.identity { try insert(identity, of: id, at: now) }
    try run("DELETE FROM sign_ups WHERE email_key = $1", EmailAddress.key(of: kept.email))
  }
}
