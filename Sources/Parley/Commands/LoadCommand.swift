import ArgumentParser
import Base
import Ledger
import Logging
import Store

/// Measures what the books can do on this machine, on a database that is made for it.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Measure the program on an empty database.", subcommands: [LedgerCommand.self, MetersCommand.self])

  struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ledger", abstract: "Questions that are held and captured or released; prints deeds a second.")
    @OptionGroup var options: SettingsOptions
    @Option(help: "How long to measure.") var seconds: Int = 5
    @Option(help: "How many are under way at once.") var inFlight: Int = 32
    @Option(help: "How many deeds share a transaction of their own making; 1 leaves it to the store.") var batch: Int = 1

    func run() async throws {
      let settings = try options.settings()
      let store = try await openStore(address: settings.databaseAddress)
      do {
        _ = try await migrate(store, Migration.all(in: try settings.bundle(), for: store.dialect.engine), now: machineTime())
        let told = try await LedgerLoad(store: store, batch: max(1, batch)).run(seconds: seconds, inFlight: max(1, inFlight))
        await store.close()
        print(told)
      } catch {
        await store.close()
        throw error
      }
    }
  }
}

/// Customers with much credit ask one of some experts; every second question is answered, the others are given back.
private struct LedgerLoad: Sendable {
  static let customers = 1000
  static let experts = 10
  static let credits: Int64 = 1_000_000

  let store: any Store
  let batch: Int

  func run(seconds: Int, inFlight: Int) async throws -> String {
    guard try await store.read({ try $0.row("SELECT 1 FROM accounts LIMIT 1") == nil }) else {
      throw ValidationError("This database has people in it: give --data a folder that is empty.")
    }
    let ids = IDMaker(node: 0)
    let ledger = Ledger(ids: ids, jobs: Jobs(ids: ids, clock: .system()))
    let people = try await settle(ids, ledger)
    let (began, end) = (ContinuousClock.now, ContinuousClock.now + .seconds(seconds))
    let deeds = try await withThrowingTaskGroup(of: Int.self) { group in
      for worker in 0..<inFlight {
        group.addTask {
          var (deeds, turn) = (0, worker)
          while ContinuousClock.now < end {
            let (first, count) = (turn, batch)
            let holds = try await store.write { session in
              try (0..<count).map { place in
                let wish = Self.wish(people, first &+ place &* 7)
                let id = try ledger.hold(wish, at: machineTime(), in: session)
                guard let hold = try session.hold(id) else { preconditionFailure("A hold that was just made is there") }
                return hold
              }
            }
            try await store.write { session in
              for (place, hold) in holds.enumerated() {
                if (first &+ place) % 2 == 0 {
                  try ledger.capture(hold, at: machineTime(), in: session)
                } else {
                  try ledger.release(hold, at: machineTime(), in: session)
                }
              }
            }
            deeds += 2 * count
            turn += inFlight * count + 1
          }
          return deeds
        }
      }
      return try await group.reduce(0, +)
    }
    let took = (ContinuousClock.now - began) / .seconds(1)
    let findings = try await Ledger.examine(store).findings
    guard findings.isEmpty else { throw ValidationError("The books are wrong: \(findings)") }
    return
      "\(Int(Double(deeds) / took)) deeds a second (\(inFlight) under way, \(batch) in each transaction, \(deeds) deeds in \(took.rounded()) s)"
  }

  private static func wish(_ people: (customers: [AccountID], experts: [AccountID]), _ turn: Int) -> HoldWish {
    HoldWish(
      payer: people.customers[turn % customers], payee: people.experts[turn % experts], units: Units(1, .credits), commission: 2000,
      terms: nil,
      conversation: ID(rawValue: Int64(1 + turn % customers)), n: Int64(turn), deadline: machineTime().adding(seconds: 3600))
  }

  private func settle(_ ids: IDMaker, _ ledger: Ledger) async throws -> (customers: [AccountID], experts: [AccountID]) {
    let accounts: [AccountID] = (0..<Self.customers + Self.experts).map { _ in ids.next() }
    let customers = Array(accounts.prefix(Self.customers))
    try await store.write { session in
      for id in accounts {
        try session.run(
          """
          INSERT INTO accounts (id, email, email_key, name, is_agent, is_manager, is_administrator, pseudonym, avatar, language, status, active,
            created_at)
          VALUES ($1, $2, $2, '', FALSE, FALSE, FALSE, '', 'fern', 'en', 'offline', TRUE, 0)
          """, id, "\(id)@load.invalid")
      }
      for id in customers {
        try ledger.give(
          Gift(
            key: "load.\(id)", about: "load", owner: id, units: Units(Self.credits, .credits), worth: Money(250 * Self.credits, .euro),
            expiresAt: nil), at: machineTime(), in: session)
      }
    }
    return (customers, Array(accounts.suffix(Self.experts)))
  }
}
