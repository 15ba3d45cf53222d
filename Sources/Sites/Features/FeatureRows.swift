import Accounts
import Base
import Store

extension Session {
  /// What is on at a website.
  public func features(at site: SiteID) throws -> Set<Feature> {
    var found = Set(Feature.allCases.filter(\.isOnByDefault))
    // A word of another release is none of ours.
    for row in try rows("SELECT feature, is_on FROM site_features WHERE site_id = $1", site) {
      guard let feature = Feature(rawValue: row[0]) else { continue }
      if row[1] { found.insert(feature) } else { found.remove(feature) }
    }
    return found
  }

  /// Every website that has a feature.
  public func sites(having feature: Feature) throws -> Set<SiteID> {
    let found = try rows(
      """
      SELECT s.id
      FROM sites s
      LEFT JOIN site_features f ON f.site_id = s.id AND f.feature = $1
      WHERE COALESCE(f.is_on, $2)
      """, feature.rawValue, feature.isOnByDefault)
    return Set(found.map { $0[0] })
  }

  /// - Throws: `featureOff`.
  public func require(_ feature: Feature, at site: SiteID) throws {
    guard try features(at: site).contains(feature) else { throw Refusal(.featureOff) }
  }

  fileprivate func write(_ feature: Feature, isOn: Bool, at site: SiteID, by account: AccountID?, now: Moment) throws {
    try run(
      """
      INSERT INTO site_features (site_id, feature, is_on, changed_at, changed_by)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (site_id, feature) DO UPDATE
      SET is_on = excluded.is_on, changed_at = excluded.changed_at, changed_by = excluded.changed_by
      """, site, feature.rawValue, isOn, now, account)
  }
}

extension Sites {
  /// Leaves on just these. Open pages of the website come back and find what holds now.
  public func switchFeatures(to on: Set<Feature>, at site: SiteID, by account: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let line = AuditLine(
      by: account, deed: "site.switched", thing: "site.\(site)", address: place.address.text,
      detail: ["off": Feature.allCases.filter { !on.contains($0) }.map(\.rawValue).joined(separator: " ")])
    let isChanged = try await store.write(locking: [.site(site)]) { session in
      guard try session.site(site) != nil else { throw Refusal(.notFound) }
      let changes = try session.features(at: site).symmetricDifference(on)
      for feature in changes.sorted() {
        try session.write(feature, isOn: on.contains(feature), at: site, by: account, now: now)
      }
      if !changes.isEmpty { try session.audit(line, id: auditID, at: now) }
      return !changes.isEmpty
    }
    if isChanged { await changed(site) }
  }
}
