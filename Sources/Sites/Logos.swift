import Accounts
import Base
import Crypto
import Files
import Foundation
import NIOCore
import Store

/// The logo of a site: any picture comes in, a small PNG is kept, served to everybody under an address that changes with it.
extension Sites {
  static let logoByteLimit = 5 << 20
  /// Drawn at 56 px at most, and sharp on a screen of three times the density.
  static let logoSide = 192

  /// - Parameter body: the bytes of the picture as it was chosen.
  /// - Returns: the address of the logo.
  func setLogo<Body: AsyncSequence & Sendable>(
    of id: SiteID, to body: Body, by: AccountID?, from place: Whereabouts
  ) async throws -> String where Body.Element == ByteBuffer {
    guard try await site(id) != nil else { throw Refusal(.notFound) }
    let picture = Examiner.Picture(side: Self.logoSide, isPNG: true, isDemanded: true)
    let made = try await landing.receive(body, upTo: Self.logoByteLimit) { landed in
      try await landing.examine(landed, picture: picture) { finding, path in
        guard let path, finding.type == Logo.contentType else { throw Refusal(.pictureTypeNotAllowed) }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      }
    }
    let logo = Logo(site: id, png: made)
    try await changeLogo(of: id, "site.logoSet", by: by, from: place) { session in try session.save(logo) }
    return logo.address
  }

  func removeLogo(of id: SiteID, by: AccountID?, from place: Whereabouts) async throws {
    try await changeLogo(of: id, "site.logoRemoved", by: by, from: place) { session in try session.removeLogo(of: id) }
  }

  private func changeLogo(
    of id: SiteID, _ deed: String, by: AccountID?, from place: Whereabouts, _ change: @escaping @Sendable (any Session) throws -> Void
  ) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    try await store.write(locking: [.site(id)]) { session in
      guard try session.site(id) != nil else { throw Refusal(.notFound) }
      try change(session)
      let line = AuditLine(by: by, deed: deed, thing: "site.\(id)", address: place.address.text, detail: [:])
      try session.audit(line, id: auditID, at: now)
    }
    await changed(id)
  }
}

struct Logo: Sendable {
  static let contentType = "image/png"

  let site: SiteID
  let hash: String
  let png: [UInt8]

  init(site: SiteID, png: [UInt8]) {
    self.site = site
    self.png = png
    let digest = SHA256.hash(data: png).prefix(8).flatMap { [$0 >> 4, $0 & 15] }
    hash = String(digest.map { Character(String($0, radix: 16)) })
  }

  var address: String { Self.address(of: site, hash: hash) }

  static func address(of site: SiteID, hash: String) -> String { "/logos/\(site)-\(hash).png" }

  /// Site and hash of the name in an address.
  static func parts(of name: String) -> (site: SiteID, hash: String)? {
    guard name.hasSuffix(".png") else { return nil }
    let parts = name.dropLast(".png".count).split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let site = SiteID(parts[0]) else { return nil }
    return (site, parts[1])
  }
}

extension Session {
  func save(_ logo: Logo) throws {
    try run(
      "UPDATE sites SET logo_type = $2, logo_hash = $3, logo = $4 WHERE id = $1", logo.site, Logo.contentType, logo.hash, logo.png)
  }

  func removeLogo(of site: SiteID) throws {
    try run("UPDATE sites SET logo_type = NULL, logo_hash = NULL, logo = NULL WHERE id = $1", site)
  }

  func logo(of site: SiteID, hash: String) throws -> [UInt8]? {
    try row("SELECT logo FROM sites WHERE id = $1 AND logo_hash = $2", site, hash).flatMap { $0[0] }
  }
}
