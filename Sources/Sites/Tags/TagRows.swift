import Accounts
import Base
import Store

extension Session {
  /// By name.
  public func tags(at site: SiteID) throws -> [ChatTag] {
    try rows("SELECT id, name, tone FROM tags WHERE site_id = $1 ORDER BY name_key LIMIT \(ChatTag.limit)", site)
      .map { ChatTag(id: $0[0], name: $0[1], tone: known($0[2])) }
  }

  /// Of every website that has some.
  public func tagsBySite() throws -> [SiteID: [ChatTag]] {
    let found = try rows("SELECT site_id, id, name, tone FROM tags ORDER BY name_key")
    return Dictionary(grouping: found) { $0[0] as SiteID }.mapValues { rows in
      rows.map { ChatTag(id: $0[1], name: $0[2], tone: known($0[3])) }
    }
  }

  func save(_ tag: ChatTag, at site: SiteID, now: Moment) throws {
    try run(
      """
      INSERT INTO tags (id, site_id, name, name_key, tone, created_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, tone = excluded.tone
      """, tag.id, site, tag.name, tag.key, tag.tone.rawValue, now)
  }

  /// From every chat, too.
  func removeTag(_ tag: TagID) throws {
    try run("DELETE FROM chat_tags WHERE tag_id = $1", tag)
    try run("DELETE FROM tags WHERE id = $1", tag)
  }
}

extension Sites {
  /// Adds a tag, or changes the one with its identity. Open consoles hear of it.
  public func save(_ tag: ChatTag, at site: SiteID, by account: AccountID?, from place: Whereabouts) async throws {
    try await changeTags(at: site, by: account, from: place, doing: ["saved": tag.name]) { session, known, now in
      guard !known.contains(where: { $0.key == tag.key && $0.id != tag.id }) else {
        throw Refusal(.formInvalid, fields: ["name": .nameTaken])
      }
      guard known.count < ChatTag.limit || known.contains(where: { $0.id == tag.id }) else { throw Refusal(.listIsFull) }
      try session.save(tag, at: site, now: now)
    }
  }

  public func remove(_ tag: TagID, at site: SiteID, by account: AccountID?, from place: Whereabouts) async throws {
    try await changeTags(at: site, by: account, from: place, doing: ["removed": "\(tag)"]) { session, known, _ in
      guard known.contains(where: { $0.id == tag }) else { throw Refusal(.notFound) }
      try session.removeTag(tag)
    }
  }

  private func changeTags(
    at site: SiteID, by account: AccountID?, from place: Whereabouts, doing detail: [String: String],
    _ work: @escaping @Sendable (any Session, [ChatTag], Moment) throws -> Void
  ) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let line = AuditLine(by: account, deed: "site.tags", thing: "site.\(site)", address: place.address.text, detail: detail)
    try await store.write(locking: [.site(site)]) { session in
      guard try session.site(site) != nil else { throw Refusal(.notFound) }
      try work(session, try session.tags(at: site), now)
      try session.audit(line, id: auditID, at: now)
    }
    await tagsChanged.publish(site)
  }
}
