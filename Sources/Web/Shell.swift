import Access
import Base

/// What stands around every page: language, styles, who is signed in and where they can go.
public struct Shell: Sendable {
  let formKey: FormKey
  let surroundings: Surroundings

  public init(web: WebFront, context: WebContext, path: String) {
    formKey = context.formKey
    surroundings = Surroundings(web: web, context: context, path: path)
  }
}

struct Surroundings: Sendable {
  struct Choice: Sendable {
    let code: String
    let name: String
    let isCurrent: Bool
  }

  struct You: Sendable {
    let name: String
    let email: String
    let avatar: String
    let photoURL: SafeURL?
    let status: String
    let statusText: String
    let isAdministrator: Bool
    let isTeam: Bool
    let isExpert: Bool
    /// Reads who paid whom, and has no other pages of money.
    let isOverseer: Bool
    let erasure: ShownMoment?
    let isTrial: Bool
    /// Nil when nothing is unread.
    let unread: String?
    /// Nil when no alert is open, and for who is no administrator.
    let alerts: String?
    /// The same in words, on the front page of the administration.
    let alertsText: String?
  }

  let language: String
  let direction: String
  let stylesheetURL: SafeURL?
  let scriptURL: SafeURL?
  let iconURL: SafeURL?
  let languages: [Choice]
  let you: You?
  let isOnSites: Bool
  let isOnAgents: Bool
  let isOnPrivacy: Bool
  let isOnPayments: Bool
  let isOnAlerts: Bool

  init(web: WebFront, context: WebContext, path: String) {
    let texts = web.texts(context.language)
    language = context.language.code
    direction = context.language.direction
    let manifest = web.bundle.manifest
    stylesheetURL = manifest["app.css"].flatMap(SafeURL.init)
    scriptURL = manifest["pages.js"].flatMap(SafeURL.init)
    iconURL = manifest["icon.svg"].flatMap(SafeURL.init)
    languages = Language.allCases.map { Choice(code: $0.code, name: $0.ownName, isCurrent: $0 == context.language) }
    // The page about it says it in its own words.
    let isAboutIt = path.hasPrefix("/profile/privacy")
    you = context.signedIn.map { person in
      You(
        name: person.name, email: person.email, avatar: person.avatar, photoURL: person.photo.flatMap(SafeURL.init), status: person.status,
        statusText: texts["pages.status.\(person.status)"], isAdministrator: context.actor.may(.read, .administration),
        isTeam: context.actor.may(.read, .console), isExpert: person.member.roles.contains(.expert),
        isOverseer: context.actor.may(.read, .deals) && !context.actor.may(.read, .administration),
        erasure: isAboutIt ? nil : person.erasesAt.map { ShownMoment($0) }, isTrial: person.isTrial,
        unread: person.unreadNotices == 0 ? nil : String(person.unreadNotices),
        alerts: person.openAlerts == 0 ? nil : String(person.openAlerts),
        alertsText: person.openAlerts > 0 && path == "/admin" ? texts.counted("operations.alerts.open", Int(person.openAlerts)) : nil)
    }
    isOnSites = path.hasPrefix("/admin/sites")
    isOnAgents = path.hasPrefix("/admin/agents")
    isOnPrivacy = path.hasPrefix("/admin/privacy")
    isOnAlerts = path.hasPrefix("/admin/alerts")
    isOnPayments = ["payments", "money", "deals", "packs", "offers", "codes", "customers", "rates", "exclusions", "payouts", "reports"]
      .contains {
        path.hasPrefix("/admin/\($0)")
      }
  }
}
