import Access
import Hummingbird
import Web

/// `/`: in the demo one screen with a door for everybody; otherwise one sentence and the way in.
struct FrontRoutes: Sendable {
  let web: WebFront
  let addresses: Addresses
  let isDemo: Bool
  let hasDev: Bool
  let hasSignUp: @Sendable () async throws -> Bool

  func register(on routes: Routes) {
    routes.get("/", .to(.read, .publicPage)) { request, context in
      let texts = web.texts(context.language)
      guard isDemo else {
        return web.page(QuietPage(texts, context, hasSignUp: try await hasSignUp(), hasDev: hasDev), request, context)
      }
      return web.page(FrontPage(texts, addresses), request, context)
    }
  }
}
