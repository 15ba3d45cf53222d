import ArgumentParser
import Base
import Conversations
import Deals
import Foundation
import Ledger
import Logging
import Sites
import Store
import Synchronization

extension LoadCommand {
  struct MetersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "meters",
      abstract: "Chats by the minute that are all due in the same instant, beside others that chat on.")
    @OptionGroup var options: SettingsOptions
    @Option(help: "How many chats.") var count: Int = 10_000
    @Option(help: "Seconds of calm before each step.") var calm: Int = 3
    @Option(help: "Messages a second beside it.") var messages: Int = 100

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
      try await MeterLoad(program: program, count: count, calm: calm, messages: messages).run()
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
  let messages: Int

  func run() async throws {
    let all = try await settle(count + Talk.threads)
    let threads = Array(all.prefix(count))
    try await program.deals.rehearse(all, rate: Self.rate)
    print("\(count) clocks run")
    let talk = Talk(program: program, threads: try await opened(Array(all.suffix(Talk.threads))), pause: .seconds(1) / max(1, messages))
    try await withThrowingTaskGroup { group in
      group.addTask { try await talk.run() }
      try await steps(threads, beside: talk)
      group.cancelAll()
      try await group.waitForAll()
    }
    let findings = try await Ledger.examine(program.store).findings
    guard findings.isEmpty else { throw ValidationError("The books are wrong: \(findings)") }
    let taken = try await program.store.read { try $0.row("SELECT COUNT(*), CAST(SUM(captured) AS BIGINT) FROM holds WHERE captured > 0") }
    print("\((taken?[0] as Int64?) ?? 0) minutes taken, \((taken?[1] as Int64?) ?? 0) units")
  }

  private func steps(_ threads: [RehearsedThread], beside talk: Talk) async throws {
    try await step("everybody types", milliseconds: 45_000, beside: talk) { program.deals.rehearseTyping(threads) }
    try await step("the next minute is set aside", milliseconds: 5_000, beside: talk)
    try await step("everybody types", milliseconds: 45_000, beside: talk) { program.deals.rehearseTyping(threads) }
    try await step("the minute that ran is taken, and the next one set aside", milliseconds: 15_000, beside: talk)
  }

  /// Moves the clock, and measures until nothing is due any more.
  private func step(_ what: String, milliseconds: Int64, beside talk: Talk, _ deed: () -> Void = {}) async throws {
    _ = talk.taken()
    try await Task.sleep(for: .seconds(calm))
    let before = talk.taken()
    let due = program.clock.now.adding(seconds: milliseconds / 1000)
    program.deals.rehearsePresence(at: due)
    let began = ContinuousClock.now
    program.clock.advance(milliseconds: milliseconds)
    deed()
    while try await program.store.read({ try $0.isAnythingDue(at: due) }) { try await Task.sleep(for: .milliseconds(20)) }
    let took = (ContinuousClock.now - began) / .milliseconds(1)
    print("\(what): \(Int(took)) ms; messages at the 99th percentile: \(before.told) in calm, \(talk.taken().told) meanwhile")
  }

  /// In which a question was asked: an expert says nothing before.
  private func opened(_ threads: [RehearsedThread]) async throws -> [RehearsedThread] {
    let (ids, now) = (program.ids, program.clock.now)
    let lead = try LeadForm(services: []).check(["name": "Ada", "email": "ada@load.invalid", "phone": "+41 44 668 18 00"])
    try await program.store.write(locking: threads.map { .conversation($0.conversation) }) { session in
      for thread in threads {
        let question = Retold(.ask(ids.next(), client: Secret().text, "Is it so?"), at: now, lead: lead)
        try session.retell(question, in: thread.conversation)
      }
    }
    return threads
  }

  private func settle(_ count: Int) async throws -> [RehearsedThread] {
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

/// Experts who go on chatting while their clocks run, too: a message every few milliseconds, on time whether or not the one before is on the disk.
private final class Talk: Sendable {
  static let threads = 50

  private let program: Program
  private let rooms: [RehearsedThread]
  private let pause: Duration
  private let waits = Mutex<[Duration]>([])

  init(program: Program, threads: [RehearsedThread], pause: Duration) {
    (self.program, rooms, self.pause) = (program, threads, pause)
  }

  /// Until it is cancelled.
  func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      var due = ContinuousClock.now
      for number in 0... {
        due += pause
        do { try await Task.sleep(until: due, clock: .continuous) } catch { return }
        group.addTask { [due, room = self.rooms[number % self.rooms.count]] in try await self.say(in: room, due: due) }
      }
    }
  }

  private func say(in room: RehearsedThread, due: ContinuousClock.Instant) async throws {
    let (conversations, expert) = (program.conversations, room.deal.expert)
    try await program.store.write(locking: [.conversation(room.conversation)]) { session in
      try conversations.say("So it is.", client: Secret().text, in: room.conversation, by: expert, in: session)
    }
    waits.withLock { $0.append(ContinuousClock.now - due) }
  }

  /// How long each took since this was asked last.
  func taken() -> [Duration] {
    waits.withLock { waits in
      defer { waits = [] }
      return waits
    }
  }
}

extension [Duration] {
  fileprivate var told: String {
    guard !isEmpty else { return "none" }
    let sorted = sorted()
    return "\((sorted[Swift.min(count - 1, count * 99 / 100)] / .microseconds(100)).rounded() / 10) ms of \(count)"
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
