import Accounts
import Base
import Foundation
import Store
import TestKit
import Testing
import Web

@testable import Payments

/// What about payments needs an administrator at once.
@Suite("Alerts about payments", .serialized)
struct AlertTests {
  @Test(
    "B80: a bank that takes a payment back alerts every administrator once, by notice and letter, until one has acknowledged it",
    arguments: Shop.engines)
  func chargeback(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      let bruno = try await shop.house.person("Bruno", [.administrator], online: false)
      let purchase = try await shop.buy(7)
      try await shop.tell(.paid, about: purchase)
      #expect(try await shop.alerts().isEmpty)
      for _ in 0..<3 { try await shop.tell(.disputed, about: purchase) }
      #expect(try await shop.alerts() == ["chargeback purchase.\(purchase.id) 1"])
      #expect(try await shop.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'alertRaised'") == 2)
      for reader in [ada, bruno] { #expect(try await shop.notices(of: reader) == 1) }
      #expect(try await shop.notices(of: shop.lina) == 0)

      let page = try await shop.ask("GET", "/admin/alerts", as: ada).text
      for words in ["A bank took a payment back", "Lina", purchase.reference, "€20.00", "/admin/payments/\(purchase.id)"] {
        #expect(page.contains(words), "\(words)")
      }
      #expect(try await shop.ask("GET", "/admin", as: ada).text.contains("1 alert waits for you"))
      let mona = try await shop.house.person("Mona", [.manager], online: false)
      for other in [shop.lina, mona] {
        let answer = try await shop.ask("GET", "/admin/alerts", as: other)
        #expect(answer.status == 403 && !answer.text.contains(purchase.reference))
      }

      let deed = try #require(page.firstMatch(of: /\/admin\/alerts\/[0-9]+\/acknowledge/)?.output).description
      #expect(try await shop.post(deed, [], from: "/profile", as: shop.lina).status == 403)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM alerts WHERE acknowledged_at IS NULL") == 1)
      for _ in 0..<2 { #expect(try await shop.post(deed, [], from: "/admin/alerts", as: ada).status == 303) }
      #expect(try await shop.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'alert.acknowledged'") == 1)
      #expect(try await shop.house.count("SELECT COUNT(*) FROM alerts WHERE acknowledged_by = \(ada.id)") == 1)
      #expect(try await shop.notices(of: bruno) == 0, "it is no news for the other one either")
      let after = try await shop.ask("GET", "/admin/alerts", as: bruno).text
      #expect(after.contains("Nothing needs you now.") && after.contains(purchase.reference) && after.contains("Ada"))
      #expect(try await !shop.ask("GET", "/admin", as: ada).text.contains("waits for you"))
      #expect(try await shop.post("/admin/alerts/4711/acknowledge", [], from: "/admin/alerts", as: ada).status == 404)

      // What is lost after it was open is no news; after it was won it is.
      try await shop.tell(.disputeWon, about: purchase)
      #expect(try await shop.alerts().isEmpty)
      try await shop.tell(.disputeLost, about: purchase)
      #expect(try await shop.alerts() == ["chargeback purchase.\(purchase.id) 1"])
    }
  }

  @Test(
    "B80: an administrator who wants no letters of alerts gets none, and everybody reads them in their own language",
    arguments: Shop.engines)
  func letters(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      let bruno = try await shop.house.person("Bruno", [.administrator], online: false)
      try await shop.store.write { session in
        try session.run("UPDATE accounts SET language = 'it' WHERE id = $1", ada.id)
        try session.run(
          "INSERT INTO notice_wishes (account_id, kind, channel, wanted) VALUES ($1, 'alertRaised', 'mail', FALSE)", bruno.id)
      }
      let purchase = try await shop.buy(7)
      for kind in [TestProvider.Note.Kind.paid, .disputed] { try await shop.tell(kind, about: purchase) }
      #expect(try await shop.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'alertRaised'") == 1)
      let folder = shop.house.program.settings.text(.mailFolder)
      try await shop.until("the letter is written") {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.contains { name in
          let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
          return text?.replacing("\r\n", with: "\n").replacing("=\n", with: "").contains("Una banca ha ripreso un pagamento") == true
        }
      }
    }
  }

  @Test("B80: many declined payments of one buyer within an hour are a sign of fraud; a few are none", arguments: Shop.engines)
  func declines(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_176_000_000))
    try await Shop.open(engine, clock: clock) { shop in
      let purchase = try await shop.buy(7)
      for number in 1...4 { try await shop.tell(.declined, about: purchase, id: "decline.\(number)") }
      try await shop.tell(.declined, about: purchase, id: "decline.4")
      #expect(try await shop.alerts().isEmpty, "the same told again is the same")
      try await shop.tell(.declined, about: try await shop.buy(3), id: "decline.5")
      #expect(try await shop.alerts() == ["fraudFlag account.\(shop.lina.id) 1"])
      try await shop.tell(.declined, about: purchase, id: "decline.6")
      #expect(try await shop.alerts() == ["fraudFlag account.\(shop.lina.id) 2"], "it counts up")
      clock.advance(milliseconds: 3_600_001)
      try await shop.tell(.declined, about: purchase, id: "decline.7")
      #expect(try await shop.alerts() == ["fraudFlag account.\(shop.lina.id) 2"], "an hour later it begins anew")
      let ada = try await shop.house.person("Ada", [.administrator], online: false)
      let page = try await shop.ask("GET", "/admin/alerts", as: ada).text
      #expect(page.contains("Lina Lindqvist: 6 payments declined within an hour") && page.contains("/admin/agents/\(shop.lina.id)"))
    }
  }

  @Test("B80: who begins as many purchases in a day as anybody may is a sign of fraud, once", arguments: Shop.engines)
  func manyPurchases(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_176_000_000))
    try await Shop.open(engine, clock: clock) { shop in
      for number in 1...Payments.purchasesPerDay {
        #expect(try await shop.alerts().isEmpty, "purchase \(number)")
        _ = try await shop.buy(3)
        clock.advance(milliseconds: (Payments.goOnSeconds + 1) * 1000)
      }
      #expect(try await shop.alerts() == ["fraudFlag account.\(shop.lina.id) 1"])
      await #expect(throws: Refusal.self) { try await shop.buy(3) }
      #expect(try await shop.alerts() == ["fraudFlag account.\(shop.lina.id) 1"])
    }
  }

  @Test(
    "B80: deliveries of a provider that cannot be proved, five in a row, are an alert; one that is proved begins anew",
    arguments: Shop.engines)
  func webhook(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      func fail(_ times: Int) async throws {
        for _ in 0..<times {
          let answer = try await WebAnswer.of(
            "POST", "/webhooks/payments/test", port: shop.house.port, ["Parley-Signature": "t=1,v1=00"], body: Data("{}".utf8))
          #expect(answer.status == 400 || answer.status == 403, "\(answer.status)")
        }
      }
      try await fail(4)
      try await shop.tell(.declined, about: purchase)
      try await fail(4)
      #expect(try await shop.alerts().isEmpty)
      try await fail(1)
      #expect(try await shop.alerts() == ["webhookFailing provider.test 1"])
      try await fail(4)
      #expect(try await shop.alerts() == ["webhookFailing provider.test 1"])
      try await fail(1)
      #expect(try await shop.alerts() == ["webhookFailing provider.test 2"])
      #expect(try await shop.purchase(purchase.id).state == .declined)
    }
  }
}

extension Shop {
  /// Those that are open: kind, subject, and how often.
  fileprivate func alerts() async throws -> [String] {
    try await store.read { session in
      try session.rows("SELECT kind, subject, count FROM alerts WHERE acknowledged_at IS NULL ORDER BY id").map {
        "\($0[0] as String) \($0[1] as String) \($0[2] as Int64)"
      }
    }
  }

  fileprivate func notices(of person: House.Person) async throws -> Int {
    try await house.count("SELECT COUNT(*) FROM notices WHERE kind = 'alertRaised' AND account_id = \(person.id) AND read_at IS NULL")
  }
}
