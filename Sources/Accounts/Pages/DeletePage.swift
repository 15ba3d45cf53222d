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
    let counts = [
      ("sessions", consequences.sessions), ("sites", consequences.sites), ("openChats", consequences.openChats),
      ("messages", consequences.messages),
    ]
    // What there is none of is no consequence.
    let counted = counts.filter { $0.1 > 0 }.map { texts.counted("pages.delete.\($0.0)", $0.1) }
    facts = [texts["pages.delete.person"]] + counted + [texts["pages.delete.audit"]]
    email = Field(
      "email", label: texts["pages.delete.typeAddress", ["address": account.email]], value: typed, autocomplete: "off",
      errors: FieldErrors(refusal, texts))
  }
}
