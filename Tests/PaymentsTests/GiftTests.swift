import Access
import Accounts
import Base
import Foundation
import Ledger
import Store
import TestKit
import Testing
import Web

@testable import Payments

@Suite struct GiftTests {
  @Test(
    "A45a: an administrator gives credit with a reason, once however often it is sent, and the customer reads why", arguments: Shop.engines)
  func gift(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      let path = "/admin/customers/\(shop.lina.id)/credit"
      let page = try await shop.ask("GET", path, as: ada).text
      let fields = [
        ("form_token", try Shop.field("form_token", in: page)), ("gift", try Shop.field("gift", in: page)), ("units", "3"),
        ("unit", "credits"), ("validDays", "30"), ("reason", "For the long wait"),
      ]
      #expect(try await shop.ask("POST", path, fields.map { $0.0 == "reason" ? ($0.0, "") : $0 }, as: ada).status == 422)
      for _ in 0..<2 { #expect(try await shop.ask("POST", path, fields, as: ada).headers["location"] == "\(path)?done=given") }
      #expect(try await shop.credits() == 3)
      // Three cost 10.00 in the smallest pack.
      #expect(try await shop.books().contains("marketing -1000 EUR"))
      #expect(try await shop.house.count("SELECT COUNT(*) FROM lots WHERE origin = 'gift' AND expires_at - acquired_at = 2592000000") == 1)
      let wallet = try await shop.ask("GET", "/wallet", as: shop.lina).text
      #expect(wallet.contains("Gift<small class=\"why\">For the long wait</small>"), "\(wallet)")
      #expect(try await shop.ask("GET", "/notices", as: shop.lina).text.contains("A gift: 3 message credits"))
      #expect(try await shop.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'account.credited'") == 1)
      #expect(try await shop.ask("GET", path, as: ada).text.contains("For the long wait"))
      #expect(try await shop.ask("GET", path, as: shop.lina).status == 403)
      #expect(try await Ledger.examine(shop.store).findings.isEmpty)
    }
  }

  @Test("P15: an administrator gives minutes of chat, and so does a code; the wallet shows them until they end", arguments: Shop.engines)
  func minutes(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      let path = "/admin/customers/\(shop.lina.id)/credit"
      let page = try await shop.ask("GET", path, as: ada).text
      let fields = [
        ("form_token", try Shop.field("form_token", in: page)), ("gift", try Shop.field("gift", in: page)), ("units", "5"),
        ("unit", "minutes"), ("validDays", "30"), ("reason", "Come and look"),
      ]
      for _ in 0..<2 { #expect(try await shop.ask("POST", path, fields, as: ada).headers["location"] == "\(path)?done=given") }
      #expect(try await shop.ask("POST", path, fields.map { $0.0 == "unit" ? ($0.0, "hours") : $0 }, as: ada).status == 422)
      try await Self.code(shop, "THREE", .minutes, units: 3)
      let used = try await shop.post("/buy/code", [("code", "three")], from: "/buy", as: shop.lina)
      #expect(used.headers["location"] == "/wallet?done=minutes")
      #expect(try await shop.ask("GET", "/wallet?done=minutes", as: shop.lina).text.contains("Its minutes are in your wallet."))
      #expect(try await shop.post("/buy/code", [("code", "three")], from: "/buy", as: shop.lina).status == 409)
      let wallet = try await shop.ask("GET", "/wallet", as: shop.lina).text
      for text in ["8:00 minutes", "5:00 minutes", "3:00 minutes", "Come and look"] { #expect(wallet.contains(text), "\(text)") }
      #expect(try await shop.ask("GET", "/notices", as: shop.lina).text.contains("A gift: 5 minutes of chat"))
      #expect(try await shop.ask("GET", "/admin/codes", as: ada).text.contains("3 minutes of chat"))
      let (store, lina, now) = (shop.store, shop.lina.id, shop.house.program.clock.now)
      #expect(try await store.read { try $0.freeSeconds(of: lina, at: now) } == 480)
      #expect(try await store.read { try $0.freeSeconds(of: lina, at: now.adding(seconds: 31 * 86_400)) } == 180, "the gift has ended")
      #expect(try await Ledger.examine(store).findings.isEmpty, "nothing moved")
    }
  }

  private static func code(
    _ shop: Shop, _ text: String, _ kind: PromotionCode.Kind = .units, units: Int64 = 2, uses: Int64 = 2, lasts: Int64 = 86_400
  ) async throws {
    let code = PromotionCode(
      id: shop.house.program.ids.next(), code: text, kind: kind, unit: .credits, units: units, validDays: 365,
      endsAt: shop.house.program.clock.now.adding(seconds: lasts), useLimit: uses)
    try await shop.payments.save(code, isNew: true, by: shop.lina.id, from: .console)
  }

  @Test("A45a: a code gives units once to each customer, so often in all, and not after its end", arguments: Shop.engines)
  func codes(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      try await Self.code(shop, "WELCOME-2")
      try await Self.code(shop, "YESTERDAY", lasts: -1)
      let nora = try await shop.house.person("Nora", [], online: false)
      let omar = try await shop.house.person("Omar", [], online: false)
      let answer = try await shop.post("/buy/code", [("code", " welcome-2 ")], from: "/buy", as: shop.lina)
      #expect(answer.headers["location"] == "/wallet?done=code", "\(answer.text.prefix(500))")
      #expect(try await shop.credits() == 2)
      #expect(try await shop.ask("GET", "/wallet", as: shop.lina).text.contains("By a code"))
      let again = try await shop.post("/buy/code", [("code", "WELCOME-2")], from: "/buy", as: shop.lina)
      #expect(again.status == 409 && again.text.contains("You have used this code already."))
      #expect(try await shop.post("/buy/code", [("code", "YESTERDAY")], from: "/buy", as: shop.lina).status == 410)
      #expect(try await shop.post("/buy/code", [("code", "GUESSED")], from: "/buy", as: shop.lina).status == 404)
      #expect(try await shop.payments.redeem("WELCOME-2", by: nora.id, from: .console) == .units)
      await #expect(throws: Refusal(.codeOver)) { try await shop.payments.redeem("WELCOME-2", by: omar.id, from: .console) }
      #expect(try await shop.credits(of: omar.id) == 0)
      #expect(try await shop.house.count("SELECT uses FROM promotion_codes WHERE code = 'WELCOME-2'") == 2)
    }
  }

  @Test("A45a: twenty customers at once use a code of five uses five times", arguments: Shop.engines)
  func atOnce(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      try await Self.code(shop, "FIVE", uses: 5)
      var people: [AccountID] = []
      for number in 0..<20 { people.append(try await shop.house.person("P\(number)", [], online: false).id) }
      let used = await withTaskGroup(of: Bool.self) { group in
        for person in people {
          group.addTask { (try? await shop.payments.redeem("FIVE", by: person, from: .console)) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(used == 5)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM gifts") == 5)
    }
  }

  @Test("A45a: codes cannot be guessed: after ten wrong ones nobody may try for a while", arguments: Shop.engines)
  func guessing(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Databases.start)
    try await Shop.open(engine, clock: clock) { shop in
      try await Self.code(shop, "RIGHT-ONE", lasts: 86_400)
      for number in 0..<10 {
        await #expect(throws: Refusal(.codeUnknown)) { try await shop.payments.redeem("WRONG-\(number)", by: shop.lina.id, from: .console) }
      }
      let answer = try await shop.post("/buy/code", [("code", "RIGHT-ONE")], from: "/buy", as: shop.lina)
      #expect(answer.status == 429)
      clock.advance(milliseconds: 901_000)
      #expect(try await shop.payments.redeem("RIGHT-ONE", by: shop.lina.id, from: .console) == .units)
    }
  }

  @Test("A45a: the bonus of a code comes with the next purchase, once, at what its units cost", arguments: Shop.engines)
  func bonus(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      try await Self.code(shop, "MORE", .bonus, units: 2)
      let answer = try await shop.post("/buy/code", [("code", "more")], from: "/buy", as: shop.lina)
      #expect(answer.headers["location"] == "/buy?done=code")
      #expect(
        try await shop.ask("GET", "/buy", as: shop.lina).text.contains("On top of your next purchase of that kind: 2 message credits."))
      let purchase = try await shop.buy(7)
      try await shop.tell(.paid, about: purchase, id: "one")
      try await shop.tell(.paid, about: purchase, id: "two")
      #expect(try await shop.credits() == 10)
      // Two of eight for 20.00.
      #expect(try await shop.books().contains("marketing -500 EUR"))
      try await shop.tell(.paid, about: try await shop.buy(3))
      #expect(try await shop.credits() == 13)
      #expect(try await Ledger.examine(shop.store).findings.isEmpty)
    }
  }

  @Test("A45a: an administrator adds a code, changes its end and sees how often it was used", arguments: Shop.engines)
  func pages(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      let until = shop.house.program.clock.now.adding(seconds: 86_400).minuteText
      let fields = [
        ("code", "spring-24"), ("kind", "units"), ("unit", "credits"), ("units", "1"), ("validDays", ""), ("until", until),
        ("useLimit", "5"),
      ]
      func post(_ changed: [String: String] = [:]) async throws -> WebAnswer {
        try await shop.post("/admin/codes", fields.map { ($0.0, changed[$0.0] ?? $0.1) }, from: "/admin/codes/new", as: ada)
      }
      for (field, value) in [("code", "a!"), ("units", "0"), ("until", ""), ("useLimit", "x")] {
        #expect(try await post([field: value]).status == 422, "\(field)")
      }
      #expect(try await post().headers["location"] == "/admin/codes?done=saved")
      #expect(try await post().status == 422, "there is one of that name")
      _ = try await shop.payments.redeem("SPRING-24", by: shop.lina.id, from: .console)
      let list = try await shop.ask("GET", "/admin/codes", as: ada).text
      #expect(list.contains("SPRING-24") && list.contains("1 of 5"))
      let path = try #require(list.firstMatch(of: /\/admin\/codes\/[0-9]+/)).output
      #expect(
        try await shop.post(
          String(path), [("units", "1"), ("validDays", ""), ("until", until), ("useLimit", "1")], from: String(path), as: ada
        ).status == 303)
      let nora = try await shop.house.person("Nora", [], online: false)
      await #expect(throws: Refusal(.codeOver)) { try await shop.payments.redeem("SPRING-24", by: nora.id, from: .console) }
      #expect(try await shop.ask("GET", "/admin/codes", as: shop.lina).status == 403)
    }
  }
}
