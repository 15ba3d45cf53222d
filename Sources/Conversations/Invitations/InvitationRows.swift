import Base
import ConversationsCore
import Store
import Web

/// Invitations as the database keeps them. These run inside anybody's transaction.
extension Session {
  private static var columns: String {
    """
    id, site_id, name, active, page, seconds, pages, source, campaign, language, returning_visitor, within_hours, agent_free, again_days,
    text, text_en, text_fr, text_it, text_ar, version
    """
  }

  /// In the order in which they are asked.
  func invitations(at site: SiteID) throws -> [KeptInvitation] {
    try rows(
      "SELECT \(Self.columns) FROM site_invitations WHERE site_id = $1 ORDER BY place, id LIMIT \(Invitation.limit)", site
    ).map(KeptInvitation.init)
  }

  /// Those of every website that are on, for the memory.
  func activeInvitations() throws -> [SiteID: [Invitation]] {
    let found = try rows("SELECT \(Self.columns) FROM site_invitations WHERE active ORDER BY site_id, place, id")
    return Dictionary(grouping: found.map { KeptInvitation($0).rule }, by: \.site)
  }

  /// A new one comes last.
  ///
  /// - Throws: `settingsChanged` where somebody else changed it since it was read.
  func save(_ kept: KeptInvitation, at now: Moment) throws {
    let known: Int64? = try row("SELECT version FROM site_invitations WHERE id = $1", kept.rule.id)?[0]
    guard known ?? 0 == kept.version else { throw Refusal(.settingsChanged) }
    if known == nil {
      guard try invitations(at: kept.rule.site).count < Invitation.limit else { throw Refusal(.listIsFull) }
      try insert(kept, at: now)
    } else {
      try update(kept)
    }
  }

  private func insert(_ kept: KeptInvitation, at now: Moment) throws {
    let (rule, asked, texts) = (kept.rule, kept.rule.conditions, kept.columns)
    try run(
      """
      INSERT INTO site_invitations (\(Self.columns), place, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1,
        (SELECT COALESCE(MAX(place), 0) + 1 FROM site_invitations WHERE site_id = $2), $20)
      """, rule.id, rule.site, rule.name, rule.active, asked.page, asked.seconds, asked.pages, asked.source, asked.campaign,
      asked.language, asked.isReturning, asked.isWithinHours, asked.needsSomebody, rule.frequency.days, kept.text, texts[0], texts[1],
      texts[2], texts[3], now)
  }

  private func update(_ kept: KeptInvitation) throws {
    let (rule, asked, texts) = (kept.rule, kept.rule.conditions, kept.columns)
    try run(
      """
      UPDATE site_invitations
      SET name = $2, active = $3, page = $4, seconds = $5, pages = $6, source = $7, campaign = $8, language = $9, returning_visitor = $10,
        within_hours = $11, agent_free = $12, again_days = $13, text = $14, text_en = $15, text_fr = $16, text_it = $17, text_ar = $18,
        version = version + 1
      WHERE id = $1
      """, rule.id, rule.name, rule.active, asked.page, asked.seconds, asked.pages, asked.source, asked.campaign, asked.language,
      asked.isReturning, asked.isWithinHours, asked.needsSomebody, rule.frequency.days, kept.text, texts[0], texts[1], texts[2], texts[3])
  }

  /// One place up, or down.
  func move(_ id: InvitationID, by step: Int, at site: SiteID) throws {
    var order = try invitations(at: site).map(\.rule.id)
    guard let place = order.firstIndex(of: id) else { throw Refusal(.notFound) }
    guard order.indices.contains(place + step) else { return }
    order.swapAt(place, place + step)
    for (place, id) in order.enumerated() { try run("UPDATE site_invitations SET place = $2 WHERE id = $1", id, Int64(place + 1)) }
  }

  /// Whoever was shown it is not shown it again by another that takes its place; its figures are nobody's any more.
  func remove(_ id: InvitationID, at site: SiteID) throws {
    try run("DELETE FROM site_invitations WHERE id = $1 AND site_id = $2", id, site)
  }
}

extension KeptInvitation {
  fileprivate init(_ row: Row) {
    var asked = Invitation.Conditions()
    (asked.page, asked.seconds, asked.pages) = (row[4], row[5], row[6])
    (asked.source, asked.campaign, asked.language) = (row[7], row[8], row[9])
    (asked.isReturning, asked.isWithinHours, asked.needsSomebody) = (row[10], row[11], row[12])
    let rule = Invitation(
      id: row[0], site: row[1], name: row[2], active: row[3], conditions: asked, frequency: Invitation.Frequency(days: row[13]))
    var texts: [Language: String] = [:]
    for (place, language) in Language.allCases.enumerated() {
      let text: String = row[15 + place]
      if !text.isEmpty { texts[language] = text }
    }
    self.init(rule: rule, text: row[14], texts: texts, version: row[19])
  }

  fileprivate var columns: [String] { Language.allCases.map { texts[$0] ?? "" } }
}

extension Invitation.Frequency {
  fileprivate init(days: Int64?) {
    switch days {
    case nil: self = .once
    case 0: self = .eachVisit
    case let days?: self = .after(days: days)
    }
  }

  fileprivate var days: Int64? {
    switch self {
    case .once: nil
    case .eachVisit: 0
    case .after(let days): days
    }
  }
}

extension Session {
  /// For the demo, whose websites have one before anybody looks at their pages.
  public func settleInvitation(
    _ id: InvitationID, at site: SiteID, named name: String, onPage page: String, after seconds: Int64, saying text: String,
    or texts: [Language: String], at now: Moment
  ) throws {
    var asked = Invitation.Conditions()
    (asked.page, asked.seconds) = (page, seconds)
    let rule = Invitation(id: id, site: site, name: name, active: true, conditions: asked, frequency: .after(days: 7))
    try save(KeptInvitation(rule: rule, text: text, texts: texts, version: 0), at: now)
  }
}
