import Accounts
import Base
import HTTPTypes
import Hummingbird
import Store
import Web

/// Signs in as a villager without a password. Registered with `--demo` only, and answered to this machine only.
struct DemoSignIn: Sendable {
  let web: WebFront
  let store: any Store
  let accounts: Accounts

  func register(on routes: Routes) {
    routes.get("/demo/sign-in", .to(.read, .publicPage)) { request, context in
      try request.mustComeFromHere(context)
      let key = try Form(query: request)["as"]
      guard let villager = Villager.all.first(where: { $0.key.rawValue == key }),
        let account = try await store.read({ try $0.account(of: villager) })
      else { throw Refusal(.notFound) }
      var response = Response.redirect(villager.desk)
      // A second tab of the same person must not end the first one's session.
      if context.signedIn?.member.id == account { return response }
      let place = Whereabouts(address: context.address, browser: request.headers[.userAgent] ?? "")
      if let old = context.signedIn { try await accounts.signOut(old, from: place) }
      let token = try await accounts.startSession(for: account, from: place)
      response.setCookie(web.cookies.signedIn(token, maxAgeSeconds: Int(SessionLifetime.absoluteSeconds)))
      return response
    }
  }
}
