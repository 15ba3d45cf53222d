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

  init(web: WebFront, language: Language, isAdministrator: Bool, alerts: AlertWishes) {
    title = web.texts(language)["conversations.console.title"]
    consoleURL = web.bundle.assetAddress("console.js").flatMap(SafeURL.init)
    textsHTML = web.catalogue.json(of: "console", in: language)
    self.alerts = alerts.text
    alertIconURL = web.bundle.assetAddress("icon-alert.svg").flatMap(SafeURL.init)
    let admin = isAdministrator ? #","admin":"/admin/sites""# : ""
    bootHTML = SafeHTML(trusted: #"{"language":"\#(language.code)","direction":"\#(language.direction)"\#(admin)}"#)
  }
}

extension Conversations {
  func registerConsole(on routes: Routes) {
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
