import Base
import Hummingbird
import Web

/// What an invited person sees: their account, waiting for a password.
struct InvitationRoutes: Sendable {
  private static let path = "/invitation/{token}"

  let accounts: Accounts
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .publicPage)) { request, context in
      let account = try await accounts.invited(by: token(context)).account
      return web.page(page(account, name: account.name, pseudonym: account.pseudonym, nil, context), request, context)
    }
    routes.form(Self.path, .to(.write, .publicPage)) { form, request, context in try await accept(form, request, context) }
  }

  private func accept(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let token = token(context)
    let account = try await accounts.invited(by: token).account
    let answer = Accounts.Acceptance(
      name: form["name"], pseudonym: form["pseudonym"], password: form.exact("password"), language: context.language)
    do {
      return web.entering(try await accounts.accept(token, answer, from: Whereabouts(request, context)), to: nil, context)
    } catch let refusal as Refusal where !refusal.fields.isEmpty {
      let page = page(account, name: answer.name, pseudonym: answer.pseudonym, refusal, context)
      return web.page(page, request, context, status: refusal.reason.status)
    }
  }

  private func token(_ context: WebContext) -> String { context.parameters.get("token") ?? "" }

  private func page(_ account: Account, name: String, pseudonym: String, _ refusal: Refusal?, _ context: WebContext) -> InvitationPage {
    let texts = web.texts(context.language)
    let errors = FieldErrors(refusal, texts)
    return InvitationPage(
      title: texts["pages.invitation.title"], problem: refusal.map { texts[$0] }, address: account.email,
      personName: Field("name", label: texts["pages.field.personName"], value: name, autocomplete: "name", errors: errors),
      pseudonym: Field(
        "pseudonym", label: texts["pages.field.pseudonym"], value: pseudonym, isRequired: false, hint: texts["pages.field.pseudonymHint"],
        autocomplete: "off", errors: errors),
      password: Field(
        "password", label: texts["pages.field.password"], type: "password", hint: texts["pages.field.passwordHint"],
        autocomplete: "new-password", errors: errors))
  }
}

struct InvitationPage: Page {
  static let template = "invitation"
  let title: String
  let problem: String?
  let address: String
  let personName: Field
  let pseudonym: Field
  let password: Field
}
