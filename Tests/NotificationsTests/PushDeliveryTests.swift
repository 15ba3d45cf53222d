import Base
import Crypto
import Foundation
import NIOCore
import Sites
import Store
import TestKit
import Testing

@testable import Notifications

/// Pushes from the house to a push service, as a browser of somebody who looks elsewhere gets them.
@Suite("Pushes, from the house to the browser")
struct PushDeliveryTests {
  private static let noon = Moment(milliseconds: 1_795_262_400_000)

  @Test(
    "E30, E35, B68: who waits is pushed to the browser that subscribed, sealed for it alone and signed by the house",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func delivery(_ engine: Dialect.Engine) async throws {
    try await Self.scene(engine) { scene in
      #expect(try await scene.subscribe() == 204)
      try await scene.knock("Ada Moreau")
      let push = try #require(try await scene.service.pushes(1).first)
      let words = try scene.browser.read(push)
      #expect(words["title"]?.string == "New visitor: Ada Moreau" && words["body"]?.string?.contains("Harbour Essays") == true)
      #expect(words["path"]?.string?.hasPrefix("/console#") == true && words["language"] == "en" && words["direction"] == "ltr")
      #expect(push.headers["content-encoding"] == "aes128gcm" && push.headers["ttl"] == "600" && push.headers["urgency"] == "high")
      #expect(push.headers["topic"]?.wholeMatch(of: /[\w-]{32}/) != nil)
      let parts = try #require(push.headers["authorization"]?.firstMatch(of: /^vapid t=(.+)\.(.+)\.(.+), k=(.+)$/)?.output)
      let key = try await scene.get("/api/v1/push/key")["key"]?.string
      #expect(String(parts.4) == key)
      let signer = try P256.Signing.PublicKey(x963Representation: try #require(Base64URL.bytes(String(parts.4))))
      let signature = try P256.Signing.ECDSASignature(rawRepresentation: try #require(Base64URL.bytes(String(parts.3))))
      #expect(signer.isValidSignature(signature, for: Data("\(parts.1).\(parts.2)".utf8)))
      let claims = try JSON(parsing: String(decoding: try #require(Base64URL.bytes(String(parts.2))), as: UTF8.self))
      #expect(claims["aud"]?.string == "http://127.0.0.1:\(scene.service.port)", "for this push service and no other")
      try await Task.sleep(for: .milliseconds(500))
      #expect(scene.service.pushes.count == 1, "once")
    }
  }

  @Test("E35: a subscription of which the push service says that it is gone is asked no more", arguments: [404, 410])
  func gone(_ status: Int) async throws {
    try await Self.scene { scene in
      #expect(try await scene.subscribe() == 204)
      scene.service.answer(.init(status: status))
      try await scene.knock("Ada Moreau")
      #expect(try await scene.service.pushes(1).count == 1)
      try await scene.subscriptions(become: 0)
      try await scene.knock("Bo Lund")
      try await Task.sleep(for: .milliseconds(500))
      #expect(scene.service.pushes.count == 1)
    }
  }

  @Test(
    "E35: a push that the service cannot take yet comes again, not before the service wants it",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func later(_ engine: Dialect.Engine) async throws {
    try await Self.scene(engine) { scene in
      #expect(try await scene.subscribe() == 204)
      scene.service.answer(.init(status: 429, headers: ["Retry-After": "120"]), .init(status: 502))
      try await scene.knock("Ada Moreau")
      #expect(try await scene.service.pushes(1).count == 1)
      try await Task.sleep(for: .milliseconds(300))
      scene.clock.advance(milliseconds: 90_000)
      try await Task.sleep(for: .milliseconds(500))
      #expect(scene.service.pushes.count == 1, "not before it may")
      scene.clock.advance(milliseconds: 40_000)
      #expect(try await scene.service.pushes(2).count == 2)
      try await Task.sleep(for: .milliseconds(300))
      scene.clock.advance(milliseconds: 60_000)
      let pushes = try await scene.service.pushes(3)
      #expect(pushes.count == 3)
      #expect(try scene.browser.read(try #require(pushes.last))["title"]?.string == "New visitor: Ada Moreau")
      #expect(try await scene.subscriptions == 1)
    }
  }

  @Test("E35: what the push service refuses for good is not tried again")
  func refused() async throws {
    try await Self.scene { scene in
      #expect(try await scene.subscribe() == 204)
      scene.service.answer(.init(status: 403))
      try await scene.knock("Ada Moreau")
      #expect(try await scene.service.pushes(1).count == 1)
      try await Task.sleep(for: .milliseconds(300))
      scene.clock.advance(milliseconds: 3_600_000)
      try await Task.sleep(for: .milliseconds(500))
      #expect(scene.service.pushes.count == 1)
    }
  }

  @Test(
    "E4, E35: pushes end with the session in which they were asked for, and go on in another browser",
    arguments: [Dialect.Engine.sqlite, .postgres])
  func signOut(_ engine: Dialect.Engine) async throws {
    try await Self.scene(engine) { scene in
      let phone = SubscribedBrowser(at: scene.service, "phone")
      let other = try await scene.house.program.accounts.startSession(for: scene.clara.id, from: .console)
      #expect(try await scene.subscribe() == 204)
      #expect(try await scene.subscribe(phone, cookie: "parley=\(other)") == 204)
      let person = try #require(try await scene.house.program.accounts.recognise(scene.clara.token))
      try await scene.house.program.accounts.signOut(person, from: .console)
      #expect(try await scene.subscriptions == 1)
      try await scene.knock("Ada Moreau")
      try await Task.sleep(for: .milliseconds(500))
      #expect(try await scene.service.pushes(1).map(\.path) == ["/push/phone"])
    }
  }

  @Test("E35: a browser whose session has run out is sent nothing")
  func runOut() async throws {
    try await Self.scene { scene in
      #expect(try await scene.subscribe() == 204)
      try await scene.house.program.store.write { try $0.run("UPDATE sessions SET expires_at = $1", Self.noon) }
      try await scene.knock("Ada Moreau")
      try await Task.sleep(for: .milliseconds(500))
      #expect(scene.service.pushes.isEmpty)
    }
  }

  @Test("E35: one browser belongs to whoever subscribed there last, and is let go by its own reader alone")
  func shared() async throws {
    try await Self.scene { scene in
      let bruno = try await scene.house.person("Bruno")
      #expect(try await scene.subscribe() == 204)
      let address: JSON = ["endpoint": .string(scene.browser.endpoint)]
      #expect(try await scene.post("/api/v1/push/forget", address, cookie: bruno.cookie) == 204)
      #expect(try await scene.subscriptions == 1, "not somebody else's")
      #expect(try await scene.subscribe(cookie: bruno.cookie) == 204)
      try await scene.knock("Ada Moreau")
      try await Task.sleep(for: .milliseconds(500))
      #expect(scene.service.pushes.isEmpty, "Bruno answers for no website")
      #expect(try await scene.post("/api/v1/push/forget", address, cookie: bruno.cookie) == 204)
      #expect(try await scene.subscriptions == 0)
    }
  }

  @Test("E35, P8: an erased account has no browser any more", arguments: [Dialect.Engine.sqlite, .postgres])
  func erased(_ engine: Dialect.Engine) async throws {
    try await Self.scene(engine) { scene in
      #expect(try await scene.subscribe() == 204)
      let (notifications, clara) = (scene.house.program.notifications, scene.clara.id)
      try await scene.house.program.store.write { try notifications.erase(clara, in: $0) }
      #expect(try await scene.subscriptions == 0)
    }
  }

  @Test("B68: who is there, who wants no push of this kind, and who has quiet hours is not rung")
  func held() async throws {
    try await Self.scene { scene in
      #expect(try await scene.subscribe() == 204)
      let (store, clara) = (scene.house.program.store, scene.clara.id)
      try await scene.wish { $0.said[.init(kind: "newVisitor", channel: .push)] = false }
      try await scene.knock("Ada Moreau")
      try await scene.wish { wishes in
        wishes.said[.init(kind: "newVisitor", channel: .push)] = true
        // Noon in universal time is one o'clock in Rome.
        wishes.hours = QuietHours(isOn: true, starts: 12 * 60 + 30, ends: 14 * 60, zone: "Europe/Rome")
      }
      try await store.write { try $0.run("UPDATE accounts SET time_zone = 'Europe/Rome' WHERE id = $1", clara) }
      try await scene.knock("Bo Lund")
      try await scene.wish { $0.hours.isOn = false }
      let console = try await scene.house.console(of: scene.clara)
      try await scene.knock("Cem Kaya")
      try await Task.sleep(for: .milliseconds(300))
      #expect(scene.service.pushes.isEmpty)
      // The page is closed before the second look.
      console.line.close()
      try await Task.sleep(for: .milliseconds(600))
      scene.clock.advance(milliseconds: 20_000)
      let push = try #require(try await scene.service.pushes(1).first)
      #expect(try scene.browser.read(push)["title"]?.string == "New visitor: Cem Kaya")
      #expect(scene.service.pushes.count == 1)
    }
  }

  @Test("E35: a long message is pushed shortened, and whatever it is made of fits")
  func long() async throws {
    try await Self.scene { scene in
      #expect(try await scene.subscribe() == 204)
      let visitor = try await scene.knock("Ada Moreau", text: String(repeating: "\u{1F469}\u{200D}\u{1F680}\"\\\n", count: 500))
      let words = try scene.browser.read(try #require(try await scene.service.pushes(1).first))
      let body = try #require(words["body"]?.string)
      #expect(body.hasSuffix("…") && body.utf8.count < 500, "\(visitor.id)")
    }
  }

  @Test(
    "E35: an address that cannot be a push service's is refused",
    arguments: [
      "http://push.example.net/a", "https://127.0.0.1/a", "https://[::1]/a", "https://10.0.0.8/a", "https://localhost/a",
      "https://intranet/a", "http://127.0.0.1:1/a", "https://push.localhost/a",
    ])
  func refusedAddress(_ endpoint: String) async throws {
    try await Self.scene { scene in
      let told: JSON = ["endpoint": .string(endpoint), "keys": scene.browser.json["keys"] ?? .null]
      let status = try await scene.post("/api/v1/push/subscriptions", told)
      #expect(status == 400)
      #expect(try await scene.subscriptions == 0)
    }
  }

  @Test("E35: the service worker stands at the root, is asked for anew each time, and its page for no connection is for everybody")
  func worker() async throws {
    try await Self.scene { scene in
      let worker = try await WebAnswer.of("GET", "/sw.js", port: scene.house.port)
      #expect(worker.status == 200 && worker.headers["content-type"]?.contains("javascript") == true)
      #expect(worker.headers["cache-control"] == "no-cache" && worker.headers["service-worker-allowed"] == "/")
      #expect(worker.text.contains("pushsubscriptionchange"))
      #expect(try await WebAnswer.of("GET", "/offline", port: scene.house.port).text.contains("No connection"))
      let strange = ["Cookie": scene.clara.cookie, "Origin": "https://elsewhere.example", "Content-Type": "application/json"]
      let body = Data(try scene.browser.json.text.utf8)
      #expect(try await WebAnswer.of("POST", "/api/v1/push/subscriptions", port: scene.house.port, strange, body: body).status == 403)
    }
  }

  // MARK: The scene

  /// Clara, who answers for a website and has no page open; her laptop; and the push service that it trusts.
  struct Scene: Sendable {
    let house: House
    let service: PushService
    let clock: WallClock
    let site: Site
    let clara: House.Person
    let browser: SubscribedBrowser

    func subscribe(_ browser: SubscribedBrowser? = nil, cookie: String? = nil) async throws -> Int {
      try await post("/api/v1/push/subscriptions", (browser ?? self.browser).json, cookie: cookie)
    }

    func post(_ path: String, _ json: JSON, cookie: String? = nil) async throws -> Int {
      let headers = ["Cookie": cookie ?? clara.cookie, "Origin": House.origin, "Content-Type": "application/json"]
      return try await WebAnswer.of("POST", path, port: house.port, headers, body: Data(try json.text.utf8)).status
    }

    func get(_ path: String) async throws -> JSON {
      try #require(try await WebAnswer.of("GET", path, port: house.port, ["Cookie": clara.cookie]).json)
    }

    func wish(_ change: @escaping @Sendable (inout Wishes) -> Void) async throws {
      let clara = clara.id
      try await house.program.store.write { session in
        var wishes = try session.wishes(of: clara)
        change(&wishes)
        try session.save(wishes, of: clara)
      }
    }

    /// A visitor fills in the form and waits; then the team is looked at.
    @discardableResult func knock(_ name: String, text: String? = nil) async throws -> Talker {
      let visitor = try await house.visitor(of: site)
      _ = try await visitor.subscribe()
      let answer = try await visitor.sendForm(name: name)
      #expect(["Done", "Acknowledged"].contains(answer.name), "\(answer)")
      if let text { #expect(try await visitor.say(text).name == "Acknowledged") }
      clock.advance(milliseconds: 3000)
      try await Task.sleep(for: .milliseconds(400))
      return visitor
    }

    var subscriptions: Int {
      get async throws { try await house.count("SELECT COUNT(*) FROM push_subscriptions") }
    }

    func subscriptions(become count: Int) async throws {
      for _ in 0..<100 where try await subscriptions != count { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try await subscriptions == count)
    }
  }

  private static func scene(
    _ engine: Dialect.Engine = .sqlite, _ body: @escaping @Sendable (Scene) async throws -> Void
  ) async throws {
    try await PushService.with { service in
      let clock = WallClock.fixed(at: noon)
      try await House.open(engine, clock: clock, pushHosts: "127.0.0.1:\(service.port)") { house in
        let site = try await house.site()
        // Nobody comes, and that alone is told.
        var rules = QueueRules()
        rules.waitSeconds = 0
        try await house.program.sites.save(rules, at: site.id, by: nil, from: .console)
        // Somebody has to be there, or the form would become a letter; it is not Clara.
        let dora = try await house.console(of: try await house.person("Dora", at: [site]))
        let clara = try await house.person("Clara", at: [site])
        try await body(
          Scene(house: house, service: service, clock: clock, site: site, clara: clara, browser: SubscribedBrowser(at: service)))
        dora.line.close()
      }
    }
  }
}
