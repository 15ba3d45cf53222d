import Base
import Hummingbird
import Web

/// `/recovery` and `/address`: the links that mail brings to an account that exists.
struct RecoveryRoutes: Sendable {
  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get("/recovery", .to(.read, .publicPage)) { request, context in
      show(email: context.signedIn?.email ?? "", nil, request, context)
    }
    routes.form("/recovery", .to(.write, .publicPage)) { form, request, context in
      do {
        try await accounts.askRecovery(of: form["email"], from: Whereabouts(request, context))
        return .redirect("/recovery/sent")
      } catch let refusal as Refusal {
        return show(email: form["email"], refusal, request, context)
      }
    }
    routes.get("/recovery/sent", .to(.read, .publicPage)) { request, context in
      let texts = web.texts(context.language)
      let page = StepPage(
        title: texts["pages.sent.title"], text: texts["pages.recovery.sent"],
        links: [.init(linkURL: SafeURL(path: "/recovery"), label: texts["pages.sent.again"])])
      return web.step(page, nil, request, context)
    }
    routes.get("/recovery/{token}", .to(.read, .publicPage)) { request, context in
      try await showPassword(token(context), nil, request, context)
    }
    routes.form("/recovery/{token}", .to(.write, .publicPage)) { form, request, context in
      do {
        _ = try await accounts.recover(by: token(context), password: form.exact("password"), from: Whereabouts(request, context))
        // Who recovers signs in as everybody does, with all that the account asks for.
        return .redirect("/sign-in?done=recovered")
      } catch let refusal as Refusal where !refusal.fields.isEmpty {
        return try await showPassword(token(context), refusal, request, context)
      }
    }
    routes.get("/address/{token}", .to(.read, .publicPage)) { request, context in
      let email = try await accounts.newAddress(by: token(context))
      let texts = web.texts(context.language)
      let page = StepPage(
        title: texts["pages.address.title"], text: texts["pages.address.proof", ["address": email]], submit: texts["pages.address.submit"])
      return web.step(page, nil, request, context)
    }
    routes.form("/address/{token}", .to(.write, .publicPage)) { _, request, context in
      try await accounts.moveAddress(by: token(context), from: Whereabouts(request, context))
      return .redirect(context.signedIn == nil ? "/sign-in?done=moved" : "/profile?saved=yes")
    }
  }

  private func token(_ context: WebContext) -> String { context.parameters.get("token") ?? "" }

  private func show(email: String, _ refusal: Refusal?, _ request: Request, _ context: WebContext) -> Response {
    let texts = web.texts(context.language)
    let page = StepPage(
      title: texts["pages.recovery.title"], text: texts["pages.recovery.text"], problem: refusal.map { texts[$0] },
      actionURL: SafeURL(path: "/recovery"), fields: [texts.address(email, FieldErrors(refusal, texts))],
      submit: texts["pages.recovery.submit"], links: [.init(linkURL: SafeURL(path: "/sign-in"), label: texts["pages.recovery.back"])])
    return web.step(page, refusal, request, context)
  }

  private func showPassword(_ token: String, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try await accounts.recovering(by: token)
    let texts = web.texts(context.language)
    let page = StepPage(
      title: texts["pages.recovery.newTitle"], text: texts["pages.recovery.newText", ["address": account.email]],
      problem: refusal.map { texts[$0] },
      fields: [texts.newPassword(FieldErrors(refusal, texts), label: "pages.field.newPassword")], submit: texts["pages.recovery.newSubmit"])
    return web.step(page, refusal, request, context)
  }
}
