import Base
import Web

/// The passkeys on `/profile/security`.
struct PasskeyList: Sendable {
  struct Line: Sendable {
    let name: String
    let added: ShownMoment
    let used: ShownMoment?
    let changeURL: SafeURL
  }

  let lines: [Line]
  let isEmpty: Bool
  let canAdd: Bool

  init(_ rows: [PasskeyRow], canAdd: Bool) {
    lines = rows.map { row in
      Line(
        name: row.name, added: ShownMoment(row.createdAt), used: row.usedAt.map { ShownMoment($0) },
        changeURL: SafeURL(path: "/profile/security/passkeys/", row.id))
    }
    isEmpty = rows.isEmpty
    self.canAdd = canAdd
  }
}

/// Where one is made: the element asks the authenticator with what stands in its attributes.
struct NewPasskeyPage: Page {
  static let template = "new-passkey"
  let title: String
  let origin: String
  let party: String
  let house: String
  let challenge: String
  let state: String
  let user: String
  let userName: String
  let displayName: String
  /// COSE numbers with blanks between them, and identities of credentials.
  let algorithms: String
  let known: String
  let name: Field

  init(
    _ challenge: PasskeyChallenge, _ sealed: String, _ party: RelyingParty, house: String, _ person: SignedIn, known rows: [PasskeyRow],
    browser: UserAgent, _ texts: Texts
  ) {
    title = texts["pages.passkeys.add"]
    origin = party.origin
    self.party = party.id
    self.house = house
    self.challenge = challenge.text
    state = sealed
    user = Base64URL.text(Accounts.userHandle(of: person.member.id))
    userName = person.email
    displayName = person.name
    algorithms = PasskeyKey.algorithms.map(String.init).joined(separator: " ")
    known = rows.map { Base64URL.text($0.credentialID) }.joined(separator: " ")
    let suggested =
      browser.browser.isEmpty || browser.system.isEmpty
      ? texts["pages.passkeys.one"] : texts["pages.passkeys.suggested", ["browser": browser.browser, "system": browser.system]]
    name = Field("name", label: texts["pages.passkeys.name"], value: suggested, hint: texts["pages.passkeys.nameHint"])
  }
}

struct PasskeyPage: Page {
  static let template = "passkey"
  let title: String
  let problem: String?
  let name: Field
  let present: Field?
  let actionURL: SafeURL
  let removeURL: SafeURL?

  init(_ row: PasskeyRow, asksPassword: Bool, _ refusal: Refusal?, _ texts: Texts) {
    title = row.name
    problem = refusal.map { texts[$0] }
    let errors = FieldErrors(refusal, texts)
    name = Field("name", label: texts["pages.passkeys.name"], value: row.name, errors: errors)
    present = asksPassword ? texts.presentPassword(errors) : nil
    actionURL = SafeURL(path: "/profile/security/passkeys/", row.id)
    removeURL = SafeURL("\(PasskeyRoutes.path)/\(row.id)/remove")
  }
}

extension Texts {
  func presentPassword(_ errors: FieldErrors) -> Field {
    Field(
      "present", label: self["pages.field.presentPassword"], type: "password", autocomplete: "current-password", errors: errors)
  }
}
