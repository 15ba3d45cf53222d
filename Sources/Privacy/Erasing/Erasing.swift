import Access
import Accounts
import Base
import Mail
import Store
import Web

extension JobKind {
  static let eraseSubject = JobKind("subjects.erase", retries: .patient)
  static let scrubStore = JobKind("store.scrub", retries: .patient)
}

extension LetterKind {
  static let erasureAsked = LetterKind("erasureAsked")
  static let erased = LetterKind("erased")
}

/// Erasing is asked for, waits, can be ended while it waits, and is then done by a job.
extension Privacy {
  private static let daySeconds: Int64 = 86_400

  /// When an erasure is due that is asked for now.
  var nextErasure: Moment { clock.now.adding(seconds: Int64(terms.waitDays) * Self.daySeconds) }

  /// Somebody wants their own account erased.
  func askErasure(of person: SignedIn, password: String, from place: Whereabouts) async throws {
    let (id, now, due) = (person.member.id, clock.now, nextErasure)
    if try await isLastAdministrator(id) { throw Refusal(.lastAdministrator) }
    try await accounts.confirm(person, password: password)
    let audit = audit(id, "account.erasureAsked", .account(id), place)
    let recipient = Recipient(address: person.email, name: person.name, language: person.language)
    let letter = Letter(
      .erasureAsked, to: recipient, arguments: ["time": due.universalText], button: keepLink(id, due), key: "\(id).\(due.milliseconds)")
    try await store.write(locking: [.account(id)]) { [jobs, mail] session in
      guard try session.run("UPDATE accounts SET erase_at = $2 WHERE id = $1 AND erase_at IS NULL", id, due) == 1 else { return }
      try jobs.enqueue(
        .eraseSubject, uniqueKey: DataSubject.account(id).words, payload: SubjectPayload.text(.account(id)), dueAt: due, in: session)
      try mail.post(letter, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// An account that is nobody's to keep goes now.
  public func eraseNow(_ id: AccountID, in session: any Session) throws {
    try session.run("UPDATE accounts SET erase_at = $2 WHERE id = $1", id, clock.now)
    try jobs.enqueue(
      .eraseSubject, uniqueKey: DataSubject.account(id).words, payload: SubjectPayload.text(.account(id)), dueAt: clock.now, in: session)
  }

  /// The account stays.
  func keep(_ id: AccountID, from place: Whereabouts) async throws {
    try await endErasure(.account(id), by: id, from: place)
  }

  /// An administrator answers the request of a visitor.
  func askErasure(of visitor: VisitorID, by administrator: AccountID, from place: Whereabouts) async throws {
    let (now, due, subject) = (clock.now, nextErasure, DataSubject.visitor(visitor))
    let audit = audit(administrator, "visitor.erasureAsked", subject, place)
    try await store.write { [jobs] session in
      let sql = "UPDATE visitors SET erase_at = $2 WHERE id = $1 AND erase_at IS NULL AND erased_at IS NULL"
      guard try session.run(sql, visitor, due) == 1 else { return }
      try jobs.enqueue(.eraseSubject, uniqueKey: subject.words, payload: SubjectPayload.text(subject), dueAt: due, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  func endErasure(_ subject: DataSubject, by: AccountID, from place: Whereabouts) async throws {
    let (now, audit) = (clock.now, audit(by, "\(subject.kind.rawValue).erasureEnded", subject, place))
    let table = subject.kind == .account ? "accounts" : "visitors"
    try await store.write { [jobs] session in
      guard try session.run("UPDATE \(table) SET erase_at = NULL WHERE id = $1 AND erase_at IS NOT NULL", subject.number) == 1 else {
        return
      }
      try jobs.cancel(.eraseSubject, uniqueKey: subject.words, in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  func erasure(of account: AccountID) async throws -> Moment? {
    try await store.read { try $0.row("SELECT erase_at FROM accounts WHERE id = $1", account)?[0] }
  }

  func isLastAdministrator(_ id: AccountID) async throws -> Bool {
    try await store.read { session in
      let others = "SELECT 1 FROM accounts WHERE is_administrator AND active AND id <> $1 LIMIT 1"
      let isOne = try session.row("SELECT 1 FROM accounts WHERE is_administrator AND active AND id = $1", id) != nil
      return try isOne && session.row(others, id) == nil
    }
  }

  // MARK: When it is due

  var erasureHandlers: [JobHandler] {
    [
      .outside(.eraseSubject, leaseSeconds: 900, { [self] job in try await eraseWhenDue(SubjectPayload.subject(in: job.payload)) }),
      .outside(.scrubStore, leaseSeconds: 600, { [store] _ in try await store.scrub() }),
    ]
  }

  private func eraseWhenDue(_ subject: DataSubject) async throws {
    let table = subject.kind == .account ? "accounts" : "visitors"
    let due = try await store.read { try $0.row("SELECT erase_at FROM \(table) WHERE id = $1", subject.number)?[0] as Moment? }
    guard let due, due <= clock.now else { return }
    switch subject {
    case .account(let id): try await erase(id)
    case .visitor(let id): try await erase(id)
    }
  }

  private func erase(_ id: AccountID) async throws {
    guard let account = try await accounts.account(id) else { return }
    let recipient = Recipient(address: account.email, name: account.name, language: account.language)
    // Of a kind and key there is one letter; the job may run twice.
    let letter = Letter(.erased, to: recipient, key: "\(id)")
    do {
      try await accounts.erase(id, by: nil, from: .console) { [mail] session in _ = try mail.post(letter, in: session) }
    } catch let refusal as Refusal where refusal.reason == .lastAdministrator {
      // The others went first. The page says so; it is tried again every day.
      throw JobFailure.later(seconds: Self.daySeconds, reason: "the last administrator cannot be erased")
    }
  }

  private func erase(_ id: VisitorID) async throws {
    try await conversations.erase(id)
    let (now, audit) = (clock.now, audit(nil, "visitor.erased", .visitor(id), .console))
    try await store.write { [self] session in
      try letGo(of: .visitor(id), in: session)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// What goes with whoever is erased and is in no table of the registry; the files of the database are gone over afterwards.
  func letGo(of subject: DataSubject, in session: any Session) throws {
    try dropArchives(about: subject, in: session)
    if case .account(let id) = subject {
      // The threads that the account keeps are the same person's.
      for visitor in try session.visitors(of: id) {
        let thread = DataSubject.visitor(visitor)
        try session.run("UPDATE visitors SET erase_at = $2 WHERE id = $1", visitor, clock.now)
        try jobs.enqueue(.eraseSubject, uniqueKey: thread.words, payload: SubjectPayload.text(thread), dueAt: clock.now, in: session)
      }
      // What was uploaded and never sent is nobody's: the next round removes it.
      try session.run("UPDATE files SET expires_at = $2, name = '' WHERE by_account = $1 AND n IS NULL", id, clock.now)
    }
    try jobs.enqueue(.scrubStore, uniqueKey: "files", dueAt: clock.now, in: session)
  }
}

extension Session {
  /// The visitors whose threads an account keeps as its own.
  func visitors(of account: AccountID) throws -> [VisitorID] {
    try rows("SELECT id FROM visitors WHERE account_id = $1 ORDER BY id", account).map { $0[0] }
  }

  /// The last letter to an address that is no longer known: once it has left, or cannot, not even the address stays.
  func forgetFarewell(_ outcome: LetterOutcome) throws {
    guard [.erased, .accountDeleted].contains(outcome.kind) else { return }
    let address = "(SELECT LOWER(address) FROM letters WHERE kind = $1 AND letter_key = $2)"
    try run("DELETE FROM undeliverable_addresses WHERE address_key = \(address)", outcome.kind.name, outcome.key)
    try run("DELETE FROM letters WHERE kind = $1 AND letter_key = $2", outcome.kind.name, outcome.key)
  }
}
