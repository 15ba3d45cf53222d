import Base
import Conversations
import Sites
import Store
import Wire

/// A thread of two people, for the load program.
public struct RehearsedThread: Sendable {
  public let conversation: ConversationID
  public let visitor: VisitorID
  public let site: SiteID
  public let deal: Deal

  public init(conversation: ConversationID, visitor: VisitorID, site: SiteID, deal: Deal) {
    self.conversation = conversation
    self.visitor = visitor
    self.site = site
    self.deal = deal
  }
}

/// Plays people who press, come and stay, so that many clocks can be measured: the way is the one of real lines, without the lines.
extension Deals {
  /// Returns once both of each thread are there and every clock runs.
  public func rehearse(_ threads: [RehearsedThread], rate: Int64) async throws {
    for thread in threads {
      act(MinuteWish(deed: .start, side: .customer, rate: rate), in: thread)
      act(MinuteWish(deed: .accept, side: .expert, rate: nil), in: thread)
    }
    while try await count("SELECT COUNT(*) FROM minute_sessions WHERE state = 'running'") < threads.count { try await pause() }
    let found = try await store.read { try $0.rows("SELECT id, conversation_id FROM minute_sessions WHERE state = 'running'") }
    for row in found {
      for side in MinuteSide.allCases { toll.beat(of: row[0], isOver: false, in: row[1], by: side, at: clock.now) }
    }
    while try await count("SELECT COUNT(*) FROM minute_presences") < 2 * threads.count { try await pause() }
  }

  /// Everybody is heard at that moment.
  public func rehearsePresence(at moment: Moment) { toll.minutes.heartbeats.hearAll(at: moment) }

  public func rehearseTyping(_ threads: [RehearsedThread]) {
    for thread in threads { toll.typed(in: thread.conversation, by: .customer, at: clock.now) }
  }

  private func act(_ wish: MinuteWish, in thread: RehearsedThread) {
    conversations.minutes(in: thread.conversation) { [toll] session, now in
      try toll.act(wish, for: thread.deal, in: thread.conversation, at: now, in: session)
    } then: { _ in
    }
  }

  private func count(_ sql: String) async throws -> Int {
    Int(try await store.read { try $0.row(sql)?[0] as Int64? } ?? 0)
  }

  private func pause() async throws { try await Task.sleep(for: .milliseconds(50)) }
}

extension Session {
  /// A thread between the two, open.
  public func makeThread(_ thread: RehearsedThread, at now: Moment) throws {
    try run(
      """
      INSERT INTO visitors (id, site_id, key_digest, name, address, language, device, browser, system, form_sent_at, account_id, first_visit_at,
        last_visit_at, visits)
      VALUES ($1, $2, $3, '', '', 'en', 'desktop', '', '', $4, $5, $4, $4, 0)
      """, thread.visitor, thread.site, Secret().digest, now, thread.deal.customer)
    try createConversation(thread.conversation, of: thread.visitor, at: thread.site, now: now)
    try run(
      "UPDATE conversations SET customer_id = $2, expert_id = $3 WHERE id = $1", thread.conversation, thread.deal.customer,
      thread.deal.expert)
  }
}
