import Accounts
import Base
import Ledger
import LedgerCore
import Store
import TestKit
import Testing

@testable import Payouts

@Suite("Payouts") struct PayoutTests {
  @Test(
    "B36, B35, B17: what is due is approved once, leaves for the bank in a file, arrives, and its slip shows every step",
    arguments: PayoutStage.engines)
  func whole(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      let saved = try await stage.saveAccount()
      #expect(saved.headers["location"] == "/earnings/account?done=yes", "\(saved.status) \(saved.text)")
      let known = try await stage.get("/earnings/account", as: stage.emil).text
      #expect(known.contains("TN •••• 8831") && !known.contains(PayoutStage.rib) && !known.contains("01234567"))
      #expect(try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'account.payoutDataChanged'") == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'payoutDataChanged'") == 1)
      try await stage.earn()
      #expect(try await stage.unpaid() == [.maturing: 40_000])
      #expect(try await !stage.get("/admin/payouts", as: stage.ada).text.contains("name=\"pay\""), "its customer may still dispute it")
      stage.clock.advance(milliseconds: 48 * 3_600_000)
      #expect(try await stage.unpaid() == [.maturing: 40_000], "to the last moment")
      stage.clock.advance(milliseconds: 1)
      #expect(try await stage.unpaid() == [.due: 40_000])

      let page = try await stage.get("/admin/payouts", as: stage.ada).text
      let path = try #require(try await stage.approve(page).headers["location"])
      #expect(try await stage.approve(page).headers["location"] == path, "a second press finds the batch of the first")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM payouts") == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'payout.approved'") == 1)
      #expect(try await stage.posted(.earnings(stage.emil.id)) == 0)
      #expect(try await stage.posted(.underway(stage.emil.id)) == 40_000)
      #expect(try await stage.notices(of: stage.emil, "payoutUnderWay") == 1)
      try await stage.booksAreRight()

      #expect(try await stage.get("\(path)/transfer.xml", as: stage.ada).status == 409, "nobody said from which account")
      try await stage.savePayer()
      let order = try await stage.get("\(path)/transfer.xml", as: stage.ada)
      #expect(order.status == 200 && order.text.contains("<IBAN>TN59\(PayoutStage.rib)</IBAN>"), "\(order.text)")
      #expect(order.text.contains("<InstdAmt Ccy=\"TND\">34.000</InstdAmt>") && order.text.contains("<Nm>Emil Brandt</Nm>"))
      #expect(try await stage.get("\(path)/transfer.xml", as: stage.ada).text == order.text, "a second file is the same file")
      let list = try await stage.get("\(path)/transfer.csv", as: stage.ada).text
      #expect(list.contains(",Emil Brandt,TN59\(PayoutStage.rib),,34.000,TND,"), "\(list)")
      #expect(try await stage.get("\(path)/transfer.xml", as: stage.emil).status == 403)

      for _ in 1...2 { #expect(try await stage.post("\(path)/paid", as: stage.ada, ["payout": "all"]).status == 303) }
      #expect(try await stage.posted(.underway(stage.emil.id)) == 0)
      #expect(try await stage.posted(.paidOut) == 34_000)
      #expect(try await stage.posted(.withheld) == 6000, "owed to the tax office")
      #expect(try await stage.notices(of: stage.emil, "payoutPaid") == 1)
      #expect(try await stage.notices(of: stage.emil, "payoutUnderWay") == 0)

      let money = try await stage.get("/earnings/money", as: stage.emil).text
      let slip = try #require(money.firstMatch(of: /\/earnings\/payouts\/[0-9]+/)?.output).description
      let text = try await stage.get(slip, as: stage.emil).text
      for amount in ["50.000", "-TND\u{A0}10.000", "40.000", "(TND\u{A0}6.387)", "-TND\u{A0}6.000", "34.000"] {
        #expect(text.contains(amount), "\(amount) in \(text)")
      }
      let paper = try await stage.get("\(slip)/slip.pdf", as: stage.emil)
      #expect(paper.headers["content-type"] == "application/pdf" && paper.body.starts(with: Array("%PDF".utf8)))
      for other in [stage.lina, stage.ada] { #expect(try await stage.get(slip, as: other).status == 404) }
    }
  }

  @Test(
    "B80, B36: one that the bank could not pay is due again, its expert and every administrator are told until one has looked",
    arguments: PayoutStage.engines)
  func failed(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      _ = try await stage.saveAccount("whole")
      try await stage.earn()
      stage.pass()
      let path = try #require(try await stage.approve().headers["location"])
      let page = try await stage.get(path, as: stage.ada).text
      let id = try #require(page.firstMatch(of: /option value="([0-9]+)"/)?.output.1).description
      #expect(try await stage.post("\(path)/failed", as: stage.ada, ["payout": id, "reason": ""]).status == 422)
      for _ in 1...2 {
        #expect(try await stage.post("\(path)/failed", as: stage.ada, ["payout": id, "reason": "Account <closed>"]).status == 303)
      }
      #expect(try await stage.unpaid() == [.due: 40_000])
      #expect(try await stage.posted(.earnings(stage.emil.id)) == 40_000)
      #expect(try await stage.posted(.underway(stage.emil.id)) == 0)
      #expect(try await stage.notices(of: stage.emil, "payoutFailed") == 1)
      #expect(try await stage.notices(of: stage.ada, "alertRaised") == 1)
      #expect(try await stage.get(path.replacing("/batches/", with: "/batches/"), as: stage.ada).text.contains("Account &lt;closed&gt;"))
      #expect(try await stage.get("\(path)/transfer.xml", as: stage.ada).status != 200, "there is nothing left to be paid")
      try await stage.booksAreRight()

      #expect(try await stage.get("/admin/payouts", as: stage.ada).text.contains("Failed payouts"))
      #expect(try await stage.post("/admin/payouts/\(id)/seen", as: stage.ada).status == 303)
      #expect(try await !stage.get("/admin/payouts", as: stage.ada).text.contains("Failed payouts"))
      #expect(try await stage.notices(of: stage.ada, "alertRaised") == 0)
      // What is said of the first changes nothing any more.
      _ = try await stage.post("\(path)/paid", as: stage.ada, ["payout": id])
      #expect(try await stage.posted(.paidOut) == 0)

      let again = try #require(try await stage.approve().headers["location"])
      #expect(again != path)
      _ = try await stage.post("\(again)/paid", as: stage.ada, ["payout": "all"])
      #expect(try await stage.posted(.paidOut) == 40_000)
      #expect(try await stage.posted(.withheld) == 0)
    }
  }

  @Test(
    "B80, B36: one that had arrived and that the bank sent back is due again, once, and is told like one that failed",
    arguments: PayoutStage.engines)
  func returned(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      _ = try await stage.saveAccount("withheld")
      try await stage.earn()
      stage.pass()
      let path = try #require(try await stage.approve().headers["location"])
      let id = try #require(try await stage.get(path, as: stage.ada).text.firstMatch(of: /option value="([0-9]+)"/)?.output.1).description
      // What has not arrived cannot come back.
      _ = try await stage.post("\(path)/returned", as: stage.ada, ["payout": id, "reason": "Account closed"])
      #expect(try await stage.unpaid()[.due] == nil)
      _ = try await stage.post("\(path)/paid", as: stage.ada, ["payout": id])
      #expect(try await stage.posted(.paidOut) > 0)
      #expect(try await stage.posted(.withheld) > 0)
      #expect(try await stage.post("\(path)/returned", as: stage.ada, ["payout": id, "reason": ""]).status == 422)
      for _ in 1...2 {
        #expect(try await stage.post("\(path)/returned", as: stage.ada, ["payout": id, "reason": "Account closed"]).status == 303)
      }
      #expect(try await stage.unpaid() == [.due: 40_000])
      #expect(try await stage.posted(.earnings(stage.emil.id)) == 40_000)
      for account in [BookAccount.paidOut, .withheld, .underway(stage.emil.id)] { #expect(try await stage.posted(account) == 0) }
      #expect(try await stage.notices(of: stage.emil, "payoutFailed") == 1)
      #expect(try await stage.notices(of: stage.ada, "alertRaised") == 1)
      #expect(try await stage.get("/admin/payouts", as: stage.ada).text.contains("Account closed"))
      try await stage.booksAreRight()
      let again = try #require(try await stage.approve().headers["location"])
      _ = try await stage.post("\(again)/paid", as: stage.ada, ["payout": "all"])
      #expect(try await stage.unpaid()[.due] == nil)
      try await stage.booksAreRight()
    }
  }

  @Test("B36: of many approvals at once one moves the money, and no two payouts hold the same earning", arguments: PayoutStage.engines)
  func once(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      _ = try await stage.saveAccount()
      for _ in 1...5 { try await stage.earn(20) }
      stage.pass()
      let claim = DueClaim(payee: stage.emil.id, share: Money(40_000, .dinar))
      let (payouts, ada, now) = (stage.payouts, stage.ada.id, stage.clock.now)
      let approved = await withTaskGroup(of: Bool.self) { group in
        for _ in 1...8 {
          group.addTask {
            (try? await payouts.approve([claim], in: .dinar, dueAt: now, formKey: Secret().text, by: ada, from: .console)) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(approved == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM payouts") == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM payout_batches") == 1, "those that were refused left nothing")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM payout_lines") == 5)
      #expect(try await stage.posted(.underway(stage.emil.id)) == 40_000)
      await #expect(throws: Refusal(.payoutChanged)) {
        try await payouts.approve([claim], in: .dinar, dueAt: now, formKey: Secret().text, by: ada, from: .console)
      }
    }
  }

  @Test(
    "B36: nobody is paid without an account, nor another amount than was seen, and only administrators approve",
    arguments: PayoutStage.engines)
  func bounds(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      let first = try await stage.earn()
      stage.pass()
      let page = try await stage.get("/admin/payouts", as: stage.ada).text
      #expect(page.contains("no bank account yet") && !page.contains("name=\"pay\""))
      for wrong in ["account": "123", "holder": "", "identity": "12", "bic": "x"] {
        let fields = ["holder": "Emil", "account": PayoutStage.rib, "identity": "01234567", "method": "whole"].merging([
          wrong.key: wrong.value
        ]) {
          $1
        }
        #expect(try await stage.post("/earnings/account", as: stage.emil, fields).status == 422, "\(wrong.key)")
      }
      #expect(try await stage.get("/earnings/account", as: stage.lina).status == 403)
      _ = try await stage.saveAccount()
      let seen = try await stage.get("/admin/payouts", as: stage.ada).text
      let (ledger, now) = (stage.house.program.ledger, stage.clock.now)
      try await stage.house.program.store.write { session in
        let hold = try #require(try session.hold(first))
        try ledger.compensate(hold, units: 10, at: now, in: session)
      }
      #expect(try await stage.approve(seen).status == 409, "something was given back meanwhile")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM payouts") == 0)
      #expect(try await stage.unpaid() == [.due: 36_000])
      #expect(try await stage.approve().status == 303)
      #expect(try await stage.post("/admin/payouts/approve", as: stage.emil).status == 403)
    }
  }

  @Test(
    "B33, B37: what is given back after it was paid out is taken from what is earned next", arguments: PayoutStage.engines)
  func owed(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      _ = try await stage.saveAccount("whole")
      let first = try await stage.earn()
      stage.pass()
      let path = try #require(try await stage.approve().headers["location"])
      _ = try await stage.post("\(path)/paid", as: stage.ada, ["payout": "all"])
      let (ledger, now) = (stage.house.program.ledger, stage.clock.now)
      try await stage.house.program.store.write { session in
        let hold = try #require(try session.hold(first))
        try ledger.compensate(hold, at: now, in: session)
      }
      #expect(try await stage.unpaid() == [.due: -40_000])
      try await stage.booksAreRight()
      #expect(try await !stage.get("/admin/payouts", as: stage.ada).text.contains("name=\"pay\""), "less than nothing is not paid")
      try await stage.earn(150)
      stage.pass()
      #expect(try await stage.unpaid() == [.due: 20_000])
      #expect(try await stage.approve().status == 303)
      #expect(try await stage.posted(.underway(stage.emil.id)) == 20_000)
    }
  }

  @Test("B36: what a bank has taken back is not paid out while that is open", arguments: PayoutStage.engines)
  func chargedBack(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      _ = try await stage.saveAccount()
      let hold = try await stage.earn()
      let (lina, now) = (stage.lina.id, stage.clock.now)
      try await stage.house.program.store.write { session in
        let lot: LotID = try session.row("SELECT lot_id FROM hold_lots WHERE hold_id = $1", hold)?[0] ?? LotID(rawValue: 0)
        let pack: Int64 = try session.row("SELECT id FROM packs ORDER BY id LIMIT 1")?[0] ?? 0
        try session.run(
          """
          INSERT INTO purchases (id, account_id, form_key, reference, pack_id, unit, units, bonus, price_minor, currency, provider, keeps_card,
            by_card, stage, state, attempt, lot_id, language, created_at, changed_at, paid_at)
          VALUES (7, $1, 'k', 'AAAA-BBBB', $2, 'coins', 100, 0, 50000, 'TND', 'stripe', FALSE, FALSE, 'created', 'disputed', 1, $3, 'en', $4, $4, $4)
          """, lina, pack, lot, now)
        try session.run(
          "INSERT INTO purchase_disputes (purchase_id, dispute_id, amount_minor, state, opened_at) VALUES (7, 'd', 50000, 'open', $1)", now)
      }
      stage.pass()
      #expect(try await stage.unpaid() == [.disputed: 40_000])
      try await stage.house.program.store.write { try $0.run("UPDATE purchase_disputes SET state = 'won'") }
      #expect(try await stage.unpaid() == [.due: 40_000])
    }
  }

  @Test("B36: a website's time for disputes counts for what is agreed from then on", arguments: PayoutStage.engines)
  func windows(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      try await stage.earn()
      stage.clock.advance(milliseconds: 1000)
      let fields = ["site": "\(stage.site.id)", "hours": "2"]
      #expect(try await stage.post("/admin/payouts/terms/disputes", as: stage.ada, fields).status == 303)
      let refused = try await stage.post("/admin/payouts/terms/disputes", as: stage.ada, fields.merging(["hours": "9000"]) { $1 })
      #expect(refused.status == 422 && refused.text.contains("id=\"hours-\(stage.site.id)-error\""))
      #expect(refused.text.contains("value=\"9000\""), "what was typed stays in its field")
      try await stage.earn(10)
      stage.pass(hours: 3)
      #expect(try await stage.unpaid() == [.due: 4000, .maturing: 40_000], "what was agreed before keeps its 48 hours")
      stage.pass()
      #expect(try await stage.unpaid() == [.due: 44_000])
    }
  }

  @Test("B34: the doctor sees an earning that was paid out of nowhere, and a payout whose lines are gone", arguments: PayoutStage.engines)
  func doctor(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      _ = try await stage.saveAccount()
      try await stage.earn()
      stage.pass()
      #expect(try await stage.approve().status == 303)
      let store = stage.house.program.store
      func findings() async throws -> Int { try await Ledger.examine(store).findings.count }
      #expect(try await findings() == 0)
      try await store.write { try $0.run("UPDATE payouts SET state = 'paid', settled_at = 1") }
      #expect(try await findings() > 0)
      try await store.write { try $0.run("UPDATE payouts SET state = 'underWay', settled_at = NULL, gross_minor = gross_minor + 1") }
      #expect(try await findings() > 0)
      try await store.write { try $0.run("UPDATE payouts SET gross_minor = gross_minor - 1") }
      let kept = try await store.read { try $0.rows("SELECT entry_id, line, payout_id FROM payout_lines") }
      try await store.write { try $0.run("DELETE FROM payout_lines") }
      #expect(try await findings() > 0)
      try await store.write { session in
        for row in kept {
          try session.run("INSERT INTO payout_lines (entry_id, line, payout_id) VALUES ($1, $2, $3)", row.values)
        }
      }
    }
  }
}
