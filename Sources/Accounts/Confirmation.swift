import Base
import Store
import Web

/// Before something that cannot be taken back: is it really the person who sits there?
extension Accounts {
  /// How long a sign-in proves it.
  public static let freshSeconds: Int64 = 900

  public func hasPassword(_ id: AccountID) async throws -> Bool {
    try await store.read { try $0.row("SELECT 1 FROM accounts WHERE id = $1 AND password_hash IS NOT NULL", id) != nil }
  }

  /// - Throws: `wrongPassword` at the field `present`; `signInAgain` for who has no password and signed in a while ago.
  public func confirm(_ person: SignedIn, password: String) async throws {
    if try await hasPassword(person.member.id) { return try await verify(password, of: person) }
    guard try await hasJustSignedIn(person) else { throw Refusal(.signInAgain) }
  }

  /// For what a sign-in of just now is proof enough of; later it takes what `confirm` takes.
  func makeSure(of person: SignedIn, password: String) async throws {
    if try await !hasJustSignedIn(person) { try await confirm(person, password: password) }
  }

  func hasJustSignedIn(_ person: SignedIn) async throws -> Bool {
    let (digest, start) = (person.sessionDigest, clock.now.adding(seconds: -Self.freshSeconds))
    return try await store.read { session in
      try session.row("SELECT 1 FROM sessions WHERE token_digest = $1 AND created_at > $2", digest, start) != nil
    }
  }
}
