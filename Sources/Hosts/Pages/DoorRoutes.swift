import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/embed/enter/{code}`: out of the frame, into a session of the browser's own. It asks before it signs anybody in, so that nobody is somebody
/// else by following an address.
struct DoorRoutes: Sendable {
  static let codePath = "/api/v1/embed/codes"
  private static let bodyLimit = 4096

  let hosts: Hosts

  func register(on routes: Routes) {
    routes.on(.post, Self.codePath, .decidedInside("Hosts.doorCode"), limit: .widget, programs: .welcome) { request, context in
      let wish = try await request.json(Wish.self, upTo: Self.bodyLimit)
      let code = try hosts.doorCode(for: context.person(), to: wish.path)
      return .json(Answer(address: "/embed/enter/\(code)"))
    }
    routes.get("/embed/enter/{code}", .to(.read, .publicPage)) { request, context in
      let (_, account, site) = try await hosts.read(context.parameters.get("code") ?? "")
      return hosts.web.page(EnterPage(account, site, hosts.web.texts(context.language)), request, context)
    }
    routes.form("/embed/enter/{code}", .to(.read, .publicPage)) { _, request, context in try await enter(request, context) }
  }

  private struct Wish: Decodable {
    let path: String
  }

  private struct Answer: Encodable {
    let address: String
  }

  private func enter(_ request: Request, _ context: WebContext) async throws -> Response {
    let (code, _, _) = try await hosts.read(context.parameters.get("code") ?? "")
    let place = Whereabouts(request, context)
    // Who is signed in here as the same person already needs nothing more.
    if context.signedIn?.member.id == code.account { return .redirect(code.path) }
    guard let token = try await hosts.enter(code, from: place) else {
      return .redirect("/sign-in?next=\(code.path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")")
    }
    if let old = context.signedIn { try await hosts.accounts.signOut(old, from: place) }
    var response = Response.redirect(code.path)
    response.setCookie(hosts.web.cookies.signedIn(token, maxAgeSeconds: Int(SessionLifetime.absoluteSeconds)))
    return response
  }
}

struct EnterPage: Page {
  static let template = "enter"
  let title: String
  let text: String
  let submit: String

  init(_ account: Account, _ site: String, _ texts: Texts) {
    title = texts["hosts.enter.title"]
    text = texts["hosts.enter.text", ["name": account.name, "site": site]]
    submit = texts["hosts.enter.submit", ["name": account.name]]
  }
}
