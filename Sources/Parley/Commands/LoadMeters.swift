import ArgumentParser
import Base
import Conversations
import Deals
import Foundation
import Ledger
import Logging
import Sites
import Store

extension LoadCommand {
  struct MetersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "meters",
      abstract: "Chats by the minute that are all due in the same instant; serves meanwhile, so that others can be measured beside it.")
    @OptionGroup var options: SettingsOptions
    @Option(help: "How many chats.") var count: Int = 10_000
    @Option(help: "Seconds between its steps, in which others are measured.") var calm: Int = 1

    func run() async throws {
      var logger = Logger(label: "load")
      logger.logLevel = .error
      // The clock stands still until everybody is there.
      let clock = WallClock.fixed(at: machineTime())
      let program = try await Program(try options.settings(), clock: clock, logger: logger)
      guard try await program.store.read({ try $0.row("SELECT 1 FROM accounts LIMIT 1") == nil }) else {
        throw ValidationError("This database has people in it: give --data a folder that is empty.")
      }
      let served = Task { try await program.run() }
      try await MeterLoad(program: program, count: count, calm: calm).run()
      served.cancel()
      _ = try? await served.value
    }
  }
}

/// So many customers, each with an expert of their own, whose clocks all begin in one instant.
private struct MeterLoad: Sendable {
  static let rate: Int64 = 2

  let program: Program
  let count: Int
  let calm: Int

  func run() async throws {
    let threads = try await settle()
    try await program.deals.rehearse(threads, rate: Self.rate)
    print("\(count) clocks run")
    try await step("typed", milliseconds: 45_000) { program.deals.rehearseTyping(threads) }
    try await step("set the next minute aside", milliseconds: 5_000)
    try await step("typed", milliseconds: 45_000) { program.deals.rehearseTyping(threads) }
    try await step("took the minute that ran and set the next one aside", milliseconds: 15_000)
    let findings = try await Ledger.examine(program.store).findings
    guard findings.isEmpty else { throw ValidationError("The books are wrong: \(findings)") }
    let taken = try await program.store.read { try $0.row("SELECT COUNT(*), CAST(SUM(captured) AS BIGINT) FROM holds WHERE captured > 0") }
    print("\((taken?[0] as Int64?) ?? 0) minutes taken, \((taken?[1] as Int64?) ?? 0) units")
  }

  /// Moves the clock, and measures until nothing is due any more.
  private func step(_ what: String, milliseconds: Int64, _ deed: () -> Void = {}) async throws {
    try await Task.sleep(for: .seconds(calm))
    let due = program.clock.now.adding(seconds: milliseconds / 1000)
    program.deals.rehearsePresence(at: due)
    let began = ContinuousClock.now
    program.clock.advance(milliseconds: milliseconds)
    deed()
    while try await program.store.read({ try $0.isAnythingDue(at: due) }) { try await Task.sleep(for: .milliseconds(20)) }
    print("\(what): \(((ContinuousClock.now - began) / .milliseconds(1)).rounded()) ms")
  }

  private func settle() async throws -> [RehearsedThread] {
    let site = Site(
      id: program.ids.next(), key: Secret().text, name: "Load", domain: "load.invalid",
      origins: [Origin("http://load.invalid")].compactMap(\.self),
      look: Look(hue: 200),
      welcome: "", language: .visitors, timeZone: "UTC", form: LeadForm(services: []), createdAt: program.clock.now)
    try await program.sites.save(site, by: nil, from: .console)
    let terms = Terms(id: program.ids.next(), site: site.id, price: Units(1, .credits), minutePrice: Self.rate)
    let now = program.clock.now
    try await program.store.write { try $0.write(terms, by: nil, at: now) }
    var threads: [RehearsedThread] = []
    for _ in 0..<count {
      threads.append(
        RehearsedThread(
          conversation: program.ids.next(), visitor: program.ids.next(), site: site.id,
          deal: Deal(customer: program.ids.next(), expert: program.ids.next())))
    }
    let ledger = program.ledger
    for start in stride(from: 0, to: count, by: 200) {
      let some = threads[start..<min(start + 200, count)]
      try await program.store.write { session in
        for thread in some { try session.settle(thread, ledger, at: now) }
      }
    }
    return threads
  }
}

extension Session {
  fileprivate func isAnythingDue(at due: Moment) throws -> Bool {
    try row("SELECT 1 FROM jobs WHERE kind = 'meter.look' AND state = 'queued' AND due_at <= $1 LIMIT 1", due) != nil
  }

  fileprivate func settle(_ thread: RehearsedThread, _ ledger: Ledger, at now: Moment) throws {
    for (id, isExpert) in [(thread.deal.customer, false), (thread.deal.expert, true)] {
      try run(
        """
        INSERT INTO accounts (id, email, email_key, name, is_agent, is_manager, is_administrator, is_expert, pseudonym, avatar, language,
          status, active, created_at)
        VALUES ($1, $2, $2, '', FALSE, FALSE, FALSE, $3, '', 'fern', 'en', 'online', TRUE, 0)
        """, id, "\(id)@load.invalid", isExpert)
    }
    try run("INSERT INTO assignments (site_id, account_id) VALUES ($1, $2)", thread.site, thread.deal.expert)
    try ledger.give(
      Gift(
        key: "load.\(thread.deal.customer)", about: "load", owner: thread.deal.customer, units: Units(100, .credits),
        worth: Money(25_000, .euro), expiresAt: nil), at: now, in: self)
    try makeThread(thread, at: now)
  }
}
