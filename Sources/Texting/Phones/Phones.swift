import Accounts
import Base
import Store
import Web

/// Whose telephone it is: a number counts once the code that was sent there has come back.
enum Phones {
  static let codeSeconds: Int64 = 600
  static let codeDigits = 6
  /// Five of a million are guessed once in two hundred thousand times; then the code is void.
  static let triesPerCode: Int64 = 5
  static let triesPerDay: Int64 = 20
  /// Between two codes to the same person.
  static let resendSeconds: Int64 = 60
  /// The house pays, and a stranger's telephone is not to be rung all day.
  static let codesPerAccount: Int64 = 5
  static let codesPerNumber: Int64 = 3
  static let codesPerNetwork: Int64 = 20
  static let daySeconds: Int64 = 86_400

  static func newCode() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<codeDigits).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
  }

  /// The digits as they were meant: with blanks between them, or in another script.
  static func plain(_ typed: String) -> String { typed.compactMap { $0.wholeNumberValue.map(String.init) }.joined() }
}

extension Texting {
  struct PhoneState: Sendable {
    let phone: Phone?
    let proof: PhoneProof?
  }

  func phoneState(of account: AccountID) async throws -> PhoneState {
    let now = clock.now
    return try await store.read { session in
      let proof = try session.phoneProof(of: account)
      return PhoneState(phone: try session.phone(of: account), proof: proof.flatMap { $0.expiresAt > now ? $0 : nil })
    }
  }

  /// Sends a code to a number that somebody says is theirs.
  func askForProof(of typed: String, by person: SignedIn, from place: ClientAddress) async throws {
    guard let number = PhoneNumber(typed) else { throw Refusal(.formInvalid, fields: ["phone": .phoneInvalid]) }
    try await sendCode(to: number, of: person, from: place)
  }

  /// Sends another code to the number that waits for one.
  func sendCodeAgain(to person: SignedIn, from place: ClientAddress) async throws {
    let id = person.member.id
    guard let proof = try await store.read({ try $0.phoneProof(of: id) }), let number = try seal.open(proof.sealed, of: id) else {
      throw Refusal(.notFound)
    }
    try await sendCode(to: number, of: person, from: place)
  }

  private func sendCode(to number: PhoneNumber, of person: SignedIn, from place: ClientAddress) async throws {
    guard isOn else { throw Refusal(.textsAreOff) }
    let (id, now, digest) = (person.member.id, clock.now, seal.digest(of: number))
    let last = try await store.read { try $0.phoneProof(of: id)?.sentAt }
    if let last, now < last.adding(seconds: Phones.resendSeconds) {
      throw Refusal(.tooFast, retryAfterSeconds: Int(Phones.resendSeconds - now.milliseconds(since: last) / 1000))
    }
    try await claim([
      ("text.account.\(id)", Phones.codesPerAccount), ("text.number.\(Secret.hexadecimal(digest))", Phones.codesPerNumber),
      ("text.address.\(place.network)", Phones.codesPerNetwork),
    ])
    let (code, text): (String, TextMessageID) = (Phones.newCode(), ids.next())
    let proof = PhoneProof(
      digest: digest, sealed: try seal.seal(number, of: id), hint: number.hint,
      codeDigest: seal.digest(ofCode: code, for: digest, of: id), tries: 0, sentAt: now,
      expiresAt: now.adding(seconds: Phones.codeSeconds), hasFailed: false)
    let words = web.texts(person.language)["texting.sms.code", ["house": house, "code": code, "minutes": String(Phones.codeSeconds / 60)]]
    try await store.write(locking: [.account(id)]) { [self] session in
      try session.save(proof, of: id, text: text)
      try put(.code, text, to: digest, of: id, content: words, key: "\(text)", at: now, in: session)
    }
  }

  /// Takes the code back: the number is theirs.
  func prove(_ typed: String, of person: SignedIn, from place: ClientAddress) async throws {
    let (id, now) = (person.member.id, clock.now)
    try await claim([("text.code.\(id)", Phones.triesPerDay)])
    let line = AuditLine(by: id, deed: "account.phoneProved", thing: "account.\(id)", address: place.text)
    let audit: AuditLineID = ids.next()
    let isRight = try await store.write(locking: [.account(id)]) { [seal] session -> Bool in
      guard let proof = try session.phoneProof(of: id), proof.expiresAt > now, proof.tries < Phones.triesPerCode else {
        throw Refusal(.codeExpired)
      }
      guard seal.digest(ofCode: Phones.plain(typed), for: proof.digest, of: id) == proof.codeDigest else {
        try session.countPhoneTry(of: id)
        return false
      }
      try session.save(proof, as: id, at: now)
      try session.audit(line, id: audit, at: now)
      return true
    }
    guard isRight else { throw Refusal(.formInvalid, fields: ["code": .wrongTextCode]) }
  }

  /// Takes a number as somebody's who is made up: nobody could read a code there.
  public func settle(_ number: PhoneNumber, of account: AccountID, in session: any Session) throws {
    let proof = PhoneProof(
      digest: seal.digest(of: number), sealed: try seal.seal(number, of: account), hint: number.hint, codeDigest: [], tries: 0,
      sentAt: clock.now, expiresAt: clock.now, hasFailed: false)
    try session.save(proof, as: account, at: clock.now)
  }

  /// Waits for no code any more.
  func cancelProof(of account: AccountID) async throws {
    try await store.write(locking: [.account(account)]) { try $0.dropPhoneProof(of: account) }
  }

  /// Forgets the number, and what its telephone last carried.
  func removePhone(of person: SignedIn, from place: ClientAddress) async throws {
    let (id, now, audit): (AccountID, Moment, AuditLineID) = (person.member.id, clock.now, ids.next())
    let line = AuditLine(by: id, deed: "account.phoneRemoved", thing: "account.\(id)", address: place.text)
    try await store.write(locking: [.account(id)]) { session in
      guard try session.phone(of: id) != nil else { return }
      try session.dropPhone(of: id)
      try session.audit(line, id: audit, at: now)
    }
  }

  private func claim(_ claims: [(key: String, limit: Int64)]) async throws {
    let now = clock.now
    let wait = try await store.write { try $0.claimTry(claims, within: Phones.daySeconds, at: now) }
    if let wait { throw Refusal(.tooManyTries, retryAfterSeconds: wait) }
  }
}
