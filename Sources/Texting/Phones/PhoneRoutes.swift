import Base
import Hummingbird
import Web

/// `/profile/phone`: one's own number, proved by a code.
struct PhoneRoutes: Sendable {
  static let path = "/profile/phone"

  let texting: Texting

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in
      try await show(done: try Form(query: request)["done"], typed: "", nil, request, context)
    }
    routes.form(Self.path, .ownDesk) { form, request, context in
      try await changing(form, request, context) { try await texting.askForProof(of: form["phone"], by: $0, from: context.address) }
    }
    routes.form("\(Self.path)/again", .ownDesk) { form, request, context in
      try await changing(form, request, context) { try await texting.sendCodeAgain(to: $0, from: context.address) }
    }
    routes.form("\(Self.path)/proof", .ownDesk) { form, request, context in
      try await changing(form, request, context, done: "proved") {
        try await texting.prove(form["code"], of: $0, from: context.address)
      }
    }
    routes.form("\(Self.path)/remove", .ownDesk) { form, request, context in
      try await changing(form, request, context, done: "removed") { try await texting.removePhone(of: $0, from: context.address) }
    }
    routes.form("\(Self.path)/cancel", .ownDesk) { form, request, context in
      try await changing(form, request, context, done: "") { try await texting.cancelProof(of: $0.member.id) }
    }
    // The language links of a page that answered a form lead here.
    for part in ["again", "proof", "cancel", "remove"] { routes.get("\(Self.path)/\(part)", .ownDesk) { _, _ in .redirect(Self.path) } }
  }

  /// What the page's forms do; what is wrong with them stands on the page.
  private func changing(
    _ form: Form, _ request: Request, _ context: WebContext, done: String = "sent", _ change: (SignedIn) async throws -> Void
  ) async throws -> Response {
    do {
      try await change(context.person())
      return .redirect("\(Self.path)?done=\(done)")
    } catch let refusal as Refusal where !refusal.fields.isEmpty || Self.shown.contains(refusal.reason) {
      return try await show(done: "", typed: form["phone"], refusal, request, context)
    } catch let refusal as Refusal where refusal.reason == .notFound {
      // Another window was quicker.
      return .redirect(Self.path)
    }
  }

  private static let shown: [Refusal.Reason] = [.tooManyTries, .tooFast, .codeExpired, .textsAreOff]

  private func show(
    done: String, typed: String, _ refusal: Refusal?, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let state = try await texting.phoneState(of: context.person().member.id)
    let page = PhonePage(state, isOn: texting.isOn, typed: typed, done: done, refusal, texting.web.texts(context.language))
    return texting.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

struct PhonePage: Page {
  struct Proved: Sendable {
    let number: String
    let since: ShownMoment
    let isStopped: Bool
  }

  struct Waiting: Sendable {
    let text: String
    let hasFailed: Bool
    let code: Field
  }

  static let template = "phone"
  let title: String
  let notice: String?
  let problem: String?
  let isOff: Bool
  let proved: Proved?
  let waiting: Waiting?
  /// Nil while a code is waited for.
  let asking: Field?
  let askingTitle: String

  init(_ state: Texting.PhoneState, isOn: Bool, typed: String, done: String, _ refusal: Refusal?, _ texts: Texts) {
    let errors = FieldErrors(refusal, texts)
    title = texts["texting.phone.title"]
    notice = ["sent", "proved", "removed"].contains(done) ? texts["texting.phone.done.\(done)"] : nil
    problem = refusal.map { texts[$0] }
    isOff = !isOn
    proved = state.phone.map {
      Proved(
        number: texts["texting.phone.number", ["digits": $0.hint]], since: ShownMoment($0.provedAt), isStopped: $0.stoppedAt != nil)
    }
    waiting = state.proof.map {
      Waiting(
        text: texts["texting.phone.waiting.text", ["digits": $0.hint]], hasFailed: $0.hasFailed,
        code: Field("code", label: texts["texting.phone.waiting.code"], autocomplete: "one-time-code", errors: errors))
    }
    let hint = texts["texting.phone.ask.hint"]
    let field = Field(
      "phone", label: texts["texting.phone.ask.label"], type: "tel", value: typed, hint: hint, autocomplete: "tel", errors: errors)
    asking = isOn && state.proof == nil ? field : nil
    askingTitle = texts[state.phone == nil ? "texting.phone.ask.title" : "texting.phone.ask.another"]
  }
}
