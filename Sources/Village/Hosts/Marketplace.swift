import Base
import HTTPTypes
import Hosts
import Hummingbird
import NIOCore
import Web

/// Northern Stars: a marketplace of somebody else, which embeds Parley in its pages. It has no widget; its server signs in its own people and
/// hands them over. Here that server is a few lines of the demo's.
public struct Marketplace: Sendable {
  static let name = "Northern Stars"
  static let initials = "NS"
  static let folder = "stars"
  static let host = "stars.localhost"
  /// Stands in the frames of its pages, so it is the same in every demo.
  static let widgetKey = "7b20e6d94f5c4d1e9a83c61fd05be472"
  static let tokenSeconds: Int64 = 120

  /// Somebody whom the marketplace knows.
  struct Member: Sendable {
    let key: String
    let subject: String
    let name: String
    let role: HostToken.Role
  }

  static let psychic = Member(key: "psychic", subject: "p-4", name: "Vera Moon", role: .expert)
  /// Of a range that is kept free for plays and films.
  static let psychicPhone = "+447700900147"
  static let customer = Member(key: "customer", subject: "c-17", name: "Nadia Karim", role: .customer)

  let hosts: Hosts

  public init(hosts: Hosts) { self.hosts = hosts }

  static func stands(at host: String?) -> Bool { host.map(Addresses.name(inHost:)) == Self.host }

  /// Its pages, and what its server says about who is signed in there.
  func answer(_ request: Request, _ context: WebContext, _ pages: WebsitePages) async throws -> Response {
    guard request.method == .get, request.uri.path == "/token" else { return pages.answer(request) }
    do {
      try request.mustComeFromHere(context)
      let key = try Form(query: request)["as"]
      guard let member = [Self.psychic, Self.customer].first(where: { $0.key == key }) else { throw Refusal(.notFound) }
      return .json(["token": try await token(of: member)])
    } catch is Refusal {
      return Response(status: .notFound)
    }
  }

  private func token(of member: Member) async throws -> String {
    guard let site = try await hosts.site(key: Self.widgetKey), let secret = try await hosts.secrets(of: site.id).first else {
      throw Refusal(.notFound)
    }
    let now = machineTime().milliseconds / 1000
    let token = HostToken(
      iss: Self.widgetKey, aud: hosts.audience, sub: member.subject, iat: now, exp: now + Self.tokenSeconds, role: member.role,
      name: member.name, locale: "en", expert: member.role == .customer ? Self.psychic.subject : nil)
    return try token.signed(with: secret)
  }
}
