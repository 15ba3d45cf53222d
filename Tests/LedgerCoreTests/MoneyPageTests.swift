import Base
import Foundation
import LedgerCore
import TestKit
import Testing

@Suite struct MoneyPageTests {
  @Test("B33: docs/money.md shows every kind of entry, and what the rules make of it")
  func page() throws {
    #expect(Set(MoneyPage.examples.map(\.entry.kind)) == Set(Entry.Kind.allCases))
    let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = checkout.appendingPathComponent("docs/money.md")
    let page = MoneyPage.page()
    if ProcessInfo.processInfo.environment["PARLEY_WRITE_DOCS"] != nil { try page.write(to: file, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOf: file, encoding: .utf8) == page, "PARLEY_WRITE_DOCS=1 writes the page anew")
  }

  @Test("B33, X1: the example comes to nothing left, nothing owed and nothing set aside")
  func sums() {
    var balances = Balances()
    for example in MoneyPage.examples { for line in example.entry.lines { balances.apply(line) } }
    let wallet = balances[.wallet(MoneyPage.lina), "credits"]
    #expect(wallet.posted == 0 && wallet.held == 0)
    #expect(balances[.prepaid, "EUR"].posted == 0)
    #expect(balances[.receivable(MoneyPage.lina), "EUR"].posted == 0)
    #expect(balances.sums().values.allSatisfy { $0 == 0 })
  }
}
