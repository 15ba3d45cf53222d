import Access
import Base
import Web

/// The form for one person, new or known.
struct PersonEditor: Sendable {
  func draft(_ form: Form, language: Language) -> AccountDraft {
    AccountDraft(
      name: form["name"], email: form["email"], pseudonym: form["pseudonym"], avatar: form.avatar,
      roles: Set(form.all("roles").compactMap(Role.init)), language: language)
  }

  /// What a new person can be chosen to be instead of any role.
  static let customer = "customer"

  /// - Parameter isCustomer: this was chosen for a new person.
  func page(
    _ account: Account?, _ draft: AccountDraft, _ refusal: Refusal?, isSaved: Bool = false, isCustomer: Bool = false, _ texts: Texts
  ) -> PersonPage {
    let errors = FieldErrors(refusal, texts)
    let customer = PersonPage.RoleChoice(
      value: Self.customer, label: texts["pages.role.customer"], hint: texts["pages.roleHint.customer"], isChosen: isCustomer)
    return PersonPage(
      title: account?.name ?? texts["pages.person.new"], problem: refusal.map { texts[$0] },
      notice: isSaved ? texts["pages.form.saved"] : nil,
      actionURL: account.map { SafeURL(path: "/admin/agents/", $0.id) } ?? SafeURL(path: "/admin/agents"),
      personName: Field("name", label: texts["pages.field.personName"], value: draft.name, autocomplete: "off", errors: errors),
      email: Field("email", label: texts["pages.field.email"], type: "email", value: draft.email, autocomplete: "off", errors: errors),
      pseudonym: Field(
        "pseudonym", label: texts["pages.field.pseudonym"], value: draft.pseudonym, isRequired: false,
        hint: texts["pages.field.pseudonymHint"], autocomplete: "off", errors: errors),
      avatars: texts.avatars(chosen: draft.avatar),
      roles: Role.allCases.map { role in
        PersonPage.RoleChoice(
          value: role.rawValue, label: texts.name(of: role), hint: texts["pages.roleHint.\(role.rawValue)"],
          isChosen: draft.roles.contains(role))
      } + (account == nil ? [customer] : []),
      rolesError: errors["roles"],
      known: account.map {
        PersonPage.Known(
          id: $0.id, isActive: $0.active, isInvited: $0.isInvited, hasSecondStep: $0.hasSecondStep, isReachable: !$0.roles.isEmpty,
          auditURL: SafeURL("/admin/audit?account=\($0.id)"))
      })
  }
}

struct PersonPage: Page {
  struct RoleChoice: Sendable {
    let value: String
    let label: String
    let hint: String
    let isChosen: Bool
  }

  /// What can be done to an account that exists.
  struct Known: Sendable {
    let id: AccountID
    let isActive: Bool
    let isInvited: Bool
    let hasSecondStep: Bool
    /// Answers others: a page says by what they can be reached.
    let isReachable: Bool
    let auditURL: SafeURL?
  }

  static let template = "person"
  let title: String
  let problem: String?
  let notice: String?
  let actionURL: SafeURL
  let personName: Field
  let email: Field
  let pseudonym: Field
  let avatars: [Choice]
  let roles: [RoleChoice]
  let rolesError: String?
  let known: Known?
}
