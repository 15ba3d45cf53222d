import Base
import Ledger
import LedgerCore
import Store
import TestKit

/// A ledger on a database of its own, with people.
struct Bank: Sendable {
  let store: any Store
  let ledger: Ledger
  let ids: IDMaker

  static func open(_ engine: Dialect.Engine, _ body: (Bank) async throws -> Void) async throws {
    try await Databases.withStore(engine) { store in
      let ids = IDMaker(node: 1)
      let jobs = Jobs(ids: ids, clock: .system())
      try await body(Bank(store: store, ledger: Ledger(ids: ids, jobs: jobs), ids: ids))
    }
  }

  func person() async throws -> AccountID {
    let id: AccountID = ids.next()
    try await store.write { session in
      try session.run(
        """
        INSERT INTO accounts (id, email, email_key, name, is_agent, is_manager, is_administrator, pseudonym, avatar, language, status, active,
          created_at)
        VALUES ($1, $2, $2, 'Somebody', FALSE, FALSE, FALSE, '', 'fern', 'en', 'offline', TRUE, 0)
        """, id, "\(id)@parley.example")
    }
    return id
  }

  func wallet(_ owner: AccountID) async throws -> WalletBalance { try await store.read { try $0.wallet(of: owner, in: .credits) } }

  /// Units, and of those set aside.
  func has(_ owner: AccountID) async throws -> [Int64] {
    let wallet = try await wallet(owner)
    return [wallet.units, wallet.held]
  }

  func earned(_ payee: AccountID, _ currency: Currency) async throws -> Int64 {
    try await store.read { try $0.posted(.earnings(payee), currency.code) }
  }

  func findings() async throws -> [LedgerFinding] { try await Ledger.examine(store).findings }

  @discardableResult
  func buys(
    _ units: Int64, for price: Money, _ buyer: AccountID, key: String, at now: Moment, until end: Moment? = nil
  ) async throws -> LotID {
    let sale = Sale(
      key: key, about: key, buyer: buyer, units: Units(units, .credits), price: price, provider: "test", expiresAt: end)
    return try await store.write { [ledger] in try ledger.settle(sale, at: now, in: $0) }
  }

  func holds(
    _ units: Int64, of payer: AccountID, for payee: AccountID, n: Int64 = 1, at now: Moment
  ) async throws -> Hold {
    let wish = HoldWish(
      payer: payer, payee: payee, units: Units(units, .credits), commission: 2000, terms: nil, conversation: ID(rawValue: 7), n: n,
      deadline: now.adding(seconds: 3600))
    let id = try await store.write { [ledger] in try ledger.hold(wish, at: now, in: $0) }
    guard let hold = try await store.read({ try $0.hold(id) }) else { throw Refusal(.notFound) }
    return hold
  }
}
