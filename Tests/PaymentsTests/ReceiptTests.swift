import Base
import Store
import TestKit
import Testing
import Web

@testable import Payments

/// The receipt as PDF, read back by poppler.
@Suite("Receipts", .serialized)
struct ReceiptTests {
  @Test("B32, A6: a paid purchase has a receipt as PDF, in four languages, with its amounts as each writes them", arguments: Shop.engines)
  func languages(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let (credits, coins) = (try await shop.buy(7), try await shop.buy(50))
      for purchase in [credits, coins] { try await shop.tell(.paid, about: purchase) }
      let expected: [Language: (words: [String], dinar: String)] = [
        .english: (["Receipt", "For", "7 message credits", "1 message credit on top", "€20.00", "Total", "paid"], "25.000"),
        .french: (["Reçu", "Pour", "7 crédits de message", "20,00 €", "payé"], "25,000"),
        .italian: (["Ricevuta", "Per", "7 crediti messaggio", "20,00 €", "Totale"], "25,000"),
        .arabic: (["المجموع", "20.00", "رسائل", "مدفوع", "تاريخ الدفع"], "25.000"),
      ]
      for (language, words) in expected {
        let text = try await receipt(of: credits, "?language=\(language.code)", shop)
        for words in words.words + ["Lina Lindqvist", "lina@parley.example", credits.reference, House.origin] {
          #expect(text.contains(words), "\(language): \(words) in \(text)")
        }
        #expect(try await receipt(of: coins, "?language=\(language.code)", shop).contains(words.dinar), "\(language)")
      }
      let answer = try await shop.ask("GET", "/wallet/purchases/\(credits.id)/receipt.pdf", as: shop.lina)
      #expect(answer.headers["content-type"] == "application/pdf")
      #expect(answer.headers["cache-control"] == "no-store")
      #expect(answer.headers["content-disposition"]?.hasPrefix(#"attachment; filename="Receipt \#(credits.reference).pdf""#) == true)
      #expect(try PaperReader.facts(answer.body)["Pages"] == "1")
      for page in ["", "/receipt"] {
        let path = "/wallet/purchases/\(credits.id)"
        #expect(try await shop.ask("GET", path + page, as: shop.lina).text.contains("\(path)/receipt.pdf"))
      }
    }
  }

  @Test("B37, B32: the receipt of a refunded purchase shows each refund and what is left", arguments: Shop.engines)
  func refunded(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      try await shop.tell(.paid, about: purchase)
      try await shop.payments.refund(2, of: purchase.id, by: shop.lina.id, from: .console)
      let text = try await receipt(of: purchase, "", shop)
      for words in ["Refund: 2 message credits", "-€5.00", "€15.00", "partly refunded"] {
        #expect(text.contains(words), "\(words) in \(text)")
      }
    }
  }

  @Test("A39: nobody gets another one's receipt, and what was not paid has none", arguments: Shop.engines)
  func others(engine: Dialect.Engine) async throws {
    try await Shop.open(engine) { shop in
      let purchase = try await shop.buy(7)
      let path = "/wallet/purchases/\(purchase.id)/receipt.pdf"
      #expect(try await shop.ask("GET", path, as: shop.lina).status == 404)
      #expect(try await !shop.ask("GET", "/wallet/purchases/\(purchase.id)", as: shop.lina).text.contains("receipt.pdf"))
      try await shop.tell(.paid, about: purchase)
      let mona = try await shop.house.person("Mona", [.manager, .administrator], online: false)
      #expect(try await shop.ask("GET", path, as: mona).status == 404)
      #expect(try await shop.ask("GET", path, as: shop.lina).status == 200)
    }
  }

  private func receipt(of purchase: Purchase, _ query: String, _ shop: Shop) async throws -> String {
    try PaperReader.text(try await shop.ask("GET", "/wallet/purchases/\(purchase.id)/receipt.pdf\(query)", as: shop.lina).body)
  }
}
