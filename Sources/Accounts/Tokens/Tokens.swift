import Base
import Mail
import Store
import Web

/// Tokens for programs: made by a person at a browser, never by a program.
extension Accounts {
  /// The person behind a program's token, or a frame's; nil when it never was one, was revoked or has run out.
  func recognise(bearer text: String) async throws -> SignedIn? {
    guard let token = PersonalToken(text) else { return try await recognise(embedded: text) }
    let (digest, now) = (token.digest, clock.now)
    guard let found = try await store.read({ try $0.person(token: digest, at: now) }) else { return nil }
    if found.usedAt.map({ now.milliseconds(since: $0) > SessionLifetime.touchSeconds * 1000 }) ?? true {
      // A full disk must not lock programs out: when it fails, the next request tries again.
      _ = try? await store.write { try $0.run("UPDATE personal_tokens SET used_at = $2 WHERE token_digest = $1", digest, now) }
    }
    return found.person
  }

  func tokens(of account: AccountID) async throws -> [PersonalTokenRow] { try await store.read { try $0.tokens(of: account) } }

  /// - Returns: the token, which nobody can show again.
  func makeToken(
    _ draft: PersonalToken.Draft, of person: SignedIn, password: String, from place: Whereabouts
  ) async throws -> PersonalToken {
    let draft = try draft.checked()
    try await makeSure(of: person, password: password)
    let (account, token, now, id): (AccountID, PersonalToken, Moment, PersonalTokenID) = (person.member.id, .init(), clock.now, ids.next())
    let names = draft.scopes.sorted().map(\.rawValue).joined(separator: " ")
    let audit = audit(account, "account.tokenMade", account, place, ["scopes": names])
    let letter = Letter.tokenMade(
      to: Recipient(address: person.email, name: person.name, language: person.language), name: draft.name, at: now,
      link: page(TokenRoutes.path), key: Secret().text)
    try await store.write(locking: [.account(account)]) { [mail] session in
      guard try session.tokens(of: account).count < PersonalToken.limit else {
        throw Refusal(.listIsFull, arguments: ["limit": String(PersonalToken.limit)])
      }
      try session.insertToken(id, token.digest, draft, of: account, at: now)
      if mail.isOn { try mail.post(letter, in: session) }
      try session.audit(audit.line, id: audit.id, at: now)
    }
    return token
  }

  /// Revoked ones are revoked again without a word.
  func revokeToken(_ id: PersonalTokenID, of person: SignedIn, from place: Whereabouts) async throws {
    let (account, now) = (person.member.id, clock.now)
    let audit = audit(account, "account.tokenRevoked", account, place)
    let digest = try await store.write(locking: [.account(account)]) { session -> [UInt8]? in
      guard let digest = try session.dropToken(id, of: account) else { return nil }
      try session.audit(audit.line, id: audit.id, at: now)
      return digest
    }
    if let digest { await revoked.publish(Revocation(account: account, session: digest)) }
  }
}
