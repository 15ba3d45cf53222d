import HTTPTypes
import Hummingbird
import Web

/// `/r/{code}`: the link with which somebody brings a friend. It leaves a code in the browser and goes on to the shop.
struct FriendRoutes: Sendable {
  static let path = "/r"

  let payments: Payments
  let web: WebFront

  func register(on routes: Routes) {
    routes.get("\(Self.path)/{code}", .to(.read, .publicPage)) { _, context in
      let mark = try await payments.friendMark(context.parameters.get("code") ?? "")
      var response = Response.redirect(context.signedIn == nil ? "/sign-up" : ShopRoutes.buyPath)
      if let mark { response.setCookie(web.cookies.brought(mark, maxAgeSeconds: Int(Payments.friendSeconds))) }
      return response
    }
  }
}

extension Payments {
  /// Whoever comes with a friend's mark and signed up since is brought by that friend.
  func noteFriend(in request: Request, _ context: WebContext) async throws {
    guard let person = context.signedIn, let mark = web.cookies.broughtBy(in: request.headers[values: .cookie]) else { return }
    try await noteFriend(mark, person.member.id)
  }
}
