import Base
import Store
import TestKit
import Testing
import Web

@testable import Payments

/// The pages, as a browser without scripts meets them.
@Suite("The shop's pages", .serialized)
struct ShopPageTests {
  @Test("A6, A9: the shop shows packs with bonus and saving, and sends a buyer on to the payment", arguments: Shop.engines)
  func shop(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let page = try await shop.ask("GET", "/buy", as: shop.lina).text
      for words in ["3 message credits", "€10.00", "+1 free", "+5 free", "saves 25 %", "saves 40 %", "Coins", "1 coin is TND\u{A0}0.500."] {
        #expect(page.contains(words), "\(words)")
      }
      let fields = try ["pack", "shown", "purchase"].map { ($0, try Shop.field($0, in: page)) } + [("way", "test")]
      let answer = try await shop.post("/buy", fields, from: "/buy", as: shop.lina)
      #expect(answer.status == 303)
      let way = try #require(answer.headers["location"])
      #expect(way.hasSuffix("/pay"))
      let further = try await shop.ask("GET", way, as: shop.lina)
      #expect(further.headers["location"]?.hasPrefix("/pay/test/") == true)
      // The same press once more: the same purchase.
      let again = try await shop.post("/buy", fields, from: "/buy", as: shop.lina)
      #expect(again.headers["location"] == way)
    }
  }

  @Test("A26: once it is paid a way leads back to the thread in which the credit was missing", arguments: Shop.engines)
  func backToThread(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      func page(_ cookie: String) async throws -> String {
        try await WebAnswer.of(
          "GET", "/wallet/purchases/\(purchase.id)", port: shop.house.port,
          ["Accept": "text/html", "Cookie": "\(shop.lina.cookie); parley-thread=\(cookie)"]
        ).text
      }
      #expect(try await !page("/conversations/45").contains("/conversations/45"), "it is not paid")
      try await shop.tell(.paid, about: purchase)
      #expect(try await page("/conversations/45").contains("href=\"/conversations/45\">To the conversation"))
      #expect(try await !page("//elsewhere.example").contains("elsewhere"))
    }
  }

  @Test("A6: an amount changed in the form is refused with the right price, and nothing is made", arguments: Shop.engines)
  func changedForm(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let page = try await shop.ask("GET", "/buy", as: shop.lina).text
      let fields = [
        ("pack", try Shop.field("pack", in: page)), ("shown", "credits.7.1.1.EUR"), ("purchase", try Shop.field("purchase", in: page)),
        ("way", "test"),
      ]
      let answer = try await shop.post("/buy", fields, from: "/buy", as: shop.lina)
      #expect(answer.status == 422)
      #expect(answer.text.contains("The price is another one now"))
      #expect(answer.text.contains("Pay €20.00"))
      #expect(try await shop.house.count("SELECT COUNT(*) FROM purchases") == 0)
    }
  }

  @Test(
    "A16: who comes back from the payment waits for the provider's word; the page asks by itself and credits nothing",
    arguments: Shop.engines)
  func back(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      let path = "/wallet/purchases/\(purchase.id)"
      let waiting = try await shop.ask("GET", "\(path)?back=paid", as: shop.lina)
      #expect(waiting.headers["refresh"] == "3; url=\(path)?back=paid&look=1")
      #expect(waiting.text.contains("We wait for the payment"))
      #expect(try await shop.credits() == 0)
      let tired = try await shop.ask("GET", "\(path)?back=paid&look=40", as: shop.lina)
      #expect(tired.headers["refresh"] == nil)
      #expect(tired.text.contains("Still waiting"))
      // Another card after one that was declined: its word is waited for as well, once.
      try await shop.tell(.declined, about: purchase)
      #expect(try await shop.ask("GET", "\(path)?back=paid", as: shop.lina).text.contains("We wait for the payment"))
      #expect(try await !shop.ask("GET", "\(path)?back=paid&look=1", as: shop.lina).text.contains("We wait for the payment"))
      try await shop.tell(.paid, about: purchase)
      let paid = try await shop.ask("GET", "\(path)?back=paid", as: shop.lina)
      #expect(paid.headers["refresh"] == nil)
      #expect(paid.text.contains("Paid, thank you"))
      let wallet = try await shop.ask("GET", "/wallet", as: shop.lina).text
      #expect(wallet.contains("8 message credits"))
      let receipt = try await shop.ask("GET", "\(path)/receipt", as: shop.lina).text
      for words in ["7 message credits", "1 message credit on top", "€20.00", purchase.reference, "Lina Lindqvist"] {
        #expect(receipt.contains(words), "\(words)")
      }
    }
  }

  @Test("A39: nobody sees or pays another one's purchase", arguments: Shop.engines)
  func others(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      try await shop.tell(.paid, about: purchase)
      let mona = try await shop.house.person("Mona", [.manager], online: false)
      for path in ["", "/pay", "/receipt", "/cancel"] {
        #expect(try await shop.ask("GET", "/wallet/purchases/\(purchase.id)\(path)", as: mona).status == 404)
      }
      #expect(try await shop.ask("GET", "/pay/test/\(purchase.id)", as: mona).status == 404)
      #expect(try await shop.ask("GET", "/admin/payments/\(purchase.id)", as: mona).status == 403)
    }
  }

  @Test("B37, B32: an administrator sees every purchase, refunds a part, and the buyer reads it in the wallet", arguments: Shop.engines)
  func administrator(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      let purchase = try await shop.buy(7)
      try await shop.tell(.paid, about: purchase)
      let path = "/admin/payments/\(purchase.id)"
      #expect(try await shop.ask("GET", "/admin/payments", as: ada).text.contains(purchase.reference))
      let wrong = try await shop.post("\(path)/refund", [("units", "99")], from: path, as: ada)
      #expect(wrong.status == 409)
      let answer = try await shop.post("\(path)/refund", [("units", "2")], from: path, as: ada)
      #expect(answer.headers["location"] == "\(path)?done=refunded")
      #expect(try await shop.ask("GET", path, as: ada).text.contains("€5.00"))
      #expect(try await shop.ask("GET", "/wallet", as: shop.lina).text.contains("partly refunded"))
      #expect(try await shop.credits() == 6)
    }
  }

  @Test("A7, A8a: price lists are data: an administrator adds one, fills it and puts it on sale", arguments: Shop.engines)
  func lists(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      let made = try await shop.post("/admin/packs", [("name", "Spring"), ("unit", "credits")], from: "/admin/packs", as: ada)
      let path = try #require(made.headers["location"])
      let line = [
        ("name", "Spring"), ("validDays", "30"), ("pack", "new"), ("units-new", "12"), ("bonus-new", ""), ("price-new", "19,90"),
        ("currency-new", "eur"), ("position-new", "1"), ("active-new", "on"),
      ]
      let wrong = line.map { $0.0 == "price-new" ? ($0.0, "free") : $0 }
      #expect(try await shop.post(path, wrong, from: path, as: ada).status == 422)
      #expect(try await shop.post(path, line, from: path, as: ada).headers["location"] == "\(path)?saved=yes")
      _ = try await shop.post("\(path)/sale", [("sale", "on")], from: "/admin/packs", as: ada)
      let page = try await shop.ask("GET", "/buy", as: shop.lina).text
      #expect(page.contains("€19.90"))
      #expect(!page.contains("€20.00"))
      let purchase = try await shop.buy(12)
      try await shop.tell(.paid, about: purchase)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM lots WHERE expires_at - acquired_at = 2592000000") == 1)
    }
  }

  @Test("A15c: a delivery is judged by its signature: without one it is refused, and a wrong address is not found", arguments: Shop.engines)
  func webhook(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      let delivery = try shop.delivery(.paid, about: purchase)
      func send(_ signature: String, to provider: String = "test") async throws -> Int {
        try await WebAnswer.of(
          "POST", "/webhooks/payments/\(provider)", port: shop.house.port,
          ["Parley-Signature": signature, "Content-Type": "application/json"],
          body: .init(delivery.body)
        ).status
      }
      #expect(try await send("") == 400)
      #expect(try await send(delivery.signature, to: "stripe") == 404)
      #expect(try await send(delivery.signature, to: "nobody") == 404)
      #expect(try await shop.credits() == 0)
      #expect(try await send(delivery.signature) == 204)
      #expect(try await send(delivery.signature) == 204)
      #expect(try await shop.credits() == 8)
    }
  }
}
