import Base
import Ledger
import Store
import TestKit
import Testing

@testable import Payouts

@Suite("Figures of money") struct MoneyReportTests {
  @Test(
    "B88, C21: an expert reads coins, price, commission and share by day, month and conversation, and what is due and received",
    arguments: PayoutStage.engines)
  func own(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      let first = try await stage.earn()
      stage.pass(hours: 24)
      try await stage.earn(20)
      let (ledger, now) = (stage.house.program.ledger, stage.clock.now)
      try await stage.house.program.store.write { session in
        let hold = try #require(try session.hold(first))
        try ledger.compensate(hold, units: 10, at: now, in: session)
      }
      let day = try await stage.get("/earnings/money", as: stage.emil).text
      for text in ["2026-11-20", "2026-11-21", "100 coins", "TND\u{A0}50.000", "TND\u{A0}10.000", "10 coins", "Type in a bank account"] {
        #expect(day.contains(text), "\(text) in \(day)")
      }
      let month = try await stage.get("/earnings/money?by=month", as: stage.emil).text
      // 60.000 were paid and 5.000 given back; a fifth of the rest is the platform's.
      for text in ["2026-11<", "110 coins", "TND\u{A0}60.000", "TND\u{A0}5.000", "TND\u{A0}11.000", "TND\u{A0}44.000"] {
        #expect(month.contains(text), "\(text) in \(month)")
      }
      let chat = try await stage.get("/earnings/money?by=chat", as: stage.emil).text
      #expect(chat.contains("Lina") && chat.contains("TND\u{A0}44.000"))
      #expect(try await stage.get("/earnings/money", as: stage.lina).status == 403)
    }
  }

  @Test(
    "B38, B75: a report says the same by expert, website and day, on the page and as CSV, Excel and PDF", arguments: PayoutStage.engines)
  func reports(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      _ = try await stage.saveAccount()
      try await stage.earn()
      stage.pass()
      #expect(try await stage.approve().status == 303)
      try await stage.earn(20)
      for (group, name) in [("expert", "Emil Lindqvist"), ("service", "Counsel"), ("day", "2026-11-20")] {
        let query = "from=2026-11-01&to=2026-11-30&by=\(group)"
        let page = try await stage.get("/admin/reports?\(query)", as: stage.ada).text
        let csv = try await stage.get("/admin/reports/services.csv?\(query)", as: stage.ada).text
        #expect(page.contains(name), "\(group)")
        if group == "day" {
          #expect(csv.contains("2026-11-20,TND,1,50.000,0.000,10.000,40.000\r\n"), "\(csv)")
        } else {
          #expect(page.contains("TND\u{A0}60.000") && page.contains("TND\u{A0}48.000"), "\(group)")
          #expect(csv.contains("\(name),TND,2,60.000,0.000,12.000,48.000\r\n"), "\(csv)")
        }
      }
      let taxes = try await stage.get("/admin/reports/payouts.csv?from=2026-11-01&to=2026-11-30", as: stage.ada).text
      #expect(taxes.contains("Emil Lindqvist,TND,1,50.000,10.000,6.387,6.000,34.000\r\n"), "\(taxes)")
      let moved = try await stage.get("/admin/reports/purchases.csv?from=2026-11-01&to=2026-11-30", as: stage.ada).text
      #expect(moved.contains("Gift,TND,2,60.000\r\n"), "\(moved)")
      let outside = try await stage.get("/admin/reports/services.csv?from=2026-10-01&to=2026-10-31", as: stage.ada).text
      #expect(outside.split(separator: "\r\n").count == 1, "another month")
      let book = try await stage.get("/admin/reports/report.xlsx?from=2026-11-01&to=2026-11-30", as: stage.ada)
      #expect(book.status == 200 && book.body.starts(with: Array("PK".utf8)))
      let paper = try await stage.get("/admin/reports/report.pdf?from=2026-11-01&to=2026-11-30", as: stage.ada)
      #expect(paper.body.starts(with: Array("%PDF".utf8)))
      #expect(try await stage.get("/admin/reports", as: stage.emil).status == 403)
      #expect(
        try await stage.get("/admin/reports?from=x&to=2026-99-99&by=chat", as: stage.ada).status == 200, "nonsense is the running month")
    }
  }
}
