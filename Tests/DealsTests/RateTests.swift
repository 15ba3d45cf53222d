import Base
import Deals
import Ledger
import Store
import TestKit
import Testing
import Web

@testable import Brakes

/// Prices in the reader's own currency, for reading alone.
@Suite struct RateTests {
  private static let engines = [Dialect.Engine.sqlite, .postgres]
  private static let noon = Moment(milliseconds: 1_795_176_000_000)

  private static func currency(_ code: String) -> Currency {
    guard let currency = Currency(code: code) else { preconditionFailure("A currency of ours") }
    return currency
  }

  @Test(
    "X3: a price in another currency is to the nearest smallest unit of it, halves up",
    arguments: [
      // 1 EUR = 0.9312 CHF, 3.38 TND, 163.5 JPY
      ("EUR", 1000, "CHF", "9.31"), ("EUR", 333, "CHF", "3.10"), ("EUR", 1, "CHF", "0.01"), ("EUR", 250, "TND", "8.450"),
      ("EUR", 1, "JPY", "2"), ("EUR", 100, "JPY", "164"), ("TND", 500, "EUR", "0.15"), ("TND", 500, "CHF", "0.14"),
      ("JPY", 1000, "TND", "20.673"), ("CHF", 931_200_000_000, "EUR", "10000000000.00"),
    ])
  func rounding(from: String, minor: Int64, to: String, expected: String) {
    let rates = [("CHF", 931_200), ("TND", 3_380_000), ("JPY", Int64(163_500_000))].map { code, millionths in
      (Self.currency(code), ExchangeRate(millionths: millionths, setAt: Self.noon))
    }
    let own = OwnCurrency(Self.currency(to), rates: Dictionary(uniqueKeysWithValues: rates))
    let about = own.rough(Money(minor, Self.currency(from)))
    #expect(about?.money.decimal == expected && about?.day == "2026-11-20")
    #expect(own.rough(Money(1, .dollar)) == nil, "no rate, no price")
  }

  @Test(
    "X3: a rate is a decimal above zero with at most six places",
    arguments: [
      ("0.9312", Int64(931_200)), ("0,9312", 931_200), ("3", 3_000_000), ("0.000001", 1), ("0", nil), ("-1", nil), ("1.0000001", nil),
      ("1.2.3", nil), ("", nil), ("x", nil), ("99999999999", nil),
    ])
  func typing(text: String, millionths: Int64?) { #expect(ExchangeRate.millionths(text) == millionths) }

  @Test("X3: an administrator sets rates, and a payer who chose a currency reads what a question is about worth", arguments: engines)
  func pages(engine: Dialect.Engine) async throws {
    try await House.open(engine, clock: .fixed(at: Self.noon), limits: DealHouse.limits) { house in
      let stage = try await DealHouse(house)
      let ada = try await house.person("Ada", [.administrator])
      #expect(try await stage.post("/admin/rates", as: stage.lina, ["CHF": "0.9"]).status == 403)
      let wrong = try await stage.post("/admin/rates", as: ada, ["CHF": "0.9", "TND": "much"])
      #expect(wrong.status == 422 && wrong.text.contains("value=\"much\"") && wrong.text.contains("value=\"0.9\""))
      #expect(try await stage.post("/admin/rates", as: ada, ["CHF": "0.9312", "TND": "3,38"]).status == 303)
      let rates = try await stage.get("/admin/rates", as: ada).text
      #expect(rates.contains("value=\"0.9312\"") && rates.contains("value=\"3.38\"") && rates.contains("2026-11-20 12:00 UTC"))
      let expert = "/experts/\(stage.site.id)/\(stage.emil.id)"
      #expect(try await !stage.get(expert, as: stage.lina).text.contains("about"), "nobody is shown what they did not ask for")
      #expect(try await stage.post("/wallet/limits/currency", as: stage.lina, ["currency": "CHF"]).status == 303)
      #expect(try await stage.post("/wallet/limits/currency", as: stage.lina, ["currency": "XYZ"]).status == 400)
      let page = try await stage.get(expert, as: stage.lina).text.unfenced
      #expect(page.contains("about CHF\u{A0}3.10, at the rate of 2026-11-20"), "3.33 euros a credit, of the lot that is used first")
      let shop = try await stage.get("/buy", as: stage.lina).text
      #expect(shop.contains("€20.00") && shop.contains("about CHF\u{A0}18.62"))
      let terms = Terms(id: house.program.ids.next(), site: stage.site.id, price: Units(1, .credits), minutePrice: 2)
      try await house.program.store.write { [now = Self.noon] in try $0.write(terms, by: nil, at: now) }
      let lina = try await stage.asks(stage.lina)
      let purse = try await stage.get("/wallet/threads/\(lina.topic.dropFirst("chat.".count))", as: stage.lina)
      #expect(purse.json?["price"]?.string?.unfenced == "about CHF\u{A0}3.10, at the rate of 2026-11-20")
      #expect(
        purse.json?["minute"]?.string?.unfenced == "about CHF\u{A0}6.20, at the rate of 2026-11-20", "before a chat by the minute, too")
      for words in ["One", "Two", "Three"] { _ = try await lina.say(words) }
      let after = try await stage.get(expert, as: stage.lina).text
      #expect(after.contains("about CHF\u{A0}1.86"), "nothing left: the cheapest pack is 50 euros for 25")
      #expect(try await house.count("SELECT COUNT(*) FROM transfers WHERE unit = 'CHF'") == 0, "nothing is booked by it")
      try await stage.booksAreRight()
    }
  }
}
