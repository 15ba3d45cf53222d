import Base
import Store
import Web

/// Visitors as the database keeps them. These run inside anybody's transaction.
extension Session {
  public func visitor(_ id: VisitorID) throws -> Visitor? {
    try row("SELECT \(visitorColumns) FROM visitors WHERE id = $1", id).map(Visitor.init)
  }

  public func visitor(site: SiteID, keyDigest: [UInt8]) throws -> Visitor? {
    try row("SELECT \(visitorColumns) FROM visitors WHERE site_id = $1 AND key_digest = $2", site, keyDigest).map(Visitor.init)
  }

  /// Who has this key is here again; nil where nobody has it, or who had it was erased.
  func returned(site: SiteID, keyDigest: [UInt8], at now: Moment) throws -> VisitorID? {
    try row(
      "UPDATE visitors SET last_visit_at = $3 WHERE site_id = $1 AND key_digest = $2 AND erased_at IS NULL RETURNING id", site, keyDigest,
      now
    ).map { $0[0] }
  }

  /// The visitor with this key, made with `id` if there was none: two first requests at once make one visitor.
  public func createVisitor(
    _ id: VisitorID, site: SiteID, keyDigest: [UInt8], from sender: Sender, at now: Moment
  ) throws -> Visitor {
    // On PostgreSQL a second insert waits here for the first one's COMMIT; the statement after it then sees that row.
    try run(
      """
      INSERT INTO visitors
        (id, site_id, key_digest, address, language, device, browser, system, first_visit_at, last_visit_at, visits)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0)
      ON CONFLICT (site_id, key_digest) DO NOTHING
      """,
      id, site, keyDigest, sender.address, sender.language, sender.userAgent.device.rawValue, sender.userAgent.browser,
      sender.userAgent.system, now)
    guard let visitor = try visitor(site: site, keyDigest: keyDigest) else {
      preconditionFailure("A visitor that was just inserted, or stood in the way of it, is there")
    }
    return visitor
  }

  /// Keeps what the form told. What this form did not ask stays as an earlier one said it.
  public func saveLead(_ lead: Lead, of visitor: VisitorID, at now: Moment) throws {
    try run(
      """
      UPDATE visitors SET
        name = COALESCE($2, name), email = COALESCE($3, email), phone = COALESCE($4, phone), service = COALESCE($5, service),
        form_sent_at = $6
      WHERE id = $1
      """, visitor, lead.name, lead.email, lead.phone, lead.service, now)
  }
}

/// Who speaks to us from the other end of a line, as far as headers tell.
public struct Sender: Hashable, Sendable {
  public static let languageLengthLimit = 35

  public let address: String
  public let language: String
  public let userAgent: UserAgent

  /// - Parameter language: what the browser says it prefers; anything that cannot be a language tag counts as nothing said.
  public init(address: String, language: String, userAgent: String) {
    let isTag =
      language.utf8.count <= Self.languageLengthLimit && language.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    self.address = address
    self.language = isTag ? language : ""
    self.userAgent = UserAgent(userAgent)
  }

  private init(_ other: Sender, address: String) {
    (self.address, language, userAgent) = (address, other.language, other.userAgent)
  }

  /// The same, without what says from where.
  var withoutAddress: Sender { Sender(self, address: "") }
}

private let visitorColumns = """
  id, site_id, name, email, phone, service, address, country, city, language, device, browser, system, form_sent_at,
  first_visit_at, last_visit_at, visits
  """

extension Visitor {
  fileprivate init(_ row: Row) {
    self.init(
      id: row[0], site: row[1], name: row[2], email: row[3], phone: row[4], service: row[5], address: row[6], country: row[7],
      city: row[8], language: row[9], userAgent: UserAgent(device: known(row[10]), browser: row[11], system: row[12]), formSentAt: row[13],
      firstVisitAt: row[14], lastVisitAt: row[15], visits: row[16])
  }
}
