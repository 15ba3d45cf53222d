import Access
import Base
import HTTPTypes
import Live
import NIOCore
import Web

extension Conversations {
  /// Who may open a line: middleware does not run for an upgrade, so origin and cookie are looked at here.
  ///
  /// A request without `Origin` comes from no browser: it needs the token of a program, which no browser can send along. Whose page it is,
  /// of ours or of a site with the widget, the hello says; each is checked against its own list.
  public func admission(of request: HTTPRequest, from remote: SocketAddress?, web: WebFront) async -> Admission {
    let address = ClientAddress(
      peer: remote?.ipAddress ?? "", forwarded: request.headerFields[values: .forwardedFor], trusted: web.settings.trustedProxies)
    return await arrival(by: request, from: address, web: web).map { .accept(Line(house: self, arrival: $0)) } ?? .refuse
  }

  /// What a request says about who sends it; nil for one that comes from no browser and has no good token.
  func arrival(by request: HTTPRequest, from address: ClientAddress, web: WebFront) async -> Line.Arrival? {
    let bearer = request.headerFields.bearerToken
    let origin = bearer == nil ? request.headerFields[.origin] : nil
    let isOwn = web.isOwn(origin: origin, host: request.authority)
    let credential: Credential?
    if let bearer {
      guard (try? await recognise(.bearer(bearer))) != nil else { return nil }
      credential = .bearer(bearer)
    } else if origin != nil {
      credential = isOwn ? web.cookies.sessionToken(in: request.headerFields[values: .cookie]).map { .session($0) } : nil
    } else {
      return nil
    }
    return Line.Arrival(
      origin: origin, isOwnOrigin: isOwn, credential: credential, address: address, userAgent: request.headerFields[.userAgent] ?? "",
      chosenLanguage: isOwn ? web.cookies.chosenLanguage(in: request.headerFields[values: .cookie]) : nil,
      language: Language(preferredIn: request.headerFields[.acceptLanguage] ?? ""))
  }
}
