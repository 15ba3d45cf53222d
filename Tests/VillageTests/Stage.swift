import Accounts
import Base
import Crypto
import Foundation
import Ledger
import Mail
import Sites
import Store
import TestKit
import Web

@testable import Village

/// A village on a database of its own, and somebody with a browser in front of it.
struct Stage {
  static let start = Moment(milliseconds: 1_795_219_200_000)
  static let folder = String(#filePath.prefix(upTo: #filePath.range(of: "/Tests/VillageTests/")?.lowerBound ?? #filePath.endIndex))
  static let base = "http://localhost:8080"

  let store: any Store
  let clock: WallClock
  let ids: IDMaker
  let accounts: Accounts
  let sites: Sites

  static func open(_ engine: Dialect.Engine, _ body: (Stage) async throws -> Void) async throws {
    try await Databases.withStore(engine) { store in
      let stage = Stage(store: store)
      do {
        try await body(stage)
      } catch {
        await stage.accounts.close()
        throw error
      }
      await stage.accounts.close()
    }
  }

  private init(store: any Store) {
    self.store = store
    clock = .fixed(at: Self.start)
    ids = IDMaker(node: 1)
    guard let web = try? WebFront(settings: WebSettings(baseAddress: Self.base), bundle: Self.files, clock: clock) else {
      preconditionFailure("The checkout has templates and texts")
    }
    accounts = Accounts(
      store: store, ids: ids, clock: clock, mail: .kept(in: store, clock: clock, web: web), baseAddress: Self.base,
      factorKey: { SymmetricKey(data: Array(repeating: 7, count: 32)) },
      ask: { _ in preconditionFailure("Nobody else is asked here") })
    sites = Sites(store: store, ids: ids, clock: clock, landing: Children.landing())
  }

  func village(at base: String = base) -> Village {
    Village(
      store: store, ids: ids, clock: clock, accounts: accounts, sites: sites, ledger: Ledger(ids: ids, jobs: Jobs(ids: ids, clock: clock)),
      baseAddress: base)
  }

  private static let files = bundle().frozen()

  static func bundle() -> Web.Bundle { Web.Bundle(sourceFolder: folder) }

  /// The routes of a program that was started with these flags.
  func routes(demo: Bool = false, dev: Bool = false, events: DevEvents? = nil, letters: MailFolder? = nil) throws -> Routes {
    let web = try WebFront(
      settings: WebSettings(baseAddress: Self.base, isStrict: true), bundle: Self.bundle(), clock: clock)
    let routes = Routes(web: web) { [accounts] token in try await accounts.recognise(token) }
    Doors(
      web: web, store: store, accounts: accounts, events: events ?? DevEvents(clock: clock), letters: letters, isDemo: demo, isDev: dev
    )
    .register(on: routes)
    return routes
  }

  /// What all tables hold, to be compared with what they hold later.
  func everything() async throws -> [String] {
    let tables = [
      "accounts", "sites", "site_origins", "assignments", "visitors", "visits", "page_views", "conversations", "chats", "entries",
      "participants", "marks", "audit_lines",
    ]
    return try await store.read { session in
      try tables.flatMap { table in
        try session.rows("SELECT * FROM \(table)").map { row in "\(table) \(row.values)" }.sorted()
      }
    }
  }
}
