import Access
import Base
import Crypto
import Foundation
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@testable import Accounts

@Suite struct PasskeyTests {
  private static let sheet = "/profile/security"
  private static let keys = "\(sheet)/passkeys"

  private struct Asked: Decodable {
    let challenge: String
    let state: String
    let party: String
  }

  /// What the page says to its element.
  private func said(_ name: String, in page: String) throws -> String {
    let found = page.firstRange(of: "\(name)=\"")
    return String(page[try #require(found).upperBound...].prefix { $0 != "\"" })
  }

  private func base64(_ bytes: [UInt8]) -> String { Base64URL.text(bytes) }

  /// Makes a passkey with what the page asks for.
  @discardableResult private func add(
    _ device: inout Authenticator, to browser: Browser, named name: String = "Key ring", page: String? = nil
  ) async throws -> Browser.Answer {
    let page = if let page { page } else { try await browser.get("\(Self.keys)/new").body }
    device.user = try #require(Base64URL.bytes(try said("data-user", in: page)))
    let challenge = try said("data-challenge", in: page)
    let state = try said("name=\"state\" value", in: page)
    return try await browser.post(
      Self.keys,
      [
        ("state", state), ("name", name), ("client", base64(device.clientData("webauthn.create", challenge))),
        ("attestation", base64(device.attestation())),
      ])
  }

  private func asked(by browser: Browser) async throws -> Asked {
    _ = try await browser.get("/sign-in")
    let answer = try await browser.ask(.get, "/sign-in/passkey/challenge", [.accept: "application/json"], body: "")
    #expect(answer.status == .ok && answer.headers[.cacheControl] == "no-store")
    return try JSONDecoder().decode(Asked.self, from: Data(answer.body.utf8))
  }

  private func fields(_ assertion: RelyingParty.Assertion, _ state: String) -> [(String, String)] {
    [
      ("state", state), ("credential", base64(assertion.credentialID)), ("client", base64(assertion.clientData)),
      ("authenticator", base64(assertion.authenticatorData)), ("signature", base64(assertion.signature)),
      ("user", base64(assertion.userHandle)),
    ]
  }

  private func signIn(
    _ device: inout Authenticator, _ house: House, after minutes: Int64 = 0, next: String = ""
  ) async throws -> (browser: Browser, answer: Browser.Answer) {
    let browser = house.browser(address: "192.0.2.8")
    let asked = try await asked(by: browser)
    let assertion = try device.assertion(asked.challenge)
    house.minutes(minutes)
    return (browser, try await browser.post("/sign-in/passkey", fields(assertion, asked.state) + [("next", next)]))
  }

  private func clara(in house: House) async throws -> Browser {
    try await house.resident("Clara", email: "clara@example.com")
    return try await house.signedIn("clara@example.com")
  }

  @Test("P8: a passkey opens the account, is both its steps, and is told by a letter and in the record", arguments: House.engines)
  func opens(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      let now = house.clock.now
      let id = try #require(try await house.store.read { try $0.account(emailKey: "clara@example.com") }).account.id
      try await house.store.write { session in
        try session.insertSecondFactor([1], of: id, at: now)
        try session.confirmSecondFactor(of: id, at: now)
      }
      var device = Authenticator()
      #expect(try await add(&device, to: clara).location == "\(Self.sheet)?done=passkeyAdded")
      let page = try await clara.get("\(Self.sheet)?done=passkeyAdded").body
      #expect(page.contains("Key ring") && page.contains("not used yet") && page.contains("The passkey is added"))
      let (browser, answer) = try await signIn(&device, house, next: "/notices")
      #expect(answer.status == .seeOther && answer.location == "/notices")
      #expect(try await browser.get("/profile").status == .ok)
      #expect(try await !clara.get(Self.sheet).body.contains("not used yet"))
      #expect(try await house.letters().contains("passkeyAdded clara@example.com"))
      #expect(try await house.letters().contains("newSignIn clara@example.com"))
      #expect(try await house.deeds().suffix(2) == ["account.passkeyAdded", "account.signedIn"])
      // Somebody else's page cannot be the next one, and a second sign-in needs a new challenge only.
      #expect(try await signIn(&device, house, next: "//evil.example").answer.location == "/console")
    }
  }

  @Test("P8: a lie of the browser or the authenticator opens nothing, and the record names it", arguments: House.engines)
  func lies(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      let bruno = try await house.resident("Bruno", email: "bruno@example.com")
      var device = Authenticator()
      try await add(&device, to: clara)
      let lies: [(String, (inout Authenticator) -> Void)] = [
        ("origin", { $0.origin = "http://localhost:8081" }), ("party", { $0.party = "parley.example" }),
        ("verification", { $0.flags = 0x01 }), ("presence", { $0.flags = 0x04 }), ("ceremony", { $0.type = "webauthn.create" }),
        ("signature", { $0.key = .es256(P256.Signing.PrivateKey()) }), ("owner", { $0.user = Accounts.userHandle(of: bruno) }),
        ("owner", { $0.user = [] }), ("unknown", { $0.credentialID = [1, 2, 3] }), ("unknown", { $0.credentialID = [] }),
      ]
      for (name, lie) in lies {
        var liar = device
        lie(&liar)
        let (browser, answer) = try await signIn(&liar, house)
        #expect(answer.status == .unprocessableContent, "\(name)")
        #expect(answer.body.contains("This passkey"), "\(name)")
        #expect(try await browser.get("/profile").status == .seeOther, "\(name)")
        let told: String? = try await house.store.read {
          try $0.row("SELECT detail FROM audit_lines WHERE deed = 'account.signInFailed' ORDER BY id DESC LIMIT 1")?[0]
        }
        #expect(told == "{\"passkey\":\"\(name)\"}")
      }
      #expect(try await signIn(&device, house).answer.status == .seeOther)
    }
  }

  @Test("P8: a challenge is answered once, in five minutes, by the browser that asked for it", arguments: House.engines)
  func challenges(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      var device = Authenticator()
      try await add(&device, to: clara)
      let browser = house.browser()
      let asked = try await asked(by: browser)
      #expect(asked.party == "localhost")
      let answer = fields(try device.assertion(asked.challenge), asked.state)
      let other = house.browser()
      _ = try await other.get("/sign-in")
      #expect(try await other.post("/sign-in/passkey", answer).status == .gone, "of another browser")
      #expect(try await browser.post("/sign-in/passkey", answer).status == .seeOther)
      _ = try await browser.post("/sign-out", [])
      _ = try await browser.get("/sign-in")
      #expect(try await browser.post("/sign-in/passkey", answer).status == .gone, "a second time")
      #expect(try await signIn(&device, house, after: 4).answer.status == .seeOther)
      let late = try await signIn(&device, house, after: 5).answer
      #expect(late.status == .gone && late.body.contains("That took too long"))
      // A challenge for a new passkey opens nothing, and one for signing in adds nothing.
      let page = try await clara.get("\(Self.keys)/new").body
      let made = fields(try device.assertion(try said("data-challenge", in: page)), try said("name=\"state\" value", in: page))
      #expect(try await clara.post("/sign-in/passkey", made).status == .gone)
      #expect(try await browser.post("/sign-in/passkey", [("state", "x")]).status == .gone)
      // Without the form's own token it is nobody's.
      #expect(try await browser.post("/sign-in/passkey", answer, from: "https://evil.example").status == .forbidden)
    }
  }

  @Test("P8: an authenticator that counts must not count backwards: a copy is refused and told", arguments: House.engines)
  func counter(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      var device = Authenticator()
      device.count = 7
      try await add(&device, to: clara)
      var copy = device
      #expect(try await signIn(&device, house).answer.status == .seeOther)
      #expect(try await signIn(&device, house).answer.status == .seeOther)
      #expect(try await signIn(&copy, house).answer.status == .unprocessableContent)
      #expect(try await house.deeds().last == "account.passkeyCounterWentBack")
      copy.count = 0
      #expect(try await signIn(&copy, house).answer.status == .unprocessableContent)
      #expect(try await signIn(&device, house).answer.status == .seeOther, "the original goes on")
    }
  }

  @Test("P8: a passkey is added after a sign-in of just now or against the password, and only when it is whole", arguments: House.engines)
  func adding(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      house.minutes(16)
      let question = try await clara.get("\(Self.keys)/new").body
      #expect(question.contains("name=\"present\"") && !question.contains("data-challenge"))
      let wrong = try await clara.post("\(Self.keys)/new", [("present", "guess")])
      #expect(wrong.status == .unprocessableContent && wrong.body.contains("present-error") && !wrong.body.contains("data-challenge"))
      let page = try await clara.post("\(Self.keys)/new", [("present", House.password)]).body
      var device = Authenticator()
      for lie in [{ $0.origin = "https://evil.example" }, { $0.flags = 0x41 }, { $0.algorithm = -47 }] as [(inout Authenticator) -> Void] {
        var liar = device
        lie(&liar)
        #expect(try await add(&liar, to: clara, page: page).location == "\(Self.sheet)?done=passkeyRefused")
      }
      #expect(try await clara.get("\(Self.sheet)?done=passkeyRefused").body.contains("could not be trusted"))
      let state = try said("name=\"state\" value", in: page)
      for garbage in [[0xFF], [0x9B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], Array(repeating: 0x81, count: 9000)] as [[UInt8]] {
        let client = device.clientData("webauthn.create", try said("data-challenge", in: page))
        let fields = [("state", state), ("client", base64(client)), ("attestation", base64(garbage))]
        #expect(try await clara.post(Self.keys, fields).location == "\(Self.sheet)?done=passkeyRefused")
      }
      #expect(try await add(&device, to: clara, named: "\u{7} ", page: page).location == "\(Self.sheet)?done=passkeyAdded")
      #expect(try await add(&device, to: clara, page: page).location == "\(Self.sheet)?done=passkeyLate", "the challenge was used")
      // The same one again, as the page asks the browser not to make it.
      let again = try await clara.post("\(Self.keys)/new", [("present", House.password)]).body
      #expect(try said("data-known", in: again) == base64(device.credentialID))
      #expect(try await add(&device, to: clara, page: again).location == "\(Self.sheet)?done=passkeyTaken")
      // Somebody else's name for it changes nothing.
      try await house.resident("Bruno", email: "bruno@example.com")
      #expect(try await add(&device, to: try await house.signedIn("bruno@example.com")).location == "\(Self.sheet)?done=passkeyTaken")
    }
  }

  @Test("P8: an account has at most twenty passkeys", arguments: [Dialect.Engine.sqlite])
  func limit(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      for number in 1...Accounts.passkeyLimit + 1 {
        var device = Authenticator()
        let answer = try await add(&device, to: clara)
        #expect(answer.location == "\(Self.sheet)?done=\(number > Accounts.passkeyLimit ? "listIsFull" : "passkeyAdded")")
      }
      #expect(try await clara.get("\(Self.sheet)?done=listIsFull").body.contains("There are 20 already"))
    }
  }

  @Test("P8: its owner renames and removes a passkey; a removed one opens nothing", arguments: House.engines)
  func changing(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      var device = Authenticator()
      try await add(&device, to: clara)
      let page = try await clara.get(Self.sheet).body
      let path = String(try #require(page.firstMatch(of: /\/profile\/security\/passkeys\/[0-9]+/)).output)
      try await house.resident("Bruno", email: "bruno@example.com")
      let bruno = try await house.signedIn("bruno@example.com")
      _ = try await bruno.get(Self.sheet)
      #expect(try await bruno.get(path).status == .notFound)
      #expect(try await bruno.post(path, [("name", "Mine")]).status == .notFound)
      #expect(try await bruno.post("\(path)/remove", []).status == .notFound)

      _ = try await clara.get(path)
      #expect(try await clara.post(path, [("name", " ")]).status == .unprocessableContent)
      #expect(try await clara.post(path, [("name", "<b>Desk</b>")]).location == "\(Self.sheet)?done=passkeyRenamed")
      #expect(try await clara.get(Self.sheet).body.contains("&lt;b&gt;Desk&lt;/b&gt;"))
      house.minutes(16)
      #expect(try await clara.get(path).body.contains("name=\"present\""))
      #expect(try await clara.post("\(path)/remove", [("present", "guess")]).status == .unprocessableContent)
      #expect(try await clara.post("\(path)/remove", [("present", House.password)]).location == "\(Self.sheet)?done=passkeyRemoved")
      #expect(try await signIn(&device, house).answer.status == .unprocessableContent)
      #expect(try await house.letters().contains("passkeyRemoved clara@example.com"))
      #expect(try await house.deeds().contains("account.passkeyRemoved"))
    }
  }

  @Test(
    "P8: with a passkey end the sessions that it opened, at once and on the live line, and no others", arguments: House.engines)
  func endsItsSessions(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      var (stolen, kept) = (Authenticator(), Authenticator())
      try await add(&stolen, to: clara, named: "Old telephone")
      let page = try await clara.get(Self.sheet).body
      let path = String(try #require(page.firstMatch(of: /\/profile\/security\/passkeys\/[0-9]+/)).output)
      try await add(&kept, to: clara, named: "Desk")
      let (thief, desk) = (try await signIn(&stolen, house).browser, try await signIn(&kept, house).browser)
      #expect(try await thief.get("/profile").status == .ok)
      let heard = Heard<Accounts.Revocation>()
      house.accounts.revoked.subscribe { await heard.add($0) }

      _ = try await clara.get(path)
      #expect(try await clara.post("\(path)/remove", [("present", House.password)]).location == "\(Self.sheet)?done=passkeyRemoved")
      #expect(try await thief.get("/profile").status == .seeOther, "it was opened with what is gone")
      for stays in [clara, desk] { #expect(try await stays.get("/profile").status == .ok) }
      #expect(await heard.facts.map { $0.session != nil } == [true], "one live connection ends, by its session")
    }
  }

  @Test("P8: who removes the passkey that opened the own session stays")
  func keepsTheOwn() async throws {
    try await House.open(.sqlite) { house in
      let clara = try await clara(in: house)
      var device = Authenticator()
      try await add(&device, to: clara)
      let browser = try await signIn(&device, house).browser
      let page = try await browser.get(Self.sheet).body
      let path = String(try #require(page.firstMatch(of: /\/profile\/security\/passkeys\/[0-9]+/)).output)
      _ = try await browser.get(path)
      #expect(try await browser.post("\(path)/remove", []).location == "\(Self.sheet)?done=passkeyRemoved")
      #expect(try await browser.get("/profile").status == .ok)
    }
  }

  @Test("P8: a new password leaves passkeys, an account out of service does not let them in, and with it they go", arguments: House.engines)
  func account(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      let id = try #require(try await house.store.read { try $0.account(emailKey: "clara@example.com") }).account.id
      var device = Authenticator()
      try await add(&device, to: clara)
      _ = try await clara.get("/profile/password")
      _ = try await clara.post("/profile/password", [("present", House.password), ("password", "nine blue herons")])
      let account = try #require(try await house.accounts.account(id))
      try await house.accounts.unpair(account, by: id, from: .console)
      #expect(try await signIn(&device, house).answer.status == .seeOther)
      try await house.accounts.setActive(false, of: id, by: nil, from: .console)
      let (browser, answer) = try await signIn(&device, house)
      #expect(answer.status == .forbidden)
      #expect(try await browser.get("/profile").status == .seeOther)
      #expect(try await house.deeds().last == "account.signInRefused")
      try await house.accounts.erase(id, by: nil, from: .console)
      #expect(try await house.store.read { try $0.row("SELECT COUNT(*) FROM passkeys")?[0] as Int? } == 0)
      #expect(try await signIn(&device, house).answer.status == .unprocessableContent)
    }
  }

  @Test("P8: the last way into an account cannot be taken away", arguments: [Dialect.Engine.sqlite])
  func lastWay(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      var device = Authenticator()
      try await add(&device, to: clara)
      try await house.store.write { try $0.run("UPDATE accounts SET password_hash = NULL") }
      let page = try await clara.get(Self.sheet).body
      let path = String(try #require(page.firstMatch(of: /\/profile\/security\/passkeys\/[0-9]+/)).output)
      _ = try await clara.get(path)
      let refused = try await clara.post("\(path)/remove", [])
      #expect(refused.status == .unprocessableContent && refused.body.contains("no password yet"))
      #expect(try await signIn(&device, house).answer.status == .seeOther)
    }
  }

  @Test("P8: answered challenges are forgotten once they are too old anyway", arguments: [Dialect.Engine.sqlite])
  func sweep(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let clara = try await clara(in: house)
      var device = Authenticator()
      try await add(&device, to: clara)
      func kept() async throws -> Int? { try await house.store.read { try $0.row("SELECT COUNT(*) FROM used_challenges")?[0] } }
      let jobs = Jobs(ids: IDMaker(node: 2), clock: house.clock)
      for left in [1, 0] {
        try await house.accounts.prepare(jobs)
        house.minutes(left == 1 ? 4 : 60)
        _ = try await JobRunner(store: house.store, jobs: jobs, handlers: house.accounts.jobHandlers(jobs)).runDue()
        #expect(try await kept() == left)
      }
    }
  }
}
