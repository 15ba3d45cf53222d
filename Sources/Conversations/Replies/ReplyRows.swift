import Base
import Store
import Web
import Wire

extension Session {
  private static var columns: String { "id, site_id, account_id, name, text, text_en, text_fr, text_it, text_ar, closes, transfer_to" }

  /// By name.
  func replies(of owner: Reply.Owner) throws -> [Reply] {
    switch owner {
    case .site(let site): try replies("site_id = $1", site.sqlValue)
    case .account(let account): try replies("account_id = $1", account.sqlValue)
    }
  }

  private func replies(_ condition: String, _ value: SQLValue) throws -> [Reply] {
    let found = try rows("SELECT \(Self.columns) FROM replies WHERE \(condition) ORDER BY name, id LIMIT \(Reply.limit)", [value])
    let tags = try rows(
      "SELECT reply_id, tag_id FROM reply_tags WHERE reply_id IN (SELECT id FROM replies WHERE \(condition))", [value])
    let byReply = Dictionary(grouping: tags) { $0[0] as ReplyID }.mapValues { Set($0.map { $0[1] as TagID }) }
    return found.compactMap { Reply($0, tags: byReply[$0[0]] ?? []) }
  }

  func save(_ reply: Reply, at now: Moment) throws {
    var site: SiteID?
    var account: AccountID?
    switch reply.owner {
    case .site(let id): site = id
    case .account(let id): account = id
    }
    let texts = Language.allCases.map { reply.texts[$0] ?? "" }
    var transferTo: AccountID?
    if case .transfer(let colleague) = reply.end { transferTo = colleague }
    try run(
      """
      INSERT INTO replies (\(Self.columns), created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      ON CONFLICT (id) DO UPDATE
      SET name = excluded.name, text = excluded.text, text_en = excluded.text_en, text_fr = excluded.text_fr, text_it = excluded.text_it,
        text_ar = excluded.text_ar, closes = excluded.closes, transfer_to = excluded.transfer_to
      """, reply.id, site, account, reply.name, reply.text, texts[0], texts[1], texts[2], texts[3], reply.end == .close, transferTo, now)
    try run("DELETE FROM reply_tags WHERE reply_id = $1", reply.id)
    for tag in reply.tags.sorted() { try run("INSERT INTO reply_tags (reply_id, tag_id) VALUES ($1, $2)", reply.id, tag) }
  }

  func remove(_ reply: ReplyID) throws { try run("DELETE FROM replies WHERE id = $1", reply) }

  /// The language of a visitor's browser; nil where it is none of ours.
  func language(ofVisitor visitor: VisitorID) throws -> Language? {
    let code: String? = try row("SELECT language FROM visitors WHERE id = $1", visitor)?[0]
    return code.flatMap { Language(rawValue: String($0.prefix(2))) }
  }
}

extension Reply {
  fileprivate init?(_ row: Row, tags: Set<TagID>) {
    let (site, account, colleague): (SiteID?, AccountID?, AccountID?) = (row[1], row[2], row[10])
    guard let owner = site.map(Owner.site) ?? account.map(Owner.account) else { return nil }
    var texts: [Language: String] = [:]
    for (place, language) in Language.allCases.enumerated() {
      let text: String = row[5 + place]
      if !text.isEmpty { texts[language] = text }
    }
    self.init(
      id: row[0], owner: owner, name: row[3], text: row[4], texts: texts, tags: tags,
      end: row[9] ? .close : colleague.map { .transfer(to: $0) } ?? .nothing)
  }
}
