import Base
import LedgerCore
import Store
import TestKit
import Testing

@testable import Ledger

@Suite struct LedgerTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let now = Databases.start

  @Test("A33: what ended goes to its own account, and what comes back to an ended lot stays for a week more", arguments: engines)
  func expiry(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, emil, now) = (try await bank.person(), try await bank.person(), Self.now)
      try await bank.buys(3, for: Money(1000, .euro), ada, key: "purchase.1", at: now, until: now.adding(seconds: 100))
      let hold = try await bank.holds(1, of: ada, for: emil, at: now)
      let later = now.adding(seconds: 200)
      try await bank.store.write { try bank.ledger.expireLots(at: later, in: $0) }
      #expect(try await bank.wallet(ada).units == 1, "two ended, one is set aside")
      #expect(try await bank.store.read { try $0.posted(.breakage, "EUR") } == 666)
      try await bank.store.write { try bank.ledger.release(hold, at: later, in: $0) }
      #expect(try await bank.wallet(ada).free == 1)
      let next = try await bank.holds(1, of: ada, for: emil, at: later)
      try await bank.store.write { try bank.ledger.release(next, at: later, in: $0) }
      try await bank.store.write { try bank.ledger.expireLots(at: later.adding(seconds: Ledger.graceSeconds), in: $0) }
      #expect(try await bank.wallet(ada).units == 0)
      #expect(try await bank.findings().isEmpty)
    }
  }

  @Test("A33: what has ended cannot be used, also before it was cleared away", arguments: engines)
  func endedIsNotUsable(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, emil, now) = (try await bank.person(), try await bank.person(), Self.now)
      try await bank.buys(3, for: Money(1000, .euro), ada, key: "purchase.1", at: now, until: now.adding(seconds: 1))
      await #expect(throws: Refusal.self) { try await bank.holds(1, of: ada, for: emil, at: now.adding(seconds: 1)) }
      #expect(try await bank.wallet(ada).held == 0, "a refusal leaves nothing behind")
    }
  }

  @Test("B77b: a chargeback takes what is left, the rest is owed, and the bank's last word settles it", arguments: engines)
  func chargeback(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, emil, now) = (try await bank.person(), try await bank.person(), Self.now)
      let lot = try await bank.buys(4, for: Money(1000, .euro), ada, key: "purchase.1", at: now)
      let used = try await bank.holds(2, of: ada, for: emil, n: 1, at: now)
      try await bank.store.write { try bank.ledger.capture(used, at: now, in: $0) }
      let open = try await bank.holds(1, of: ada, for: emil, n: 2, at: now)
      let ledger = bank.ledger
      func back(_ key: String) async throws {
        try await bank.store.write {
          try ledger.chargeBack(lot, amount: Money(1000, .euro), through: "test", key: key, about: "purchase.1", at: now, in: $0)
        }
      }
      try await back("dispute.1")
      try await back("dispute.1")
      #expect(try await bank.has(ada) == [1, 1], "what is set aside stays with its question")
      #expect(try await bank.store.read { try $0.posted(.receivable(ada), "EUR") } == -750)
      #expect(try await bank.findings().isEmpty)
      try await bank.store.write {
        try ledger.chargeBackWon(
          undoing: "dispute.1", of: lot, through: "test", key: "won.1", about: "purchase.1", at: now, in: $0)
      }
      #expect(try await bank.has(ada) == [2, 1])
      #expect(try await bank.store.read { try $0.posted(.receivable(ada), "EUR") } == 0)
      try await back("dispute.2")
      try await bank.store.write {
        try ledger.chargeBackLost(undoing: "dispute.2", of: lot, key: "lost.2", about: "purchase.1", at: now, in: $0)
      }
      #expect(try await bank.earned(emil, .euro) == 0, "Emil bears what he had earned of it")
      #expect(try await bank.store.read { try $0.posted(.losses, "EUR") } == -350, "and the house the rest")
      #expect(try await bank.store.read { try $0.posted(.receivable(ada), "EUR") } == 0)
      try await bank.store.write { try ledger.release(open, at: now, in: $0) }
      #expect(try await bank.findings().isEmpty)
    }
  }

  @Test("B77b: of what was given back of a minute that was not used whole its expert bears nothing", arguments: engines)
  func chargebackOfPart(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, ben, emil, now) = (try await bank.person(), try await bank.person(), try await bank.person(), Self.now)
      let lot = try await bank.buys(4, for: Money(1000, .euro), ada, key: "purchase.1", at: now)
      try await bank.buys(4, for: Money(1000, .euro), ben, key: "purchase.2", at: now)
      let ledger = bank.ledger
      for (payer, taken) in [(ada, Int64(1)), (ben, 3)] {
        let hold = try await bank.holds(3, of: payer, for: emil, at: now)
        try await bank.store.write { try ledger.capture(hold, units: taken, at: now, in: $0) }
        try await bank.store.write { try ledger.release(hold, at: now, in: $0) }
      }
      #expect(try await bank.earned(emil, .euro) == 800)
      try await bank.store.write {
        try ledger.chargeBack(lot, amount: Money(1000, .euro), through: "test", key: "back", about: "purchase.1", at: now, in: $0)
        try ledger.chargeBackLost(undoing: "back", of: lot, key: "lost", about: "purchase.1", at: now, in: $0)
      }
      #expect(try await bank.earned(emil, .euro) == 600, "one unit of three was taken")
      #expect(try await bank.store.read { try $0.posted(.losses, "EUR") } == -50)
      #expect(try await bank.findings().isEmpty)
    }
  }

  @Test("B30a, B30b: a hold can be taken in part, and the rest given back", arguments: engines)
  func partly(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, emil, now) = (try await bank.person(), try await bank.person(), Self.now)
      try await bank.buys(3, for: Money(1000, .euro), ada, key: "purchase.1", at: now)
      let hold = try await bank.holds(3, of: ada, for: emil, at: now)
      try await bank.store.write { try bank.ledger.capture(hold, units: 1, at: now, in: $0) }
      try await bank.store.write { try bank.ledger.capture(hold, units: 1, at: now, in: $0) }
      try await bank.store.write { try bank.ledger.release(hold, at: now, in: $0) }
      #expect(try await bank.has(ada) == [1, 0])
      #expect(try await bank.earned(emil, .euro) == 267 + 266)
      #expect(try await bank.findings().isEmpty)
    }
  }

  @Test("E1b: who changes an old line of the books is found out by the seals", arguments: engines)
  func seals(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, emil, now) = (try await bank.person(), try await bank.person(), Self.now)
      for n in 1...3 {
        try await bank.buys(3, for: Money(1000, .euro), ada, key: "purchase.\(n)", at: now)
        _ = try await bank.holds(1, of: ada, for: emil, n: Int64(n), at: now)
        try await bank.store.write { try bank.ledger.seal(at: now, in: $0) }
      }
      #expect(try await bank.store.read { try $0.row("SELECT COUNT(*) FROM seals")?[0] ?? 0 } == 3)
      #expect(try await bank.store.read { try $0.row("SELECT COUNT(*) FROM transfers WHERE seal IS NULL")?[0] ?? 1 } == 0)
      #expect(try await bank.findings().isEmpty)
      try await bank.store.write { try $0.run("UPDATE transfers SET about = 'purchase.9' WHERE key = 'purchase.1'") }
      #expect(try await bank.findings().map(\.account) == ["seal 1"])
    }
  }

  @Test("A33: units that a bank gives back to a lot that has ended end once more, and hold up nobody else's", arguments: engines)
  func endsTwice(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, now) = (try await bank.person(), Self.now)
      let later = now.adding(seconds: 120)
      let lot = try await bank.buys(3, for: Money(1000, .euro), ada, key: "purchase.1", at: now, until: now.adding(seconds: 60))
      try await bank.store.write { [ledger = bank.ledger] session in
        try ledger.chargeBack(lot, amount: Money(400, .euro), through: "test", key: "dispute", about: "purchase.1", at: now, in: session)
        try ledger.expireLots(at: later, in: session)
      }
      #expect(try await bank.has(ada) == [0, 0])
      try await bank.store.write { [ledger = bank.ledger] session in
        try ledger.chargeBackWon(undoing: "dispute", of: lot, through: "test", key: "won", about: "purchase.1", at: later, in: session)
      }
      #expect(try await bank.has(ada) == [1, 0])
      try await bank.store.write { [ledger = bank.ledger] in try ledger.expireLots(at: later, in: $0) }
      #expect(try await bank.has(ada) == [0, 0])
      #expect(try await bank.findings().isEmpty)
    }
  }

  @Test("A24, B32: a statement says what came of everything, newest first, in pages", arguments: engines)
  func statement(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, emil, now) = (try await bank.person(), try await bank.person(), Self.now)
      try await bank.buys(3, for: Money(1000, .euro), ada, key: "purchase.1", at: now)
      let hold = try await bank.holds(1, of: ada, for: emil, at: now)
      let open = try await bank.store.read { try $0.statement(of: ada, in: .credits) }
      #expect(open.map(\.kind) == [.hold, .sale] && open.map(\.isPending) == [true, false])
      try await bank.store.write { try bank.ledger.capture(hold, at: now, in: $0) }
      let lines = try await bank.store.read { try $0.statement(of: ada, in: .credits) }
      #expect(lines.map(\.kind) == [.capture, .sale], "what was taken is not set aside any more")
      #expect(lines.map(\.units) == [-1, 3])
      let rest = try await bank.store.read { try $0.statement(of: ada, in: .credits, before: lines[0].entry) }
      #expect(rest.map(\.kind) == [.sale])
    }
  }

  @Test("A24, B32, C11: the lines of a statement come to what is free, whatever became of what was set aside", arguments: engines)
  func statementAddsUp(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, emil, now, ledger) = (try await bank.person(), try await bank.person(), Self.now, bank.ledger)
      func adds(_ units: [Int64], pending: Int = 0, _ when: Comment) async throws {
        let lines = try await bank.store.read { try $0.statement(of: ada, in: .credits) }
        #expect(lines.map(\.units) == units, when)
        #expect(lines.filter(\.isPending).count == pending, when)
        #expect(try await lines.reduce(0) { $0 + $1.units } == bank.wallet(ada).free, when)
      }
      try await bank.buys(9, for: Money(3000, .euro), ada, key: "purchase.1", at: now)
      let question = try await bank.holds(1, of: ada, for: emil, n: 1, at: now)
      try await adds([-1, 9], pending: 1, "set aside")
      try await bank.store.write { try ledger.release(question, at: now, in: $0) }
      try await adds([1, -1, 9], "given back")
      let minute = try await bank.holds(4, of: ada, for: emil, n: 2, at: now)
      try await bank.store.write { try ledger.capture(minute, units: 1, at: now, in: $0) }
      try await adds([-1, -3, 1, -1, 9], pending: 1, "taken in part, and the rest is still set aside")
      try await bank.store.write { try ledger.release(minute, at: now, in: $0) }
      try await adds([-1, 1, -1, 9], "taken in part, and the rest is free")
    }
  }

  @Test("A17, B27: two who spend the last credit at once: one has it, the other is told that credit is missing", arguments: engines)
  func race(engine: Dialect.Engine) async throws {
    try await Bank.open(engine) { bank in
      let (ada, emil, now) = (try await bank.person(), try await bank.person(), Self.now)
      try await bank.buys(5, for: Money(1000, .euro), ada, key: "purchase.1", at: now)
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for n in 1...12 {
          group.addTask { (try? await bank.holds(1, of: ada, for: emil, n: Int64(n), at: now)) != nil }
        }
        return await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      #expect(outcomes.filter(\.self).count == 5)
      #expect(try await bank.has(ada) == [5, 5])
      #expect(try await bank.findings().isEmpty)
    }
  }
}
