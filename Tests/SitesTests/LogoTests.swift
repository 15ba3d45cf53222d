import Base
import Foundation
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@testable import Sites

@Suite("Logos")
struct LogoTests {
  private func send(_ browser: Browser, _ site: Site, _ sample: String, from: String = House.base) async throws -> Browser.Answer {
    let body = try Samples.bytes(sample)
    return try await browser.ask(
      .post, "/admin/sites/\(site.id)/logo", [.origin: from, .accept: "application/json"], bytes: Array(body))
  }

  @Test(
    "E3: an administrator gives a site a logo, everybody gets it as a small PNG under an address of its own",
    arguments: Dialect.Engine.allCases)
  func set(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let ada = try house.browser("administrator")
      let answer = try await send(ada, site, "turned.jpg")
      #expect(answer.status == .ok)
      let address = try #require(try await house.sites.site(site.id)?.logo)
      #expect(answer.body == #"{"logo":"\#(address)"}"#)

      let logo = try await house.browser().get(address)
      #expect(logo.status == .ok && logo.headers[.contentType] == "image/png")
      #expect(logo.headers[.cacheControl]?.contains("immutable") == true)
      #expect(logo.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
      #expect(logo.headers[.xContentTypeOptions] == "nosniff")
      #expect(logo.headers[.crossOriginResourcePolicy] == "cross-origin")
      #expect(!logo.body.contains("SecretCamera"))

      let page = try await ada.get("/admin/sites/\(site.id)")
      #expect(page.body.contains(#"<img src="\#(address)" alt="">"#))
      let config = try await house.browser().get(
        "/api/v1/widget/\(site.key)/config", [.origin: "https://harbour.example"])
      #expect(config.body.contains(#""logo":"\#(House.base)\#(address)""#))
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.logoSet'") == 1)
    }
  }

  @Test("E3: another picture has another address, saving the site keeps it, removing takes it away", arguments: Dialect.Engine.allCases)
  func change(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour()
      let ada = try house.browser("administrator")
      _ = try await send(ada, site, "logo.webp")
      let first = try #require(try await house.sites.site(site.id)?.logo)
      _ = try await send(ada, site, "two.gif")
      var changed = try #require(try await house.sites.site(site.id))
      let second = try #require(changed.logo)
      #expect(first != second)
      #expect(try await ada.get(first).status == .notFound)

      changed.name = "Harbour & Co"
      try await house.sites.save(changed, by: nil, from: .console)
      #expect(try await house.sites.site(site.id)?.logo == second)

      _ = try await ada.get("/admin/sites/\(site.id)")
      let removed = try await ada.post("/admin/sites/\(site.id)/logo/remove", [])
      #expect(removed.location == "/admin/sites/\(site.id)?done=logoRemoved#logo")
      #expect(try await house.sites.site(site.id)?.logo == nil)
      #expect(try await ada.get(second).status == .notFound)
      #expect(try await ada.get("/admin/sites/\(site.id)").body.contains("<img") == false)
    }
  }

  @Test(
    "E46: what is no picture, a bomb or a damaged one is refused with its reason",
    arguments: [
      ("picture.svg", 415, "pictureTypeNotAllowed"), ("page.html", 415, "pictureTypeNotAllowed"),
      ("letter.pdf", 415, "pictureTypeNotAllowed"),
      ("bomb.png", 422, "pictureTooLarge"), ("damaged.png", 422, "pictureUnreadable"),
    ])
  func refused(_ sample: String, _ status: Int, _ reason: String) async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour()
      let answer = try await send(house.browser("administrator"), site, sample)
      #expect(answer.status.code == status && answer.body.contains("\"\(reason)\""), "\(answer)")
      #expect(try await house.sites.site(site.id)?.logo == nil)
    }
  }

  @Test("E3: only administrators set logos, from our own pages, of a site that there is")
  func rights() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour()
      for role in ["agent", "manager"] {
        #expect(try await send(house.browser(role), site, "logo.png").status == .forbidden)
      }
      #expect(try await send(house.browser(), site, "logo.png").status == .unauthorized)
      #expect(try await send(house.browser("administrator"), site, "logo.png", from: "https://evil.example").status == .forbidden)
      #expect(try await send(house.browser("administrator"), house.sites.draft(), "logo.png").status == .notFound)
      let tooLarge = try await house.browser("administrator").ask(
        .post, "/admin/sites/\(site.id)/logo", [.origin: House.base, .accept: "application/json"],
        bytes: [UInt8](repeating: 1, count: Sites.logoByteLimit + 1))
      #expect(tooLarge.status == .contentTooLarge)
    }
  }

  @Test("E3: an address that is none finds nothing", arguments: ["1", "1-a", "x-1.png", "1-2-3.png", "-.png", "..%2f1.png"])
  func noAddress(_ name: String) async throws {
    try await House.open(.sqlite) { house in
      let answer = try await house.browser().get("/logos/\(name)")
      #expect(answer.status == .notFound)
    }
  }
}
