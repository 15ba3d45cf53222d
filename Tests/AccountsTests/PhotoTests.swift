import Accounts
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@Suite("Photos")
struct PhotoTests {
  private static func send(_ browser: Browser, _ bytes: [UInt8], from: String = "http://localhost:8080") async throws -> Browser.Answer {
    try await browser.ask(.post, "/profile/photo", [.origin: from, .accept: "application/json"], bytes: bytes)
  }

  private static func send(_ browser: Browser, _ sample: String) async throws -> Browser.Answer {
    try await send(browser, Array(try Samples.bytes(sample)))
  }

  @Test(
    "B3c, B7: somebody gives themselves a photo, small and without what the camera wrote, and takes it away again", arguments: House.engines
  )
  func own(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let clara = try await house.signedIn("clara@example.com")
      let answer = try await Self.send(clara, "turned.jpg")
      #expect(answer.status == .ok, "\(answer.body)")
      let address = try #require(try await house.accounts.account(id)?.photo)
      #expect(answer.body == #"{"photo":"\#(address)"}"#)
      let photo = try await house.browser().get(address)
      #expect(photo.status == .ok && photo.headers[.contentType] == "image/png" && !photo.body.contains("SecretCamera"))
      #expect(photo.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
      let page = try await clara.get("/profile").body
      #expect(page.components(separatedBy: "src=\"\(address)\"").count == 3, "in the head of the page, and in its card")

      _ = try await Self.send(clara, "logo.webp")
      let next = try #require(try await house.accounts.account(id)?.photo)
      #expect(next != address)
      #expect(try await house.browser().get(address).status == .notFound, "an address is of one picture")
      #expect(try await clara.post("/profile/photo/remove", []).location == "/profile?saved=yes")
      #expect(try await house.accounts.account(id)?.photo == nil)
      #expect(try await house.browser().get(next).status == .notFound)
      #expect(try await !clara.get("/profile").body.contains("/photos/"))
      let deeds = try await house.deeds()
      #expect(deeds.filter { $0.hasPrefix("account.photo") } == ["account.photoSet", "account.photoSet", "account.photoRemoved"])
    }
  }

  @Test("B7: the photo is a piece of the profile, shown to whom it was opened", arguments: House.engines)
  func piece(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let clara = try await house.signedIn("clara@example.com")
      _ = try await Self.send(clara, "logo.png")
      let address = try #require(try await house.accounts.account(id)?.photo)
      for (audience, isShown) in [("everybody", true), ("signedIn", false), ("nobody", false)] {
        _ = try await clara.get("/profile/about")
        let saved = try await clara.post(
          "/profile/about", [("isPublic", "yes"), ("see-name", "everybody"), ("see-photo", audience)])
        #expect(saved.location == "/profile/about?saved=yes")
        let stranger = try await house.browser().get("/people/\(id)").body
        #expect(stranger.contains(address) == isShown, "\(audience)")
      }
    }
  }

  @Test(
    "B3c: what is no picture, a bomb or a damaged one is refused with its reason",
    arguments: [
      ("picture.svg", 415, "pictureTypeNotAllowed"), ("page.html", 415, "pictureTypeNotAllowed"),
      ("letter.pdf", 415, "pictureTypeNotAllowed"),
      ("bomb.png", 422, "pictureTooLarge"), ("damaged.png", 422, "pictureUnreadable"),
    ])
  func refused(_ sample: String, _ status: Int, _ reason: String) async throws {
    try await House.open(.sqlite) { house in
      let id = try await house.resident("Clara", email: "clara@example.com")
      let answer = try await Self.send(house.signedIn("clara@example.com"), sample)
      #expect(answer.status.code == status && answer.body.contains("\"\(reason)\""), "\(answer)")
      #expect(try await house.accounts.account(id)?.photo == nil)
    }
  }

  @Test("B3c: nobody but oneself sets a photo, from our own pages, of ten megabytes at most")
  func rights() async throws {
    try await House.open(.sqlite) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let clara = try await house.signedIn("clara@example.com")
      #expect(try await Self.send(house.browser(), "logo.png").status == .unauthorized)
      let png = Array(try Samples.bytes("logo.png"))
      #expect(try await Self.send(clara, png, from: "https://evil.example").status == .forbidden)
      #expect(try await Self.send(clara, [UInt8](repeating: 1, count: (10 << 20) + 1)).status == .contentTooLarge)
      for name in ["1", "1-a", "x-1.png", "1-2-3.png", "-.png", "..%2f1.png"] {
        #expect(try await house.browser().get("/photos/\(name)").status == .notFound)
      }
    }
  }
}
