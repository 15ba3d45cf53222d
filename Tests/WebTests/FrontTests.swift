import Access
import Base
import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Web

/// What every request meets before a handler, told with routes of this test alone.
@Suite struct FrontTests {
  struct Broken: Error {}

  /// A page that shows what somebody typed.
  struct Echo: Page {
    static let template = "problem"
    let title: String
    let code = "1"
    let heading: String
    let text = "text"
    let request: String? = nil
    let canSignIn = false
  }

  static let clara = SignedIn(
    member: Access.Actor.Member(id: AccountID(rawValue: 3), roles: [.agent], sites: []), name: "Clara", email: "clara@example.com",
    avatar: "fern", status: "online", language: .french, sessionDigest: [1])

  static func routes(_ web: WebFront) -> Routes {
    let routes = Routes(web: web) { $0 == .session("known") ? clara : nil }
    routes.get("/open", .to(.read, .publicPage)) { request, context in
      web.page(Echo(title: "Open", heading: try Form(query: request)["say"]), request, context)
    }
    routes.get("/broken", .to(.read, .publicPage)) { _, _ in throw Broken() }
    routes.get("/api/broken", .to(.read, .publicPage)) { _, _ in throw Broken() }
    routes.get("/admin/secret", .to(.read, .administration)) { _, _ in Response.json(["open": true]) }
    routes.get("/desk", .ownDesk) { request, context in web.page(FormPage(title: context.language.code), request, context) }
    routes.get("/form", .to(.read, .publicPage)) { request, context in web.page(FormPage(title: "Form"), request, context) }
    routes.form("/form", .to(.write, .publicPage)) { form, _, context in Response.json(["said": form["say"], "from": context.address.text])
    }
    routes.on(.post, "/api/refused", .to(.write, .publicPage)) { _, _ in
      throw Refusal(.formInvalid, fields: ["email": .emailInvalid], retryAfterSeconds: 7)
    }
    StaticFiles(bundle: web.bundle).register(on: routes)
    return routes
  }

  struct FormPage: Page {
    static let template = "form-token"
    let title: String
  }

  @Test("E77, E79a: every answer forbids inline code, foreign code and framing")
  func policy() async throws {
    let browser = Browser(Self.routes(try Checkout.web()))
    for path in ["/open", "/nowhere", "/broken", "/api/broken", "/form"] {
      let answer = try await browser.get(path)
      let policy = try #require(answer.headers[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'"))
      #expect(policy.contains("frame-ancestors 'none'"))
      #expect(!policy.contains("unsafe"))
      #expect(answer.headers[.xContentTypeOptions] == "nosniff")
      #expect(answer.headers[.referrerPolicy] == "same-origin")
      #expect(answer.headers[.crossOriginOpenerPolicy] == "same-origin")
    }
  }

  @Test("E77: what somebody typed is shown as text, never as markup")
  func escaping() async throws {
    let browser = Browser(Self.routes(try Checkout.web()))
    let answer = try await browser.get("/open?say=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%26")
    #expect(answer.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!answer.body.contains("<script>alert"))
    #expect(!answer.body.contains("\"'&</h1>"))
  }

  @Test("E76: a form is refused without the token that was put into it, and with another browser's")
  func formToken() async throws {
    let routes = Self.routes(try Checkout.web())
    let browser = Browser(routes)
    #expect(try await browser.post("/form", [("say", "hello")]).status == .forbidden)
    _ = try await browser.get("/form")
    #expect(try await browser.post("/form", [("say", "hello")]).status == .ok)
    let stranger = Browser(routes)
    _ = try await stranger.get("/form")
    let foreign = try await browser.post("/form", [("say", "hello")], token: stranger.formToken)
    #expect(foreign.status == .forbidden)
    #expect(foreign.body.contains("This form was open for too long"))
  }

  @Test("E76: a form from another website is refused even with the right token")
  func originCheck() async throws {
    let browser = Browser(Self.routes(try Checkout.web()))
    _ = try await browser.get("/form")
    for origin in ["https://evil.example", "null", "http://localhost:8081", "http://localhost:8080.evil.example"] {
      #expect(try await browser.post("/form", [], from: origin).status == .forbidden)
    }
    let silent = try await browser.ask(.post, "/form", [.contentType: "application/x-www-form-urlencoded"], body: "")
    #expect(silent.status == .forbidden)
  }

  @Test("E76: a page without a form sets no cookie")
  func noCookie() async throws {
    let browser = Browser(Self.routes(try Checkout.web()))
    _ = try await browser.get("/open")
    #expect(browser.cookies.isEmpty)
    _ = try await browser.get("/form")
    #expect(browser.cookies.keys.sorted() == ["parley-form"])
  }

  @Test("E76, B5c: on https every cookie belongs to this host alone")
  func secureCookies() async throws {
    let browser = Browser(Self.routes(try Checkout.web(base: "https://chat.example")), origin: "https://chat.example")
    let answer = try await browser.get("/form")
    let cookie = try #require(answer.headers[.setCookie])
    #expect(cookie.hasPrefix("__Host-parley-form="))
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(part)) }
    #expect(answer.headers[.strictTransportSecurity] != nil)
  }

  @Test("E88b: who is signed out is sent to sign in and back, who may not gets a page that says so")
  func door() async throws {
    let browser = Browser(Self.routes(try Checkout.web()))
    let sent = try await browser.get("/admin/secret?page=2")
    #expect(sent.status == .seeOther)
    #expect(sent.location == "/sign-in?next=/admin/secret%3Fpage%3D2")
    browser.cookies["parley"] = "known"
    let refused = try await browser.get("/admin/secret")
    #expect(refused.status == .forbidden)
    #expect(refused.body.contains("<h1>Cet accès ne vous est pas ouvert</h1>"))
    browser.cookies["parley"] = "unknown"
    #expect(try await browser.get("/desk").status == .seeOther)
  }

  @Test("E77: one typed error is a page for a browser and JSON for a program")
  func problems() async throws {
    let browser = Browser(Self.routes(try Checkout.web()))
    let page = try await browser.get("/nowhere")
    #expect(page.status == .notFound)
    #expect(page.headers[.contentType] == "text/html; charset=utf-8")
    #expect(page.body.contains("This page does not exist"))
    let json = try await browser.ask(.post, "/api/refused", [.origin: "http://localhost:8080"], body: "")
    #expect(json.status == .unprocessableContent)
    #expect(json.headers[.retryAfter] == "7")
    #expect(json.body.contains(#""reason":"formInvalid""#))
    #expect(json.body.contains(#""fields":{"email":"Please give an address like name@example.com."}"#))
    #expect(try await browser.get("/api/nowhere").body.contains(#""reason":"notFound""#))
  }

  @Test("E77: a defect shows the number of the request and nothing of its cause")
  func defect() async throws {
    let browser = Browser(Self.routes(try Checkout.web()))
    for path in ["/broken", "/api/broken"] {
      let answer = try await browser.get(path)
      #expect(answer.status == .internalServerError)
      #expect(answer.body.contains("0123456789abcdef"))
      #expect(!answer.body.contains("Broken"))
    }
  }

  @Test("P11: the language is the one chosen now, then the browser's cookie, then the account's, then the browser's wish")
  func language() async throws {
    let browser = Browser(Self.routes(try Checkout.web()))
    browser.languages = "it-IT,it;q=0.9,en;q=0.5"
    #expect(try await browser.get("/nowhere").body.contains(#"<html lang="it" dir="ltr">"#))
    browser.cookies["parley"] = "known"
    #expect(try await browser.get("/nowhere").body.contains(#"<html lang="fr""#))
    #expect(try await browser.get("/open?language=ar").body.contains(#"<html lang="ar" dir="rtl">"#))
    #expect(try await browser.get("/nowhere").body.contains(#"<html lang="ar""#))
  }

  @Test("E78a: who is too fast is told when to come again")
  func limited() async throws {
    var limits = Limits()
    limits[.signedOut, .pages] = Limits.Rate(2)
    let clock = WallClock.fixed(at: Checkout.noon)
    let browser = Browser(Self.routes(try Checkout.web(limits: limits, clock: clock)))
    #expect(try await browser.get("/open").status == .ok)
    #expect(try await browser.get("/open").status == .ok)
    let refused = try await browser.get("/open")
    #expect(refused.status == .tooManyRequests)
    #expect(refused.headers[.retryAfter] == "30")
    clock.advance(milliseconds: 30_000)
    #expect(try await browser.get("/open").status == .ok)
  }

  @Test("E78a: only a trusted proxy may say on whose behalf it asks")
  func proxies() async throws {
    for (trusted, expected) in [([], "192.0.2.7"), (["192.0.2.0/24"], "203.0.113.9")] {
      let browser = Browser(Self.routes(try Checkout.web(trusting: trusted)))
      _ = try await browser.get("/form")
      let fields: HTTPFields = [
        .forwardedFor: "198.51.100.1, 203.0.113.9", .origin: "http://localhost:8080", .contentType: "application/x-www-form-urlencoded",
      ]
      let answer = try await browser.ask(.post, "/form", fields, body: "form_token=\(browser.formToken ?? "")")
      #expect(answer.body.contains("\"from\":\"\(expected)\""))
    }
  }

  @Test("E88b: every route of the router stands in the table of what it needs")
  func table() throws {
    let routes = Self.routes(try Checkout.web())
    #expect(routes.undeclared.isEmpty)
    routes.router.get("/smuggled") { _, _ in "hello" }
    #expect(routes.undeclared == ["GET /smuggled"])
  }
}
