import Base
import Deals
import Ledger
import Operations
import Store

extension JobKind {
  static let proveBooks = JobKind("books.prove", retries: JobRetries(limit: 3, firstPauseSeconds: 600, longestPauseSeconds: 3600))
}

/// The proof of the books: every line of the ledger and every bill of the clock is reckoned again. `parley doctor` asks for it, and the program
/// does it by itself once a day; what does not add up is an alert (B80).
struct Proof: Sendable {
  static let firstSeconds: Int64 = 3600
  static let everySeconds: Int64 = 86_400
  /// It reads all lines there are, in one snapshot that hinders nobody.
  static let leaseSeconds: Int64 = 3600

  struct Outcome: Sendable {
    let lines: Int
    let chats: Int
    let findings: [String]
  }

  let store: any Store
  let clock: WallClock
  let operations: Operations

  func run() async throws -> Outcome {
    let books = try await Ledger.examine(store)
    let minutes = try await Deals.examineMinutes(store, at: clock.now)
    return Outcome(lines: books.lines, chats: minutes.count, findings: books.findings.map(\.description) + minutes.findings)
  }

  /// Has somebody told when something cannot be.
  func tell(_ findings: [String], in session: any Session) throws {
    guard let first = findings.first else { return }
    try operations.raise(.ledgerMismatch, about: "books", ["count": "\(findings.count)", "first": first], at: clock.now, in: session)
  }

  func jobHandler(_ jobs: Jobs) -> JobHandler {
    .outside(
      .proveBooks, leaseSeconds: Self.leaseSeconds, { _ in try await run().findings },
      complete: { session, _, findings in
        try tell(findings, in: session)
        try expect(in: Self.everySeconds, jobs, session)
      },
      // Tomorrow is another day: what keeps it from being read is in the log.
      buried: { session, _ in
        try expect(in: Self.everySeconds, jobs, session)
        return nil
      })
  }

  func prepare(_ jobs: Jobs) async throws { try await store.write { session in try expect(in: Self.firstSeconds, jobs, session) } }

  private func expect(in seconds: Int64, _ jobs: Jobs, _ session: any Session) throws {
    try jobs.enqueue(.proveBooks, uniqueKey: "day", dueAt: clock.now.adding(seconds: seconds), in: session)
  }
}
