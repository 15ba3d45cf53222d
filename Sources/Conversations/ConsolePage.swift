import Access
import HTTPTypes
import Hummingbird
import Web

/// The console: a page that is one element. It needs scripts and says so.
struct ConsolePage: Page {
  static let template = "console"
  let title: String
  let consoleURL: SafeURL?
  let textsHTML: SafeHTML
  let bootHTML: SafeHTML

  init(web: WebFront, language: Language, isAdministrator: Bool) {
    title = web.texts(language)["conversations.console.title"]
    consoleURL = web.bundle.assetAddress("console.js").flatMap(SafeURL.init)
    textsHTML = web.catalogue.json(of: "console", in: language)
    let admin = isAdministrator ? #","admin":"/admin/sites""# : ""
    bootHTML = SafeHTML(trusted: #"{"language":"\#(language.code)","direction":"\#(language.direction)"\#(admin)}"#)
  }
}

extension Conversations {
  func registerConsole(on routes: Routes) {
    routes.get("/console", .to(.read, .console)) { [web] request, context in
      let page = ConsolePage(web: web, language: context.language, isAdministrator: context.actor.may(.read, .administration))
      var answer = web.page(page, request, context)
      answer.headers[.contentSecurityPolicy] = web.previewPolicy
      return answer
    }
  }
}
