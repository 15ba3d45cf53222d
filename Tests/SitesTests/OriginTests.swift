import Base
import Testing

@testable import Sites

@Suite struct OriginTests {
  @Test(
    "E3: an allowed origin is a scheme, a host and perhaps a port, in whichever case it was typed",
    arguments: [
      ("https://harbour.example", "https://harbour.example"), ("HTTPS://Harbour.Example", "https://harbour.example"),
      ("https://harbour.example:443", "https://harbour.example"), ("http://harbour.example:80", "http://harbour.example"),
      ("https://harbour.example:8443", "https://harbour.example:8443"), ("http://harbour.localhost:8080", "http://harbour.localhost:8080"),
      ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://[::1]:8080", "http://[::1]:8080"),
      ("https://xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"),
    ])
  func accepted(text: String, origin: String) {
    #expect(Origin(text)?.description == origin)
  }

  @Test(
    "E3: what is no single website is no origin",
    arguments: [
      "null", "", "*", "https://*.example", "harbour.example", "https://harbour.example/", "https://harbour.example/shop",
      "https://harbour.example?x", "https://ada@harbour.example", "https://harbour.example:", "https://harbour.example:0",
      "https://harbour.example:99999", "https://harbour.example:080", "file:///tmp", "javascript://x", "https://", "https://-a.example",
      "https://münchen.example", "https://harbour .example", "https://harbour..example", "https://[::1", "https://[::1]x",
    ])
  func refused(text: String) {
    #expect(Origin(text) == nil)
  }

  @Test("E3: a site answers the pages of its own list, and nobody else")
  func allows() {
    let site = Site(
      id: SiteID(rawValue: 1), name: "Harbour", domain: "harbour.example", origins: ["https://harbour.example"].compactMap(Origin.init),
      createdAt: House.noon)
    #expect(site.allows(origin: "https://harbour.example"))
    #expect(site.allows(origin: "https://HARBOUR.example"))
    for origin in ["http://harbour.example", "https://harbour.example.evil.example", "https://a.harbour.example", "null", ""] {
      #expect(!site.allows(origin: origin), "\(origin)")
    }
    #expect(!site.allows(origin: nil))
  }

  @Test("E8: a page is one of the site's own, and only its address is kept, not the place inside it")
  func pages() throws {
    let site = Site(
      id: SiteID(rawValue: 1), name: "Harbour", domain: "harbour.example", origins: ["https://harbour.example"].compactMap(Origin.init),
      createdAt: House.noon)
    func url(_ text: String) throws -> String { try site.page(url: text, title: "", at: House.noon).url }
    #expect(try url("https://harbour.example/prices?from=mail#offer") == "https://harbour.example/prices?from=mail")
    #expect(try url("https://harbour.example/#access_token=1") == "https://harbour.example/")
    #expect(try url("https://harbour.example/#/prices") == "https://harbour.example/#/prices")
    let long = "https://harbour.example/?q=" + String(repeating: "a", count: 3_000)
    #expect(try url(long).count == SeenPage.addressLimit)
    #expect(try site.page(url: "https://harbour.example", title: " Prices\n", at: House.noon).title == "Prices")
    for foreign in [
      "https://evil.example/", "javascript:alert(1)", "data:text/html,x", "https://harbour.example@evil.example/", "ftp://harbour.example/",
      "https://harbour.example /", "",
    ] {
      #expect(throws: Refusal(.notUnderstood), "\(foreign)") { try url(foreign) }
    }
    #expect(throws: Refusal(.textHasNull)) { try url("https://harbour.example/\0") }
  }
}
