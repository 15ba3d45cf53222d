import Access
import HTTPTypes
import Hummingbird
import Web

/// What makes the console an app of a telephone: how it is called and drawn there, and the page that opens without a connection.
extension Conversations {
  func registerConsoleApp(on routes: Routes) {
    // Made for nobody, because a browser keeps it: it holds the texts and where the scripts are.
    routes.get("/console/shell", .to(.read, .publicPage)) { [web] request, context in
      let page = ConsolePage(shellFor: context.language, web: web)
      return web.page(page, request, context)
    }
    routes.get("/manifest.webmanifest", .to(.read, .publicPage), limit: .assets) { [web] _, context in
      var answer = Response.json(AppManifest(web: web, language: context.language))
      answer.headers[.contentType] = "application/manifest+json"
      return answer
    }
  }
}

/// The Web Application Manifest, of which these members are used.
private struct AppManifest: Encodable {
  struct Icon: Encodable {
    let src: String
    let sizes: String
    let type: String
    let purpose: String
  }

  let id = "/console"
  let name: String
  let shortName: String
  let startPath = "/console"
  let scope = "/"
  let display = "standalone"
  let lang: String
  let dir: String
  let themeColour = "#0f766e"
  let backgroundColour = "#fafdfc"
  let icons: [Icon]

  enum CodingKeys: String, CodingKey {
    case id, name, scope, display, lang, dir, icons
    case shortName = "short_name"
    case startPath = "start_url"
    case themeColour = "theme_color"
    case backgroundColour = "background_color"
  }

  init(web: WebFront, language: Language) {
    name = web.texts(language)["pages.layout.product"]
    shortName = name
    lang = language.code
    dir = language.direction
    let drawn: [(name: String, sizes: String, type: String, purpose: String)] = [
      ("icon.svg", "any", "image/svg+xml", "any"), ("icon-192.png", "192x192", "image/png", "any"),
      ("icon-512.png", "512x512", "image/png", "any"), ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
    ]
    icons = drawn.compactMap { icon in
      web.bundle.assetAddress(icon.name).map { Icon(src: $0, sizes: icon.sizes, type: icon.type, purpose: icon.purpose) }
    }
  }
}
