import Accounts
import Base
import Store
import Web

extension Session {
  func exchangeRates() throws -> [Currency: ExchangeRate] {
    let rows = try rows("SELECT currency, millionths, set_at FROM exchange_rates ORDER BY currency LIMIT 500", [])
    return Dictionary(
      rows.compactMap { row in Currency(code: row[0]).map { ($0, ExchangeRate(millionths: row[1], setAt: row[2])) } }
    ) { $1 }
  }

  /// The currency that somebody reads prices in; nil when they chose none, or none that a rate is known of.
  public func ownCurrency(of account: AccountID) throws -> OwnCurrency? {
    let code: String? = try row("SELECT currency FROM display_currencies WHERE account_id = $1", account)?[0]
    guard let code, let currency = Currency(code: code) else { return nil }
    return OwnCurrency(currency, rates: try exchangeRates())
  }
}

extension Brakes {
  /// - Parameter currency: nil for none.
  func show(_ currency: Currency?, to account: AccountID) async throws {
    try await store.write { session in
      guard let currency else {
        try session.run("DELETE FROM display_currencies WHERE account_id = $1", account)
        return
      }
      try session.run(
        """
        INSERT INTO display_currencies (account_id, currency)
        VALUES ($1, $2)
        ON CONFLICT (account_id) DO UPDATE SET currency = excluded.currency
        """, account, currency.code)
    }
  }

  /// All rates as an administrator has them before their eyes: each is of this moment, and what is not among them goes.
  func set(_ rates: [Currency: Int64], by administrator: AccountID, from place: Whereabouts) async throws {
    let (now, audit): (Moment, AuditLineID) = (clock.now, ids.next())
    let line = AuditLine(
      by: administrator, deed: "house.ratesChanged", thing: "rates", address: place.address.text, detail: ["count": "\(rates.count)"])
    try await store.write { session in
      try session.run("DELETE FROM exchange_rates")
      for (currency, millionths) in rates.sorted(by: { $0.key.code < $1.key.code }) {
        try session.run("INSERT INTO exchange_rates (currency, millionths, set_at) VALUES ($1, $2, $3)", currency.code, millionths, now)
      }
      try session.audit(line, id: audit, at: now)
    }
  }
}

extension RoughAmount {
  /// `about CHF 9.31`
  public func words(_ texts: Texts) -> String { texts["brakes.about.amount", ["amount": MoneyWords(texts.language)[money]]] }

  /// `about CHF 9.31, at the rate of 2026-11-21`
  public func wordsWithDay(_ texts: Texts) -> String {
    guard let day else { return words(texts) }
    return texts["brakes.about.amountOfDay", ["amount": MoneyWords(texts.language)[money], "day": day.leftToRight]]
  }
}
