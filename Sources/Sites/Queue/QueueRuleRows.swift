import Accounts
import Base
import Store

extension Session {
  /// What holds at a website; where nobody chose, the program's own.
  public func queueRules(at site: SiteID) throws -> QueueRules {
    var rules = QueueRules()
    let found = try row(
      "SELECT in_turn, capacity, offer_seconds, wait_seconds, silence_seconds FROM site_queues WHERE site_id = $1", site)
    guard let row = found else { return rules }
    (rules.inTurn, rules.capacity, rules.offerSeconds, rules.waitSeconds, rules.silenceSeconds) = (row[0], row[1], row[2], row[3], row[4])
    return rules
  }

  fileprivate func write(_ rules: QueueRules, at site: SiteID) throws {
    try run(
      """
      INSERT INTO site_queues (site_id, in_turn, capacity, offer_seconds, wait_seconds, silence_seconds)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (site_id) DO UPDATE
      SET in_turn = excluded.in_turn, capacity = excluded.capacity, offer_seconds = excluded.offer_seconds,
        wait_seconds = excluded.wait_seconds, silence_seconds = excluded.silence_seconds
      """, site, rules.inTurn, rules.capacity, rules.offerSeconds, rules.waitSeconds, rules.silenceSeconds)
  }
}

extension Sites {
  /// Who waits already is called by the rules of before until the next look.
  public func save(_ rules: QueueRules, at site: SiteID, by account: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let line = AuditLine(
      by: account, deed: "site.queued", thing: "site.\(site)", address: place.address.text,
      detail: [
        "inTurn": "\(rules.inTurn)", "capacity": "\(rules.capacity)", "offer": "\(rules.offerSeconds)", "wait": "\(rules.waitSeconds)",
        "silence": "\(rules.silenceSeconds)",
      ])
    try await store.write(locking: [.site(site)]) { session in
      guard try session.site(site) != nil else { throw Refusal(.notFound) }
      guard try session.queueRules(at: site) != rules else { return }
      try session.write(rules, at: site)
      try session.audit(line, id: auditID, at: now)
    }
  }
}
