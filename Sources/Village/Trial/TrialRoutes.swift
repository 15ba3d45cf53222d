import Accounts
import Base
import HTTPTypes
import Hummingbird
import Web

/// `/demo/trial`: into the demo without an account, and how to stay. Registered with `--demo` only, and answered to this machine only.
struct TrialRoutes: Sendable {
  static let path = "/demo/trial"

  let trials: Trials
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .publicPage)) { request, context in
      try request.mustComeFromHere(context)
      // Who tries it already goes on.
      if context.signedIn?.isTrial == true { return .redirect("/experts") }
      let texts = web.texts(context.language)
      return web.page(TrialPage(context.signedIn?.name, texts), request, context)
    }
    routes.form(Self.path, .to(.write, .publicPage)) { _, request, context in
      try request.mustComeFromHere(context)
      var response = Response.redirect("/experts")
      if context.signedIn?.isTrial == true { return response }
      let place = Whereabouts(request, context)
      if let old = context.signedIn { try await trials.accounts.signOut(old, from: place) }
      let token = try await trials.begin(in: context.language, from: place)
      response.setCookie(web.cookies.signedIn(token, maxAgeSeconds: Int(Trials.lifetimeSeconds)))
      return response
    }
    routes.get("\(Self.path)/keep", .ownDesk) { request, context in
      guard try context.person().isTrial else { return .redirect("/profile") }
      return show(email: "", isSent: try Form(query: request)["done"] == "sent", nil, request, context)
    }
    routes.form("\(Self.path)/keep", .ownDesk) { form, request, context in
      do {
        try await trials.accounts.keepTrial(
          context.person(), email: form["email"], password: form.exact("password"), from: Whereabouts(request, context))
        return .redirect("\(Self.path)/keep?done=sent")
      } catch let refusal as Refusal where [.formInvalid, .mailIsOff, .tooManyTries].contains(refusal.reason) {
        return show(email: form["email"], isSent: false, refusal, request, context)
      }
    }
  }

  private func show(
    email: String, isSent: Bool, _ refusal: Refusal?, _ request: Request, _ context: WebContext
  ) -> Response {
    let page = KeepTrialPage(email: email, isSent: isSent, refusal, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

struct TrialPage: Page {
  static let template = "trial"
  let title: String
  /// Who is signed in and would be signed out.
  let leaves: String?

  init(_ signedIn: String?, _ texts: Texts) {
    title = texts["demo.trial.title"]
    leaves = signedIn.map { texts["demo.trial.leaves", ["name": $0]] }
  }
}

struct KeepTrialPage: Page {
  static let template = "trial-keep"
  let title: String
  let isSent: Bool
  let problem: String?
  let address: Field
  let password: Field

  init(email: String, isSent: Bool, _ refusal: Refusal?, _ texts: Texts) {
    title = texts["demo.trial.keep"]
    self.isSent = isSent
    problem = refusal.map { texts[$0] }
    let errors = FieldErrors(refusal, texts)
    address = Field(
      "email", label: texts["pages.field.email"], type: "email", value: email, autocomplete: "email", errors: errors)
    password = Field(
      "password", label: texts["pages.field.newPassword"], type: "password", autocomplete: "new-password", errors: errors)
  }
}
