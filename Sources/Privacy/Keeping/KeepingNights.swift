import Accounts
import Base
import Conversations
import Logging
import Sites
import Store

extension JobKind {
  static let keepNights = JobKind("retention.nights", retries: .patient)
}

/// Each night of a website takes what its days say, a little at a time: whatever breaks off goes on where it was, and what two nodes begin is
/// done once ([0040](../../../docs/decisions/0040-retention.md)).
extension Privacy {
  private static let atOnce = 200
  /// The search goes over the whole website, so it is made seldom.
  private static let foundAtOnce = 10_000
  private static let hourSeconds: Int64 = 3600
  /// A job that takes longer than its lease would be begun by somebody else: the rest goes with the next one.
  private static let longestSeconds = 1800

  /// The days that hold where nobody chose.
  var visitDays: Int64 { Int64(terms.visitDays) }

  var keepingNights: JobHandler {
    .outside(
      .keepNights, leaseSeconds: Self.hourSeconds, { [self] _ in try await keepNights() },
      complete: { [self] session, _, next in try expectNights(at: next, in: session) })
  }

  func expectNights(at due: Moment, in session: any Session) throws {
    try jobs.enqueue(.keepNights, uniqueKey: "next", dueAt: due, in: session)
  }

  /// What the next night of a website will take, if it came now.
  func overdue(at site: Site, on night: Moment, in session: any Session) throws -> Overdue {
    Overdue(
      site: site.id, night: night, retention: try session.retention(at: site.id, visitDays: visitDays), conversations: conversations)
  }

  /// The nights that have begun, of all websites.
  ///
  /// - Returns: when there is something to do again.
  @discardableResult public func keepNights() async throws -> Moment {
    let end = ContinuousClock.now + .seconds(Self.longestSeconds)
    var next = clock.now.adding(seconds: Self.hourSeconds)
    for site in try await store.read({ try $0.sites() }) {
      do {
        try await keepNight(at: site, until: end)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        logger.error(
          "What a website no longer keeps could not be erased",
          metadata: ["site": "\(site.id)", "error": .string(String(reflecting: error))])
      }
      next = min(next, nextNight(after: clock.now, in: site.timeZone))
    }
    return next
  }

  func keepNight(at site: Site, until end: ContinuousClock.Instant) async throws {
    let (id, now) = (ids.next(Kinds.ErasureNight.self), clock.now)
    let dueAt = lastNight(until: now, in: site.timeZone)
    guard dueAt > site.createdAt else { return }
    let begun = try await store.write(locking: [.site(site.id)], urgency: .background) { [self] session -> (ErasureNight, Overdue)? in
      let overdue = try self.overdue(at: site, on: dueAt, in: session)
      let night = ErasureNight(
        id: id, site: site.id, dueAt: dueAt, beganAt: now, endedAt: nil, retention: overdue.retention, fileDays: Int64(site.fileDays),
        tally: ErasureTally(), held: 0)
      return try session.begin(night).map { ($0, overdue) }
    }
    guard let (night, overdue) = begun else { return }
    guard try await takeRows(.visits, overdue, night.id, until: end), try await takeRows(.addresses, overdue, night.id, until: end),
      try await takeChats(overdue, night.id, until: end)
    else { return }
    try await conversations.expireFiles()
    try await close(night, overdue)
  }

  /// - Returns: false where the rest has to wait for another time.
  private func takeRows(_ kind: Overdue.Kind, _ overdue: Overdue, _ night: ErasureNightID, until end: ContinuousClock.Instant) async throws
    -> Bool
  {
    while true {
      try Task.checkCancellation()
      // The rows are looked for in a read, so that writers wait for the small deletions alone.
      let found = try await store.read { try $0.overdue(kind, overdue, limit: Self.foundAtOnce) }
      if found.isEmpty { return true }
      for first in stride(from: 0, to: found.count, by: Self.atOnce) {
        try Task.checkCancellation()
        guard ContinuousClock.now < end else { return false }
        let some = Array(found[first..<min(first + Self.atOnce, found.count)])
        let goesOn = try await store.write(urgency: .background) { [visitDays] session in
          guard try session.take(night, overdue, visitDays: visitDays) else { return false }
          try session.erase(some, kind, overdue, noting: night)
          return true
        }
        guard goesOn else { return false }
      }
    }
  }

  private func takeChats(_ overdue: Overdue, _ night: ErasureNightID, until end: ContinuousClock.Instant) async throws -> Bool {
    var last: Int64 = 0
    while true {
      let after = last
      let found = try await store.read { session in
        try session.visitors(in: session.overdue(.chats, overdue, after: after, limit: Self.atOnce))
      }
      if found.isEmpty { return true }
      for (conversation, visitor) in found {
        try Task.checkCancellation()
        guard ContinuousClock.now < end else { return false }
        last = conversation.rawValue
        do { try await take(conversation, of: visitor, overdue, night) } catch {
          // One whose files cannot be removed now holds up nobody else: the night stays open for it.
          logger.error(
            "A chat could not be erased", metadata: ["chat": "\(conversation)", "error": .string(String(reflecting: error))])
        }
      }
    }
  }

  private func take(_ conversation: ConversationID, of visitor: VisitorID, _ overdue: Overdue, _ night: ErasureNightID) async throws {
    // Files go before the transaction that asks again: who wrote since the list was made keeps them.
    guard try await store.read({ try $0.isOverdue(conversation, overdue) }) else { return }
    try await conversations.erase(visitor) { [self] session in
      guard try session.take(night, overdue, visitDays: visitDays), try session.isOverdue(conversation, overdue) else { return false }
      try session.add(ErasureTally(chats: 1, files: session.countYoungFiles(in: conversation, at: clock.now)), to: night)
      try letGo(of: .visitor(visitor), in: session)
      return true
    }
  }

  private func close(_ night: ErasureNight, _ overdue: Overdue) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let left = try await store.read { try $0.tally(overdue) }
    // What could not be erased now, as a file whose storage is away, is tried again within the hour.
    guard left.isEmpty else { return }
    try await store.write(urgency: .background) { session in
      let held = try session.countHeld(overdue)
      guard let ended = try session.end(night, held: held, at: now), !ended.tally.isEmpty else { return }
      let tally = ended.tally
      let line = AuditLine(
        by: nil, deed: "site.erased", thing: "site.\(night.site)", address: "",
        detail: [
          "certificate": "\(night.id)", "visits": "\(tally.visits)", "addresses": "\(tally.addresses)", "chats": "\(tally.chats)",
          "files": "\(tally.files)",
        ])
      try session.audit(line, id: auditID, at: now)
    }
  }
}

extension Session {
  /// Erases what still is overdue of some rows, and notes how much that was.
  fileprivate func erase(_ found: [Int64], _ kind: Overdue.Kind, _ overdue: Overdue, noting night: ErasureNightID) throws {
    let list = SQLList(try self.overdue(kind, overdue, among: found, limit: found.count), from: 1)
    var tally = ErasureTally()
    if kind == .visits {
      try run("DELETE FROM invitation_showings WHERE visit_id \(list.sql)", list.values)
      tally.pages = Int64(try run("DELETE FROM page_views WHERE visit_id \(list.sql)", list.values))
      tally.visits = Int64(try run("DELETE FROM visits WHERE id \(list.sql)", list.values))
    } else {
      tally.addresses = Int64(
        try run(
          "UPDATE visitors AS v SET address = '', country = NULL, city = NULL WHERE v.id \(list.sql) AND \(Overdue.hasAddress)", list.values
        ))
    }
    try add(tally, to: night)
  }

  fileprivate func isOverdue(_ conversation: ConversationID, _ overdue: Overdue) throws -> Bool {
    try !self.overdue(.chats, overdue, among: [conversation.rawValue], limit: 1).isEmpty
  }

  /// Those that go with their chat alone; the others are counted when the night ends.
  fileprivate func countYoungFiles(in conversation: ConversationID, at now: Moment) throws -> Int64 {
    try row("SELECT COUNT(*) FROM files WHERE conversation_id = $1 AND deleted_at IS NULL AND expires_at > $2", conversation, now)?[0] ?? 0
  }

  fileprivate func visitors(in conversations: [Int64]) throws -> [(ConversationID, VisitorID)] {
    let list = SQLList(conversations, from: 1)
    return try rows("SELECT id, visitor_id FROM conversations WHERE id \(list.sql) ORDER BY id", list.values).map { ($0[0], $0[1]) }
  }
}
