import Accounts
import Base
import Ledger
import Store
import TestKit
import Testing

@testable import Payouts

@Suite("All money") struct OverviewTests {
  @Test("B75: what waits stands first, user payments and payouts before the rest, then every transaction", arguments: PayoutStage.engines)
  func waiting(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      let quiet = try await stage.get("/admin/money", as: stage.ada).text
      #expect(quiet.contains("Nothing waits for you."))
      _ = try await stage.saveAccount()
      try await stage.earn()
      let disputed = try await stage.earn(7)
      stage.pass()
      try await stage.begin("bank", "pending", 1)
      try await stage.begin("stripe", "pending", 2)
      try await stage.begin("stripe", "disputed", 3)
      try await stage.begin("bank", "pending", 4, attention: "amountDiffers")
      let (store, lina, now) = (stage.house.program.store, stage.lina.id, stage.clock.now)
      try await store.write { session in
        try session.run(
          "INSERT INTO disputes (id, hold_id, opened_by, reason, opened_at) VALUES (1, $1, $2, 'too short', $3)", disputed, lina, now)
        try session.run("INSERT INTO dispute_holds (hold_id, dispute_id) VALUES ($1, 1)", disputed)
        try session.run(
          """
          INSERT INTO purchase_refunds (purchase_id, refund_id, is_ours, units, amount_minor, state, asked_at)
          VALUES (3, 'r', TRUE, 1, 100, 'asked', $1)
          """, now)
      }
      try await stage.house.program.operations.noteBackup(code: 1)

      let page = try await stage.get("/admin/money", as: stage.ada).text
      let order = [
        "Payments awaiting validation", "Payouts awaiting approval", "Open disputes", "Payments taken back by banks",
        "Purchases to look at",
        "Refunds under way", "Purchases begun and not paid", "1 alert waits for you", ">Transactions",
      ]
      let places = order.compactMap { page.range(of: $0)?.lowerBound }
      #expect(places.count == order.count && places == places.sorted(), "\(page)")
      #expect(!page.contains("Nothing waits for you."))
      for link in [
        "/admin/payments/1", "/admin/payments/2", "/admin/payments/3", "/admin/payments/4", "/admin/deals/\(disputed)", "/admin/payouts",
        "/admin/alerts",
      ] {
        #expect(page.contains("href=\"\(link)\""), "\(link)")
      }
      #expect(page.contains("TND\u{A0}40.000"), "what is due to Emil, without what is disputed")
      #expect(!page.contains("too short"), "nobody's words")

      try await store.write { session in
        try session.run("DELETE FROM dispute_holds")
        try session.run("DELETE FROM disputes")
      }
      _ = try await stage.approve()
      let later = try await stage.get("/admin/money", as: stage.ada).text
      #expect(later.contains("Payouts at the bank") && !later.contains("Payouts awaiting approval"))
      try await store.write { session in
        for table in ["purchase_refunds", "purchases"] { try session.run("DELETE FROM \(table)") }
      }
    }
  }

  @Test(
    "B75: transactions of customers and experts are found by kind, person, website and day, each with its page, and as a file",
    arguments: PayoutStage.engines)
  func filters(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      let hold = try await stage.earn()
      func list(_ query: String) async throws -> String {
        let text = try await stage.get("/admin/money?\(query)", as: stage.ada).text
        return String(text[(text.range(of: ">Transactions")?.lowerBound ?? text.startIndex)...])
      }
      func cells(_ text: String, _ word: String) throws -> Int {
        text.matches(of: try Regex("<th scope=\"row\"><a[^>]*>\(word)</a>")).count
      }
      let all = try await list("")
      for word in ["Gift", "Set aside for a question", "Answer"] { #expect(try cells(all, word) == 1, "\(word)") }
      #expect(all.contains("href=\"/admin/deals/\(hold)\"") && all.contains("TND\u{A0}50.000") && all.contains("100 coins"))
      #expect(all.contains("Lina") && all.contains("Emil") && all.contains("Counsel"))
      let captures = try await list("kind=capture")
      #expect(try cells(captures, "Answer") == 1)
      #expect(try cells(captures, "Gift") == 0)
      for (query, answers, gifts) in [
        ("person=emil", 1, 0), ("person=LINA", 1, 1), ("person=nobody", 0, 0), ("person=%25", 0, 0), ("site=\(stage.site.id)", 1, 0),
        ("site=1", 0, 0), ("from=2026-11-20&to=2026-11-21", 1, 1), ("to=2026-11-19", 0, 0), ("from=2026-11-22", 0, 0),
        ("kind=nonsense&site=x&from=x", 1, 1),
      ] {
        let text = try await list(query)
        #expect(try [cells(text, "Answer"), cells(text, "Gift")] == [answers, gifts], "\(query)")
      }
      #expect(try await list("person=nobody").contains("Nothing to show here."))

      let file = try await stage.get("/admin/money/transactions.csv?kind=capture", as: stage.ada)
      #expect(file.headers["content-type"] == "text/csv; charset=utf-8")
      let rows = file.text.split(separator: "\r\n").map(String.init)
      #expect(rows.count == 2 && rows[0] == "When,What,Who,Website,Units,Unit,Amount,Currency,Reference")
      #expect(rows[1].contains("Answer,Lina Lindqvist; Emil Lindqvist,Counsel,100,coins,50.000,TND,"), "\(rows)")

      let mona = try await stage.house.person("Mona", [.manager])
      for other in [stage.lina, stage.emil, mona] {
        for path in ["/admin/money", "/admin/money/transactions.csv"] { #expect(try await stage.get(path, as: other).status == 403) }
      }
    }
  }

  @Test(
    "B75: page by page every transaction comes once, the newest first, also of those at the same moment", arguments: PayoutStage.engines)
  func pages(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      for _ in 1...36 { try await stage.earn(1) }
      let total = try await stage.house.count("SELECT COUNT(*) FROM transfers WHERE line = 0")
      #expect(total == 108)
      var (path, seen): (String?, Int) = ("/admin/money", 0)
      var pages = 0
      while let next = path {
        let text = try await stage.get(next, as: stage.ada).text
        seen += text.matches(of: /<th scope="row"><a[^>]*>(Gift|Answer|Set aside for a question)<\/a>/).count
        path = text.firstMatch(of: /\/admin\/money\?below=[0-9.]+/)?.output.description
        pages += 1
      }
      #expect(pages == 3 && seen == total)
    }
  }
}

extension PayoutStage {
  /// A purchase of Lina's, as far as the page reads it.
  fileprivate func begin(_ provider: String, _ state: String, _ id: Int64, attention: String? = nil) async throws {
    let (lina, now) = (lina.id, clock.now)
    try await house.program.store.write { session in
      let pack: Int64 = try session.row("SELECT MIN(id) FROM packs")?[0] ?? 0
      try session.run(
        """
        INSERT INTO purchases (id, account_id, form_key, reference, pack_id, unit, units, bonus, price_minor, currency, provider, keeps_card,
          by_card, stage, state, attempt, attention, language, created_at, changed_at, paid_at)
        VALUES ($1, $2, $3, $3, $9, 'credits', 3, 0, 1000, 'EUR', $4, FALSE, FALSE, 'pending', $5, 1, $6, 'en', $7, $7, $8)
        """, id, lina, "REF-\(id)", provider, state, attention, now, state == "disputed" ? now : nil, pack)
    }
  }
}
