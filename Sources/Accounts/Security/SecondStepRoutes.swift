import Base
import Hummingbird
import Web

/// `/sign-in/code`: the second step, for who has proved the first one in this browser.
struct SecondStepRoutes: Sendable {
  static let path = "/sign-in/code"

  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .publicPage)) { request, context in try await show(nil, request, context) }
    routes.form(Self.path, .to(.write, .publicPage)) { form, request, context in
      do {
        let entrance = try await accounts.proveSecondStep(
          form["code"], challenge: challenge(request), from: Whereabouts(request, context))
        return web.entering(entrance, to: try next(request), context)
      } catch let refusal as Refusal where !refusal.fields.isEmpty || refusal.reason == .tooManyTries {
        return try await show(refusal, request, context)
      } catch let refusal as Refusal where refusal.reason == .challengeOver {
        return startAgain
      }
    }
  }

  private func challenge(_ request: Request) -> String { request.cookies[web.cookies.challenge]?.value ?? "" }

  private func next(_ request: Request) throws -> String? { SignInRoutes.next(try Form(query: request)["next"]) }

  private var startAgain: Response { .redirect("/sign-in?done=late") }

  private func show(_ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    do {
      let account = try await accounts.challenged(by: challenge(request))
      let texts = web.texts(context.language)
      let page = StepPage(
        title: texts["pages.code.title"], text: texts["pages.code.text", ["address": account.email]], problem: refusal.map { texts[$0] },
        fields: [texts.code(hint: "pages.code.hint", FieldErrors(refusal, texts))], submit: texts["pages.layout.signIn"],
        links: [.init(linkURL: SafeURL(path: "/sign-in"), label: texts["pages.code.back"])])
      return web.step(page, refusal, request, context)
    } catch let refusal as Refusal where refusal.reason == .challengeOver {
      return startAgain
    }
  }
}
