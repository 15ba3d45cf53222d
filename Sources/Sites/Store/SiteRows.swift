import Base
import ConversationsCore
import FoundationEssentials
import Store

/// Sites as the database keeps them. These run inside anybody's transaction.
extension Session {
  public func site(_ id: SiteID) throws -> Site? { try sites("WHERE id = $1", id).first }

  public func site(key: String) throws -> Site? { try sites("WHERE widget_key = $1", key).first }

  /// All of them, by name: a house has tens of sites, not thousands.
  public func sites() throws -> [Site] { try sites("") }

  /// Compared here and not in SQL, because SQLite folds the case of ASCII alone.
  func isTaken(siteName name: String, except id: SiteID) throws -> Bool {
    try sites().contains { $0.id != id && $0.name.lowercased() == name.lowercased() }
  }

  /// Adds the site, or changes the one with its id; key and time of creation stay.
  func save(_ site: Site) throws {
    let fields = try StoredForm(site.form).json
    let services = try StoredList(list: site.form.services).json
    try run(
      """
      INSERT INTO sites
        (id, widget_key, name, domain, hue, position, ours, welcome, language, time_zone, form_fields, service_types, active, created_at,
        file_days, edit_minutes)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
      ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, domain = excluded.domain, hue = excluded.hue, position = excluded.position, ours = excluded.ours,
        welcome = excluded.welcome, language = excluded.language, time_zone = excluded.time_zone,
        form_fields = excluded.form_fields, service_types = excluded.service_types, active = excluded.active, file_days = excluded.file_days,
        edit_minutes = excluded.edit_minutes
      """,
      site.id, site.key, site.name, site.domain, site.look.hue, site.look.position.rawValue, site.look.ours.rawValue, site.welcome,
      site.language.code, site.timeZone, fields, services, site.active, site.createdAt, site.fileDays, site.editMinutes)
    try run("DELETE FROM site_origins WHERE site_id = $1", site.id)
    for origin in Set(site.origins) {
      try run("INSERT INTO site_origins (site_id, origin) VALUES ($1, $2)", site.id, origin.description)
    }
  }

  func save(_ hours: Hours, of id: SiteID) throws {
    try run("UPDATE sites SET hours = $2 WHERE id = $1", id, try StoredHours(hours).json)
  }

  func hasVisitors(_ id: SiteID) throws -> Bool {
    try row("SELECT 1 FROM visitors WHERE site_id = $1 UNION ALL SELECT 1 FROM host_people WHERE site_id = $1 LIMIT 1", id) != nil
  }

  func remove(_ id: SiteID) throws {
    try run("DELETE FROM assignments WHERE site_id = $1", id)
    try run("DELETE FROM site_origins WHERE site_id = $1", id)
    try run("DELETE FROM host_secrets WHERE site_id = $1", id)
    try run("DELETE FROM rules WHERE site_id = $1", id)
    try run("DELETE FROM site_invitations WHERE site_id = $1", id)
    try run("DELETE FROM daily_figures WHERE site_id = $1", id)
    try run("DELETE FROM replies WHERE site_id = $1", id)
    try run("DELETE FROM tags WHERE site_id = $1", id)
    try run("DELETE FROM sites WHERE id = $1", id)
  }

  private func sites(_ condition: String, _ value: (any SQLEncodable)?...) throws -> [Site] {
    let found = try rows(
      """
      SELECT id, widget_key, name, domain, hue, position, ours, welcome, language, time_zone, form_fields, service_types, active, created_at,
        logo_hash, file_days, edit_minutes, hours
      FROM sites \(condition)
      ORDER BY name, id
      """, value.map { $0?.sqlValue ?? .null })
    guard !found.isEmpty else { return [] }
    let only: SiteID? = found.count == 1 ? found[0][0] : nil
    let origins = try rows(
      """
      SELECT site_id, origin FROM site_origins
      WHERE CAST($1 AS BIGINT) IS NULL OR site_id = $1
      ORDER BY site_id, origin
      """, only)
    let bySite = Dictionary(grouping: origins) { $0[0] as SiteID }
    return try found.map { row in try Self.site(row, origins: bySite[row[0]] ?? []) }
  }

  private static func site(_ row: Row, origins: [Row]) throws -> Site {
    let (id, logoHash): (SiteID, String?) = (row[0], row[14])
    return Site(
      id: id, key: row[1], name: row[2], domain: row[3], origins: origins.compactMap { Origin($0[1]) },
      look: Look(hue: row[4], position: known(row[5]), ours: known(row[6])), logo: logoHash.map { Logo.address(of: id, hash: $0) },
      welcome: row[7], language: WidgetLanguage(code: row[8]) ?? .visitors, timeZone: row[9],
      hours: try StoredHours(json: row[17]).hours, fileDays: row[15], editMinutes: row[16],
      form: try StoredForm(json: row[10]).form(services: StoredList(json: row[11]).list), active: row[12], createdAt: row[13])
  }
}

/// A word of a column with a CHECK. Any other is a defect of ours.
func known<Word: RawRepresentable>(_ text: String) -> Word where Word.RawValue == String {
  guard let word = Word(rawValue: text) else {
    preconditionFailure("\(text) is no \(Word.self): the schema's CHECK should have refused it")
  }
  return word
}

private struct StoredForm: Codable {
  var name, email, phone, service: LeadForm.Demand

  init(_ form: LeadForm) { (name, email, phone, service) = (form.name, form.email, form.phone, form.serviceSetting) }

  func form(services: [String]) -> LeadForm { LeadForm(name: name, email: email, phone: phone, service: service, services: services) }
}

/// JSON columns hold objects only, because SQLite turns a scalar into a number.
private struct StoredList: Codable {
  var list: [String]
}

extension Decodable {
  fileprivate init(json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }
}

extension Encodable {
  fileprivate var json: String {
    get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
  }
}
