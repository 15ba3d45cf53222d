import Base
import Hummingbird

/// A form that was open for too long, with what was typed: one press sends it again, and nothing is lost.
struct ResendPage: Page {
  struct Typed: Sendable {
    let name: String
    let value: String
  }

  static let template = "resend"
  let title: String
  let text: String
  let actionURL: SafeURL?
  let fields: [Typed]
  /// Passwords are not put into a page.
  let secretsAreGone: Bool
}

extension WebFront {
  func resend(_ form: Form, _ request: Request, _ context: WebContext) -> Response {
    let texts = texts(context.language)
    let refusal = Refusal(.formExpired)
    let typed = form.all.filter { $0.name != FormKey.fieldName }
    let open = typed.filter { !Self.isSecret($0.name) }
    let page = ResendPage(
      title: texts["pages.resend.title"], text: texts[refusal], actionURL: SafeURL(request.uri.string),
      fields: open.map { ResendPage.Typed(name: $0.name, value: $0.value) }, secretsAreGone: open.count < typed.count)
    return self.page(page, request, context, status: refusal.reason.status)
  }

  private static func isSecret(_ name: String) -> Bool { name == "present" || name == "code" || name.lowercased().hasSuffix("password") }
}
