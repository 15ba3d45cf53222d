import Base
import Foundation
import Store
import TestKit
import Testing
import Web

@testable import Sites

@Suite struct QueuePageTests {
  @Test(
    "P2, X5: the rules of the queue are changed on their page, by administrators alone, and what was typed wrong is kept",
    arguments: Dialect.Engine.allCases)
  func page(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = house.sites.draft()
      try await house.sites.save(site, by: nil, from: .console)
      let path = "/admin/sites/\(site.id)/queue"
      let browser = try house.browser("administrator")
      #expect(try await browser.get(path).body.contains(#"value="45""#))
      let wrong = [("inTurn", "on"), ("capacity", "0"), ("offerSeconds", "soon"), ("waitMinutes", "5"), ("silenceMinutes", "10")]
      let refused = try await browser.post(path, wrong)
      #expect(refused.status == .unprocessableContent)
      #expect(refused.body.contains(#"value="soon""#) && refused.body.contains(#"id="capacity-error""#))
      #expect(try await house.store.read { try $0.queueRules(at: site.id) } == QueueRules())

      let right = [("inTurn", "on"), ("capacity", "3"), ("offerSeconds", "30"), ("waitMinutes", "2"), ("silenceMinutes", "0")]
      #expect(try await browser.post(path, right).location == "\(path)?done=yes")
      var rules = QueueRules()
      (rules.inTurn, rules.capacity, rules.offerSeconds, rules.waitSeconds, rules.silenceSeconds) = (true, 3, 30, 120, 0)
      #expect(try await house.store.read { try $0.queueRules(at: site.id) } == rules)
      let deeds = try await house.store.read { session in
        try session.rows("SELECT deed FROM audit_lines ORDER BY id").map { $0[0] as String }
      }
      #expect(deeds.last == "site.queued")
      #expect(try await house.browser("agent").get(path).status == .forbidden)
    }
  }
}
