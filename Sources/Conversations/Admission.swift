import Access
import Base
import HTTPTypes
import Live
import NIOCore
import Web

extension Conversations {
  /// Who may open a line: middleware does not run for an upgrade, so origin and cookie are looked at here.
  ///
  /// A request without `Origin` comes from no browser, and there are no tokens for programs yet. Whose page it is, of ours or of a site
  /// with the widget, the hello says; each is checked against its own list.
  public func admission(of request: HTTPRequest, from remote: SocketAddress?, web: WebFront) async -> Admission {
    guard let origin = request.headerFields[.origin] else { return .refuse }
    let isOwn = web.isOwn(origin: origin, host: request.authority)
    let address = ClientAddress(
      peer: remote?.ipAddress ?? "", forwarded: request.headerFields[values: .forwardedFor], trusted: web.settings.trustedProxies)
    let arrival = Line.Arrival(
      origin: origin, isOwnOrigin: isOwn, sessionToken: isOwn ? web.cookies.sessionToken(in: request.headerFields[values: .cookie]) : nil,
      address: address, userAgent: request.headerFields[.userAgent] ?? "",
      chosenLanguage: isOwn ? web.cookies.chosenLanguage(in: request.headerFields[values: .cookie]) : nil,
      language: Language(preferredIn: request.headerFields[.acceptLanguage] ?? ""))
    return .accept(Line(house: self, arrival: arrival))
  }
}
