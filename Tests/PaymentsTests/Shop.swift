import Access
import Accounts
import Base
import Crypto
import Foundation
import HTTPTypes
import Ledger
import Store
import TestKit
import Testing
import Web

@testable import Outside
@testable import Payments

/// The whole program with the test provider, and people who buy.
struct Shop: Sendable {
  static let engines = [Dialect.Engine.sqlite, .postgres]

  let house: House
  let lina: House.Person

  var payments: Payments { house.program.payments }
  var store: any Store { house.program.store }

  @discardableResult
  static func open<Value: Sendable>(
    _ engine: Dialect.Engine, clock: WallClock = .system(), _ body: @escaping @Sendable (Shop) async throws -> Value
  ) async throws -> Value {
    try await House.open(engine, clock: clock, limits: "visitor.forms=100000/60,administrator.forms=100000/60") { house in
      try await body(Shop(house: house, lina: try await house.person("Lina", [], online: false)))
    }
  }

  func pack(_ units: Int64, bonus: Int64? = nil) async throws -> Pack {
    let packs = try await store.read { try $0.packsOnSale() }
    return try #require(packs.first { $0.offer.units == units && (bonus == nil || $0.offer.bonus == bonus) })
  }

  func order(_ pack: Pack, _ provider: ProviderName = .test, key: Secret = Secret(), keepsCard: Bool = false, byCard: Bool = false) -> Order
  {
    Order(pack: pack.id, shown: pack.offer, provider: provider, byCard: byCard, keepsCard: keepsCard, formKey: key)
  }

  func buy(_ units: Int64 = 7, _ provider: ProviderName = .test, by buyer: AccountID? = nil) async throws -> Purchase {
    try await payments.buy(order(try await pack(units), provider), by: buyer ?? lina.id, in: .english)
  }

  /// The test provider tells something.
  func tell(
    _ kind: TestProvider.Note.Kind, about purchase: Purchase, id: String? = nil, minor: Int64? = nil, refund: String? = nil
  ) async throws {
    try await payments.receive(try delivery(kind, about: purchase, id: id, minor: minor, refund: refund), from: .test)
  }

  func delivery(
    _ kind: TestProvider.Note.Kind, about purchase: Purchase, id: String? = nil, minor: Int64? = nil, refund: String? = nil
  ) throws -> Delivery {
    let provider = try #require(payments.provider(.test) as? TestProvider)
    let note = TestProvider.Note(
      id: id ?? "\(kind.rawValue).\(purchase.id)", kind: kind, purchase: purchase.id, minor: minor ?? purchase.offer.price.minor,
      currency: purchase.offer.price.currency, refund: refund)
    return try provider.delivery(of: note)
  }

  func purchase(_ id: PurchaseID) async throws -> Purchase { try #require(try await store.read { try $0.purchase(id) }) }

  func credits(of account: AccountID? = nil, in unit: CreditUnit = .credits) async throws -> Int64 {
    let owner = account ?? lina.id
    return try await store.read { try $0.wallet(of: owner, in: unit).units }
  }

  /// What the books say, as one line an account: the same lines are the same end.
  func books() async throws -> [String] {
    try await store.read { session in
      try session.rows(
        """
        SELECT account, unit, CAST(SUM(amount) AS BIGINT)
        FROM (
          SELECT credit AS account, unit, amount FROM transfers UNION ALL SELECT debit AS account, unit, -amount FROM transfers
        ) AS lines
        GROUP BY account, unit
        ORDER BY account, unit
        """, []
      ).filter { ($0[2] as Int64) != 0 }.map { "\($0[0] as String) \($0[2] as Int64) \($0[1] as String)" }
    }
  }

  func ask(
    _ method: String, _ path: String, _ fields: [(String, String)]? = nil, as person: House.Person, accept: String = "text/html"
  ) async throws -> WebAnswer {
    var headers = ["Cookie": person.cookie, "Origin": House.origin, "Accept": accept]
    var body = Data()
    if let fields {
      headers["Content-Type"] = "application/x-www-form-urlencoded"
      body = Data(fields.map { "\($0.0)=\(FormCoding.encode($0.1))" }.joined(separator: "&").utf8)
    }
    return try await WebAnswer.of(method, path, port: house.port, headers, body: body)
  }

  /// Sends a form with the token of the page that it stands on.
  func post(_ path: String, _ fields: [(String, String)], from page: String, as person: House.Person) async throws -> WebAnswer {
    let shown = try await ask("GET", page, as: person).text
    return try await ask("POST", path, fields + [("form_token", try Self.field("form_token", in: shown))], as: person)
  }

  static func field(_ name: String, in html: String) throws -> String {
    let start = try #require(html.range(of: "name=\"\(name)\" value=\""), "\(html.prefix(2000))").upperBound
    return String(html[start...].prefix { $0 != "\"" })
  }

  /// Waits until something is so.
  func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
    for _ in 0..<200 {
      if try await isSo() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("never: \(what)")
  }
}
