import Access
import Base
import HTTPTypes
import Hummingbird
import Notifications
import Store
import Web

/// The console: a page that is one element. It needs scripts and says so.
struct ConsolePage: Page {
  static let template = "console"
  let title: String
  let consoleURL: SafeURL?
  let textsHTML: SafeHTML
  let bootHTML: SafeHTML
  /// What calls the reader, and the icon that does.
  let alerts: String
  let alertIconURL: SafeURL?
  let touchIconURL: SafeURL?
  /// Whether it is kept by a browser for when there is no connection: then it is nobody's.
  let isShell: Bool

  init(web: WebFront, language: Language, isAdministrator: Bool, alerts: AlertWishes) {
    let admin = isAdministrator ? #","admin":"/admin/sites""# : ""
    self.init(web: web, language: language, alerts: alerts.text, more: admin, isShell: false)
  }

  init(shellFor language: Language, web: WebFront) {
    self.init(web: web, language: language, alerts: "", more: #","shell":true"#, isShell: true)
  }

  private init(web: WebFront, language: Language, alerts: String, more: String, isShell: Bool) {
    title = web.texts(language)["conversations.console.title"]
    consoleURL = web.bundle.assetAddress("console.js").flatMap(SafeURL.init)
    textsHTML = web.catalogue.json(of: "console", in: language)
    self.alerts = alerts
    self.isShell = isShell
    alertIconURL = web.bundle.assetAddress("icon-alert.svg").flatMap(SafeURL.init)
    touchIconURL = web.bundle.assetAddress("icon-180.png").flatMap(SafeURL.init)
    bootHTML = SafeHTML(trusted: #"{"language":"\#(language.code)","direction":"\#(language.direction)"\#(more)}"#)
  }
}

extension Conversations {
  func registerConsole(on routes: Routes) {
    registerConsoleApp(on: routes)
    routes.get("/console", .to(.read, .console)) { [web, store] request, context in
      guard let account = context.signedIn?.member.id else { throw Refusal(.signInNeeded) }
      let alerts = try await store.read { try $0.alertWishes(of: account) }
      let page = ConsolePage(
        web: web, language: context.language, isAdministrator: context.actor.may(.read, .administration), alerts: alerts)
      var answer = web.page(page, request, context)
      answer.headers[.contentSecurityPolicy] = web.previewPolicy
      return answer
    }
  }
}
