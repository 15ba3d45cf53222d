import Base
import Brakes
import Conversations
import Ledger
import Notifications
import Sites
import Store
import Wire

extension NoticeKind {
  /// A customer gave something on top.
  public static let tip = NoticeKind("tip", push: true, mail: false)
}

/// What comes after an answer or a chat by the minute that was paid for: its rating (A43) and a tip (P15). Free ones have neither (P17).
extension MessageToll {
  static let paidAnswersShown = 20

  public func paidAnswers(in conversation: ConversationID, in session: any Session) throws -> [PaidAnswer] {
    try session.rows(
      """
      SELECT answer_n, MAX(settled_at), MAX(unit)
      FROM holds
      WHERE conversation_id = $1 AND answer_n IS NOT NULL AND kind = 'question'
      GROUP BY answer_n
      UNION ALL
      SELECT end_n, ended_at, unit
      FROM minute_sessions
      WHERE conversation_id = $1 AND end_n IS NOT NULL AND units > 0
      ORDER BY 1 DESC
      LIMIT $2
      """, conversation, Self.paidAnswersShown
    ).map { PaidAnswer(n: $0[0], at: $0[1], unit: CreditUnit(stored: $0[2])) }.reversed()
  }

  public func thank(
    for deal: Deal, in conversation: ConversationID, at now: Moment, in session: any Session, _ make: (CreditUnit) -> Thanks
  ) throws -> Thanks? {
    let asked = make(.credits)
    guard let answer = try session.paidAnswer(asked.of, in: conversation) else { throw Refusal(.answerUnpaid) }
    switch make(answer.unit) {
    case .rating(let rating):
      guard now <= answer.rateUntil else { throw Refusal(.ratingClosed) }
      guard try session.rating(of: rating.of, in: conversation) != rating else { return nil }
      try session.require(.ratings, ofThread: conversation)
      try session.write(rating, of: deal.expert, in: conversation, at: now)
      if refundsOneStar, rating.stars == 1 {
        try refunds.apply(oneStarFor: rating.of, in: conversation, of: deal.customer, at: now, in: session)
      }
      return .rating(rating)
    case .tip(let tip):
      return try give(tip, for: deal, in: conversation, at: now, in: session) ? .tip(tip) : nil
    }
  }

  /// - Returns: false when it was given before.
  private func give(_ tip: Tip, for deal: Deal, in conversation: ConversationID, at now: Moment, in session: any Session) throws -> Bool {
    let terms = try session.terms(of: conversation)
    let wish = HoldWish(
      payer: deal.customer, payee: deal.expert, units: tip.units, commission: terms?.tipCommission ?? 0, terms: terms?.id,
      conversation: conversation, n: tip.of, deadline: now)
    let key = "tip.\(conversation).\(tip.client)"
    guard try !session.isRecorded(key) else { return false }
    try session.require(.tips, ofThread: conversation)
    try session.brake(tip.units, of: deal.customer, in: conversation, at: now)
    guard try ledger.tip(wish, key: key, at: now, in: session) != nil else { return false }
    let data = ["conversation": "\(conversation)"]
    try notifications.tell(
      Tidings(.tip, about: "tip.\(conversation)", data: data, count: tip.units.count, at: now), to: deal.expert, in: session)
    return true
  }

  func tellTips(by notifications: Notifications) {
    notifications.add([.tip]) { session, account, notices in
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let conversation = notice.identity("conversation", of: Kinds.Conversation.self) else { continue }
        stories[notice.id] = try session.tipStory(of: conversation, for: account)
      }
      return stories
    }
  }
}

extension Session {
  /// - Throws: `featureOff`.
  func require(_ feature: Feature, ofThread conversation: ConversationID) throws {
    guard try features(ofThread: conversation).contains(feature) else { throw Refusal(.featureOff) }
  }

  func features(ofThread conversation: ConversationID) throws -> Set<Feature> {
    let site: SiteID? = try row("SELECT site_id FROM conversations WHERE id = $1", conversation)?[0]
    return try site.map { try features(at: $0) } ?? []
  }

  /// An answer that took what was set aside, or a chat by the minute that cost something, and what it was paid in.
  fileprivate func paidAnswer(_ n: Int64, in conversation: ConversationID) throws -> PaidAnswer? {
    try row(
      """
      SELECT MAX(settled_at), MAX(unit)
      FROM holds
      WHERE conversation_id = $1 AND answer_n = $2 AND kind = 'question' AND captured > 0
      GROUP BY answer_n
      UNION ALL
      SELECT ended_at, unit
      FROM minute_sessions
      WHERE conversation_id = $1 AND end_n = $2 AND units > 0
      """, conversation, n
    ).map { PaidAnswer(n: n, at: $0[0], unit: CreditUnit(stored: $0[1])) }
  }

  /// As the log has it: the figures know no sentence.
  fileprivate func rating(of n: Int64, in conversation: ConversationID) throws -> Rating? {
    let found = try row(
      """
      SELECT e.kind, e.body
      FROM answer_ratings r
      JOIN entries e ON e.conversation_id = r.conversation_id AND e.n = r.entry_n
      WHERE r.conversation_id = $1 AND r.n = $2
      """, conversation, n)
    guard let row = found, case .thanked(.rating(let rating)) = try Body(event: row[0], json: Array((row[1] as String).utf8)) else {
      return nil
    }
    return rating
  }

  /// - Precondition: the next line of the log is the one that says so.
  fileprivate func write(_ rating: Rating, of expert: AccountID, in conversation: ConversationID, at now: Moment) throws {
    try run(
      """
      INSERT INTO answer_ratings (conversation_id, n, expert_id, stars, entry_n, rated_at)
      SELECT id, $2, $3, $4, head + 1, $5
      FROM conversations
      WHERE id = $1
      ON CONFLICT (conversation_id, n) DO UPDATE SET stars = excluded.stars, entry_n = excluded.entry_n, rated_at = excluded.rated_at
      """, conversation, rating.of, expert, rating.stars, now)
  }

  fileprivate func terms(of conversation: ConversationID) throws -> Terms? {
    guard let site: SiteID = try row("SELECT site_id FROM conversations WHERE id = $1", conversation)?[0] else { return nil }
    return try terms(at: site)
  }

  fileprivate func tipStory(of conversation: ConversationID, for account: AccountID) throws -> Story? {
    try row(
      """
      SELECT v.name, s.name
      FROM conversations c
      JOIN visitors v ON v.id = c.visitor_id
      JOIN sites s ON s.id = c.site_id
      WHERE c.id = $1 AND c.expert_id = $2
      """, conversation, account
    ).map { Story(name: $0[0], place: $0[1], text: nil, conversation: conversation, path: "/console", acts: []) }
  }
}

/// What customers think of an expert's answers.
struct RatingSum: Sendable, Hashable {
  let count: Int64
  let stars: Int64

  /// With one decimal, rounded half up: `48` is 4.8.
  var tenths: Int64 { count == 0 ? 0 : (stars * 20 + count) / (2 * count) }
}

extension Session {
  /// Of those who were rated.
  func ratings() throws -> [AccountID: RatingSum] {
    let found = try rows(
      "SELECT expert_id, COUNT(*), CAST(SUM(stars) AS BIGINT) FROM answer_ratings GROUP BY expert_id ORDER BY expert_id")
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], RatingSum(count: $0[1], stars: $0[2])) })
  }

  func ratings(of expert: AccountID) throws -> RatingSum {
    let found = try row("SELECT COUNT(*), CAST(COALESCE(SUM(stars), 0) AS BIGINT) FROM answer_ratings WHERE expert_id = $1", expert)
    return RatingSum(count: found?[0] ?? 0, stars: found?[1] ?? 0)
  }
}
