import Base
import Web

/// `/admin/agents/{id}/delete`: what goes and what stays, before it is done.
struct DeletePage: Page {
  static let template = "delete"
  let title: String
  let personName: String
  let personURL: SafeURL
  let actionURL: SafeURL?
  let problem: String?
  let facts: [String]
  let email: Field

  init(_ account: Account, _ consequences: Accounts.Consequences, typed: String = "", _ refusal: Refusal? = nil, _ texts: Texts) {
    title = texts["pages.delete.title", ["name": account.name]]
    personName = account.name
    personURL = SafeURL(path: "/admin/agents/", account.id)
    actionURL = SafeURL("/admin/agents/\(account.id)/delete")
    problem = refusal.map { texts[$0] }
    facts = [
      texts["pages.delete.person"], texts.counted("pages.delete.sessions", consequences.sessions),
      texts.counted("pages.delete.sites", consequences.sites), texts.counted("pages.delete.openChats", consequences.openChats),
      texts.counted("pages.delete.messages", consequences.messages), texts["pages.delete.audit"],
    ]
    email = Field(
      "email", label: texts["pages.delete.typeAddress", ["address": account.email]], value: typed, autocomplete: "off",
      errors: FieldErrors(refusal, texts))
  }
}
