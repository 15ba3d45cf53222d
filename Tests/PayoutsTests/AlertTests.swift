import Accounts
import Base
import Ledger
import Store
import TestKit
import Testing

@testable import Payouts

@Suite("Alerts of the house") struct AlertTests {
  @Test(
    "B80: who acknowledges the alert of a failed payout has looked at the payout, and the other way round", arguments: PayoutStage.engines)
  func payout(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      _ = try await stage.saveAccount("whole")
      for round in 1...2 {
        try await stage.earn()
        stage.pass()
        let path = try #require(try await stage.approve().headers["location"])
        let batch = try await stage.get(path, as: stage.ada).text
        let id = try #require(batch.firstMatch(of: /option value="([0-9]+)"/)?.output.1).description
        _ = try await stage.post("\(path)/failed", as: stage.ada, ["payout": id, "reason": "Account closed"])
        #expect(try await stage.alerts() == ["payoutFailed payout.\(id) 1"])
        let page = try await stage.get("/admin/alerts", as: stage.ada).text
        #expect(page.contains("A payout failed") && page.contains("Emil Lindqvist: TND") && !page.contains("Account closed"))
        let deed = try #require(page.firstMatch(of: /\/admin\/alerts\/[0-9]+\/acknowledge/)?.output).description
        let mended = round == 1 ? deed : "/admin/payouts/\(id)/seen"
        #expect(try await stage.post(mended, as: stage.emil).status == 403)
        #expect(try await stage.post(mended, as: stage.ada).status == 303)
        #expect(try await stage.alerts().isEmpty)
        #expect(try await !stage.get("/admin/payouts", as: stage.ada).text.contains("Failed payouts"))
        #expect(try await stage.notices(of: stage.ada, "alertRaised") == 0)
        #expect(try await stage.house.count("SELECT COUNT(*) FROM payouts WHERE seen_by = \(stage.ada.id)") == round)
      }
    }
  }

  @Test(
    "B80: books that do not add up are found by the doctor and once a day, and counted while the alert is open",
    arguments: PayoutStage.engines)
  func books(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      try await stage.earn()
      let store = stage.house.program.store
      #expect(try await stage.house.program.doctor().code == 0)
      #expect(try await stage.alerts().isEmpty)
      try await store.write { _ = try $0.run("UPDATE wallets SET posted = posted + 1") }
      for count in 1...2 {
        let answer = try await stage.house.program.doctor()
        #expect(answer.code == 1 && answer.text.contains("but its lines say"))
        #expect(try await stage.alerts() == ["ledgerMismatch books \(count)"])
      }
      #expect(try await stage.get("/admin/alerts", as: stage.ada).text.contains("wallet.\(stage.lina.id): is 1/0, but its lines say 0/0"))
      stage.pass(hours: 2)
      try await stage.until("the program proves them by itself") { try await stage.alerts() == ["ledgerMismatch books 3"] }
      stage.pass(hours: 24)
      try await stage.until("it does so every day") { try await stage.alerts() == ["ledgerMismatch books 4"] }
      try await store.write { _ = try $0.run("UPDATE wallets SET posted = posted - 1") }
    }
  }

  @Test("B80: a backup that failed is an alert, and so is one that is missing, which is said once a day", arguments: PayoutStage.engines)
  func backups(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      let operations = stage.house.program.operations
      stage.pass(hours: 100)
      try await stage.until("it was looked at") { try await stage.backupJobIsAhead() }
      #expect(try await stage.alerts().isEmpty, "nobody ever reported one")
      try await operations.noteBackup(code: 0)
      #expect(try await stage.alerts().isEmpty)
      for count in 1...2 {
        try await operations.noteBackup(code: 23)
        #expect(try await stage.alerts() == ["backupFailed backup \(count)"])
      }
      #expect(try await stage.get("/admin/alerts", as: stage.ada).text.contains("exit code 23"))
      try await stage.acknowledge()
      #expect(try await stage.alerts().isEmpty)

      stage.pass(hours: 35)
      try await operations.noteBackup(code: 1)
      try await stage.acknowledge()
      stage.pass(hours: 2)
      try await stage.until("the good one is too old") { try await stage.alerts() == ["backupLate backup 1"] }
      try await stage.acknowledge()
      stage.pass(hours: 23)
      try await stage.until("it was looked at again") { try await stage.backupJobIsAhead() }
      #expect(try await stage.alerts().isEmpty)
      stage.pass(hours: 2)
      try await stage.until("it lasts") { try await stage.alerts() == ["backupLate backup 1"] }
      try await operations.noteBackup(code: 0)
      try await stage.acknowledge()
      stage.pass(hours: 26)
      try await stage.until("it was looked at") { try await stage.backupJobIsAhead() }
      #expect(try await stage.alerts().isEmpty)
    }
  }

  @Test("B80: of many who raise the same at once one opens it, and all are counted", arguments: PayoutStage.engines)
  func storm(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      let operations = stage.house.program.operations
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<12 {
          group.addTask { try await operations.raise(.webhookFailing, about: "provider.stripe", ["provider": "stripe", "count": "5"]) }
        }
        try await group.waitForAll()
      }
      #expect(try await stage.alerts() == ["webhookFailing provider.stripe 12"])
      #expect(try await stage.notices(of: stage.ada, "alertRaised") == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM letters WHERE kind = 'alertRaised'") == 1)
    }
  }

  @Test("B80: what was acknowledged is read page by page, the newest first", arguments: PayoutStage.engines)
  func pages(engine: Dialect.Engine) async throws {
    try await PayoutStage.open(engine) { stage in
      let operations = stage.house.program.operations
      for code in 1...35 {
        try await operations.noteBackup(code: Int64(code))
        try await stage.acknowledge()
      }
      let first = try await stage.get("/admin/alerts", as: stage.ada).text
      #expect(first.contains("exit code 35.") && first.contains("exit code 6.") && !first.contains("exit code 5."))
      let older = try #require(first.firstMatch(of: /\/admin\/alerts\?below=[0-9]+/)?.output).description
      let second = try await stage.get(older, as: stage.ada).text
      #expect(second.contains("exit code 5.") && second.contains("exit code 1.") && !second.contains("exit code 6."))
    }
  }
}

extension PayoutStage {
  fileprivate func alerts() async throws -> [String] {
    try await house.program.store.read { session in
      try session.rows("SELECT kind, subject, count FROM alerts WHERE acknowledged_at IS NULL ORDER BY id").map {
        "\($0[0] as String) \($0[1] as String) \($0[2] as Int64)"
      }
    }
  }

  fileprivate func acknowledge() async throws {
    let page = try await get("/admin/alerts", as: ada).text
    for deed in page.matches(of: /\/admin\/alerts\/[0-9]+\/acknowledge/) {
      #expect(try await post(deed.output.description, as: ada).status == 303)
    }
  }

  /// The job of every hour has run and waits for the next one.
  fileprivate func backupJobIsAhead() async throws -> Bool {
    try await house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'backups.look' AND due_at > \(clock.now.milliseconds)") == 1
  }

  fileprivate func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
    for _ in 0..<200 {
      if try await isSo() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("never: \(what)")
  }
}
