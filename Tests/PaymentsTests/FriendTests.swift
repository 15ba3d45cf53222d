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

@Suite struct FriendTests {
  /// Opens somebody's link in a browser that is signed out, and says what the browser keeps.
  private static func follow(_ path: String, in shop: Shop) async throws -> (cookie: String, location: String) {
    let answer = try await WebAnswer.of("GET", path, port: shop.house.port, ["Accept": "text/html"])
    let cookie = answer.cookies["parley-friend"].map { "parley-friend=\($0)" } ?? ""
    return (cookie, answer.headers["location"] ?? "")
  }

  private static func link(of person: House.Person, in shop: Shop) async throws -> String {
    let page = try await shop.ask("GET", "/wallet", as: person).text
    return String(try #require(page.firstMatch(of: /\/r\/[A-Z0-9]{8}/), "\(page)").output)
  }

  private static func come(_ person: House.Person, with cookie: String, in shop: Shop) async throws {
    let answer = try await WebAnswer.of(
      "GET", "/buy", port: shop.house.port, ["Accept": "text/html", "Cookie": "\(person.cookie); \(cookie)"])
    #expect(answer.status == 200)
  }

  @Test("P15: a friend who came by somebody's link and pays for the first time brings both a credit, once", arguments: Shop.engines)
  func friend(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let link = try await Self.link(of: shop.lina, in: shop)
      #expect(try await Self.link(of: shop.lina, in: shop) == link, "it stays")
      let (cookie, location) = try await Self.follow(link, in: shop)
      #expect(location == "/sign-up" && !cookie.isEmpty)
      let nora = try await shop.house.person("Nora", [], online: false)
      try await Self.come(nora, with: cookie, in: shop)
      #expect(try await shop.ask("GET", "/wallet", as: shop.lina).text.contains("1 friend came by it. Earned: 0 message credits."))
      let purchase = try await shop.buy(7, by: nora.id)
      try await shop.tell(.paid, about: purchase, id: "one")
      try await shop.tell(.paid, about: purchase, id: "two")
      #expect(try await [shop.credits(), shop.credits(of: nora.id)] == [1, 9])
      #expect(try await shop.books().contains("marketing -666 EUR"))
      // A year.
      #expect(try await shop.house.count("SELECT COUNT(*) FROM lots WHERE origin = 'gift' AND expires_at - acquired_at = 31536000000") == 2)
      try await shop.tell(.paid, about: try await shop.buy(3, by: nora.id))
      #expect(try await [shop.credits(), shop.credits(of: nora.id)] == [1, 12], "the first purchase alone")
      #expect(try await shop.ask("GET", "/wallet", as: shop.lina).text.contains("1 friend came by it. Earned: 1 message credit."))
      #expect(try await shop.ask("GET", "/notices", as: shop.lina).text.contains("For a friend you brought"))

      // What was given stays; an administrator sees what became of the purchase.
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      try await shop.payments.refund(8, of: purchase.id, by: ada.id, from: .console)
      try await shop.until("it is refunded") { try await shop.purchase(purchase.id).state == .refunded }
      #expect(try await shop.credits() == 1)
      let page = try await shop.ask("GET", "/admin/codes", as: ada).text
      #expect(page.contains("Lina Lindqvist") && page.contains("Nora Lindqvist") && page.contains(">refunded<"))
      #expect(try await Ledger.examine(shop.store).findings.isEmpty)
    }
  }

  @Test("P15: neither oneself, nor an account of before, nor who has paid before, nor a forged or old mark counts", arguments: Shop.engines)
  func tricks(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Databases.start)
    try await Shop.open(engine, clock: clock) { shop in
      let old = try await shop.house.person("Old", [], online: false)
      clock.advance(milliseconds: 60_000)
      let (cookie, _) = try await Self.follow(try await Self.link(of: shop.lina, in: shop), in: shop)
      func count() async throws -> Int { try await shop.house.count("SELECT COUNT(*) FROM referrals") }
      try await Self.come(shop.lina, with: cookie, in: shop)
      try await Self.come(old, with: cookie, in: shop)
      #expect(try await count() == 0)
      let buyer = try await shop.house.person("Buyer", [], online: false)
      try await shop.tell(.paid, about: try await shop.buy(3, by: buyer.id))
      try await Self.come(buyer, with: cookie, in: shop)
      #expect(try await count() == 0)
      // An older moment under the same signature.
      let parts = cookie.split(separator: ".")
      try await Self.come(old, with: "\(parts[0]).1.\(parts[2])", in: shop)
      #expect(try await count() == 0)
      let nora = try await shop.house.person("Nora", [], online: false)
      clock.advance(milliseconds: 31 * 86_400_000)
      let late = try await shop.payments.startSession(nora, in: shop)
      try await Self.come(late, with: cookie, in: shop)
      #expect(try await count() == 0, "thirty days are over")
      #expect(try await Self.follow("/r/NOBODY22", in: shop).cookie.isEmpty)
    }
  }

  @Test("P15: so many friends a month are rewarded; who comes after that still gets the welcome", arguments: Shop.engines)
  func month(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let (cookie, _) = try await Self.follow(try await Self.link(of: shop.lina, in: shop), in: shop)
      for number in 0..<11 {
        let friend = try await shop.house.person("Friend\(number)", [], online: false)
        try await Self.come(friend, with: cookie, in: shop)
        try await shop.tell(.paid, about: try await shop.buy(3, by: friend.id))
        #expect(try await shop.credits(of: friend.id) == 4)
      }
      #expect(try await shop.credits() == 10)
      #expect(try await shop.ask("GET", "/wallet", as: shop.lina).text.contains("11 friends came by it. Earned: 10 message credits."))
    }
  }
}

extension Payments {
  /// The same person after their session ended.
  fileprivate func startSession(_ person: House.Person, in shop: Shop) async throws -> House.Person {
    let token = try await shop.house.program.accounts.startSession(for: person.id, from: .console)
    return House.Person(id: person.id, cookie: "parley=\(token)", token: token)
  }
}
