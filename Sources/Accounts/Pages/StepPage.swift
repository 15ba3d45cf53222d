import Base
import Hummingbird
import Web

/// One step on the way into an account: a few words, a few fields, one button.
struct StepPage: Page {
  struct Link: Sendable {
    let linkURL: SafeURL
    let label: String
  }

  static let template = "step"
  let title: String
  let text: String
  var problem: String?
  /// What the form answers to; the page's own address when nil.
  var actionURL: SafeURL?
  var fields: [Field] = []
  var bio: Field?
  /// Nil for a page that only tells something.
  var submit: String?
  var providers: [ProviderLink] = []
  /// Other ways from here.
  var links: [Link] = []
}

extension WebFront {
  /// Shows a step, with the status and the waiting time of what was refused.
  func step(_ step: StepPage, _ refusal: Refusal? = nil, _ request: Request, _ context: WebContext) -> Response {
    var response = page(step, request, context, status: refusal?.reason.status ?? .ok)
    if let seconds = refusal?.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
    return response
  }
}

extension Texts {
  /// A field for a password that is chosen now.
  func newPassword(_ errors: FieldErrors, label: String = "pages.field.password") -> Field {
    Field(
      "password", label: self[label], type: "password", hint: self["pages.field.passwordHint"], autocomplete: "new-password", errors: errors
    )
  }

  func address(_ value: String, _ errors: FieldErrors, label: String = "pages.field.email") -> Field {
    Field("email", label: self[label], type: "email", value: value, autocomplete: "email", errors: errors)
  }
}
