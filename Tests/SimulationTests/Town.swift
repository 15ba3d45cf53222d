import Access
import Accounts
import Base
import Foundation
import Ledger
import Logging
import Meter
import Sites
import Store
import TestKit

@testable import Conversations
@testable import Deals
@testable import Parley
@testable import Payments

/// A whole program without its doors, which is killed and started again on the same data as often as somebody likes.
///
/// A class, because everybody who lives in it meets the program of the moment.
final class Town {
  static let openLimit: Int64 = 3
  static let price = Units(2, .credits)
  /// What is left for an expert who is not there, and within which time an answer to it is promised.
  static let leftPrice = Units(3, .credits)
  static let leftSeconds: Int64 = 86_400
  static let minutePrice: Int64 = 3

  let clock: WallClock
  private let settings: Settings
  private let rerun: Rerun
  private(set) var program: Program
  private(set) var store: MortalStore
  /// How often it was killed.
  private(set) var deaths = 0

  /// - Parameter seed: of the dice by which the store tears writes off in their middle.
  static func open(_ engine: Dialect.Engine, seed: UInt64, _ body: (Town) async throws -> Void) async throws {
    try await Databases.withAddress(engine) { address in
      let folder = Databases.place.appendingPathComponent("town-\(UInt64.random(in: 0 ... .max))").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      // The demo has the test provider beside transfers.
      let settings = try Settings(flags: [
        "port": "0", "data": folder, "database": engine == .postgres ? address : "", "base-address": House.origin, "demo": "true",
        "bank-account": "Example Ltd, IBAN DE00 1234 5678",
      ])
      let town = try await Town(settings, Rerun(oneIn: 10, seed: seed))
      do {
        try await body(town)
      } catch {
        await town.program.close()
        throw error
      }
      await town.program.close()
    }
  }

  private init(_ settings: Settings, _ rerun: Rerun) async throws {
    self.settings = settings
    self.rerun = rerun
    clock = .fixed(at: Databases.start)
    (program, store) = try await Self.start(settings, clock, rerun)
  }

  private static func start(_ settings: Settings, _ clock: WallClock, _ rerun: Rerun) async throws -> (Program, MortalStore) {
    var logger = Logger(label: "town") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .critical
    let (stores, given) = AsyncStream.makeStream(of: MortalStore.self)
    var hurry = Hurry()
    hurry.store = { store in
      let mortal = MortalStore(store)
      given.yield(mortal)
      return mortal
    }
    let program = try await Program(settings, clock: clock, rerun: rerun, hurry: hurry, logger: logger)
    for await store in stores { return (program, store) }
    preconditionFailure("A program opens its store")
  }

  /// Drops the program, whatever it was doing, and starts another one on the same data.
  func restart() async throws {
    deaths += 1
    await program.close()
    (program, store) = try await Self.start(settings, clock, rerun)
  }

  /// Has something done until somebody hears that it is. When the program is killed meanwhile, another one is asked again.
  func insist<Value>(_ deed: () async throws -> Value) async throws -> Value {
    while true {
      do {
        let value = try await deed()
        store.live()
        if store.isOver { try await restart() }
        return value
      } catch {
        store.live()
        guard store.isOver else { throw error }
        try await restart()
      }
    }
  }

  /// Does every job that is due. What ends goes first, so that one order is played.
  func runJobs() async throws {
    var wasKilled = true
    while wasKilled {
      do {
        for kinds in [program.ledger.jobHandlers(clock: clock), program.jobHandlers] {
          var logger = Logger(label: "jobs") { StreamLogHandler.standardError(label: $0) }
          logger.logLevel = .critical
          try await JobRunner(store: store, jobs: program.jobs, handlers: kinds, logger: logger).runDue()
        }
      } catch  where store.isOver {}
      store.live()
      wasKilled = store.isOver
      if wasKilled { try await restart() }
    }
  }

  // MARK: Who lives there

  /// People, a website where they ask by the message and by the minute, and one where messages are left for who is not there.
  func settle(customers: Int, experts: Int, _ minutes: MeterTerms) async throws -> (
    site: SiteID, office: SiteID, customers: [AccountID], experts: [AccountID]
  ) {
    let (site, office) = (try await website("Counsel"), try await website("Office"))
    let payers = try await people(customers, "customer", [])
    let payees = try await people(experts, "expert", [.expert])
    for expert in payees {
      for place in [site, office] {
        try await program.sites.assign(Assignment(site: place, account: expert, pseudonym: nil), by: nil, from: .console)
      }
    }
    let terms = Terms(
      id: program.ids.next(), site: site, price: Self.price, openLimit: Self.openLimit, minutePrice: minutes.rate,
      minuteIncrement: minutes.increment, freeSeconds: minutes.freeSeconds)
    let left = Terms(
      id: program.ids.next(), site: office, price: Self.price, openLimit: Self.openLimit, offlinePrice: Self.leftPrice.count,
      offlineSeconds: Self.leftSeconds)
    let now = clock.now
    try await store.write { session in
      try session.write(terms, by: nil, at: now)
      try session.write(left, by: nil, at: now)
      // So that credit ends now and then.
      try session.run("UPDATE price_lists SET valid_days = 50")
    }
    return (site, office, payers, payees)
  }

  private func website(_ name: String) async throws -> SiteID {
    let site = Site(
      id: program.ids.next(), name: name, domain: "\(name.lowercased()).example", origins: [], form: LeadForm(services: []),
      createdAt: clock.now)
    try await program.sites.save(site, by: nil, from: .console)
    return site.id
  }

  private func people(_ count: Int, _ name: String, _ roles: Set<Role>) async throws -> [AccountID] {
    var people: [AccountID] = []
    for number in 0..<count {
      let draft = AccountDraft(
        name: "\(name) \(number)", email: "\(name)\(number)@parley.example", pseudonym: "\(name) \(number)", avatar: .fern, roles: roles,
        language: .english)
      people.append(try await program.accounts.create(draft, by: nil, from: .console))
    }
    return people
  }

  /// Somebody's thread with an expert.
  func thread(of customer: AccountID, with expert: AccountID, at site: SiteID) async throws -> ConversationID {
    let token = try await program.accounts.startSession(for: customer, from: .console)
    guard let person = try await program.accounts.recognise(token) else { throw Refusal(.notFound) }
    return try await program.deals.thread(
      of: person, with: expert, at: site, from: Sender(address: "127.0.0.1", language: "en", userAgent: ""))
  }

  func order(_ pack: Pack, _ provider: ProviderName, _ key: Secret) -> Order {
    Order(pack: pack.id, shown: pack.offer, provider: provider, byCard: false, keepsCard: false, formKey: key)
  }
}
