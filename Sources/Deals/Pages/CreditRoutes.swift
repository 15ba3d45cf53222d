import Base
import Hummingbird
import Web

/// Extending credit that ends, by one press on the page of the wallet.
struct CreditRoutes: Sendable {
  let deals: Deals

  func register(on routes: Routes) {
    let path = "/wallet/lots/{lot}/extend"
    routes.form(path, .ownDesk) { _, _, context in
      try await deals.extend(context.identity("lot"), of: context.person().member.id)
      return .redirect("/wallet?done=extended")
    }
    // The language links of a page that answered a form lead here.
    routes.get(path, .ownDesk) { _, _ in .redirect("/wallet") }
  }
}
