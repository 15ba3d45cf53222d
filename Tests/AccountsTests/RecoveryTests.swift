import Access
import Accounts
import Base
import HTTPTypes
import Store
import TestKit
import Testing
import Web

@Suite struct RecoveryTests {
  @Test("B6a: a forgotten password is set anew by a link that works once, for an hour; every session ends", arguments: House.engines)
  func recovers(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let elsewhere = try await house.signedIn("clara@example.com")
      let clara = house.browser()
      _ = try await clara.get("/recovery")
      #expect(try await clara.post("/recovery", [("email", "Clara@example.com")]).location == "/recovery/sent")
      let link = try await house.link(in: "recovery")
      _ = try await clara.get(link)
      let weak = try await clara.post(link, [("password", "short")])
      #expect(weak.status == .unprocessableContent && weak.body.contains("id=\"password-error\""))
      let done = try await clara.post(link, [("password", "nine blue herons")])
      #expect(done.location == "/sign-in?done=recovered")
      #expect(try await clara.follow(done).body.contains("The new password is set"))
      #expect(try await elsewhere.get("/profile").status == .seeOther)
      #expect(try await clara.get(link).status == .gone)
      #expect(try await house.letters().contains("passwordChanged clara@example.com"))
      _ = try await clara.get("/sign-in")
      #expect(try await clara.post("/sign-in", [("email", "clara@example.com"), ("password", "nine blue herons")]).location == "/console")
    }
  }

  @Test("B6a: an old link opens nothing; nor does one of before a later recovery", arguments: House.engines)
  func oldLinks(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let clara = house.browser()
      var links: [String] = []
      for _ in 1...2 {
        _ = try await clara.get("/recovery")
        _ = try await clara.post("/recovery", [("email", "clara@example.com")])
        links.append(try await house.link(in: "recovery"))
      }
      _ = try await clara.get(links[1])
      _ = try await clara.post(links[1], [("password", "nine blue herons")])
      #expect(try await clara.get(links[0]).status == .gone)
      _ = try await clara.get("/recovery")
      _ = try await clara.post("/recovery", [("email", "clara@example.com")])
      let late = try await house.link(in: "recovery")
      house.minutes(61)
      #expect(try await clara.get(late).status == .gone)
      #expect(try await clara.get("/recovery/guess").status == .gone)
    }
  }

  @Test("B6a: nobody learns whether an address has an account", arguments: House.engines)
  func silence(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      let browser = house.browser()
      var answers: [String] = []
      for email in ["clara@example.com", "nobody@example.com"] {
        _ = try await browser.get("/recovery")
        let answer = try await browser.post("/recovery", [("email", email)])
        answers.append("\(answer.status) \(answer.location ?? "")")
      }
      #expect(answers[0] == answers[1])
      #expect(try await house.letters() == ["recovery clara@example.com"])
      #expect(try await browser.post("/recovery", [("email", "not an address")]).status == .unprocessableContent)
    }
  }

  @Test("B6c: the address changes by a link to the new one and with the password; the old one is told", arguments: House.engines)
  func address(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      try await house.resident("Clara", email: "clara@example.com")
      try await house.resident("Bruno", email: "bruno@example.com")
      let clara = try await house.signedIn("clara@example.com")
      _ = try await clara.get("/profile")
      let wrong = try await clara.post("/profile/address", [("email", "c@new.example"), ("addressPassword", "wrong one here")])
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.body.contains("id=\"addressPassword-error\"") && wrong.body.contains("value=\"c@new.example\""))
      let asked = try await clara.post("/profile/address", [("email", "c@new.example"), ("addressPassword", House.password)])
      #expect(asked.location == "/profile?saved=address")
      #expect(try await house.emails().contains("clara@example.com"), "nothing changes before the proof")
      let link = try await house.link(in: "addressChange")
      _ = try await clara.get(link)
      #expect(try await clara.post(link, []).location == "/profile?saved=yes")
      #expect(try await house.emails().sorted() == ["bruno@example.com", "c@new.example"])
      #expect(try await house.letters().contains("addressChanged clara@example.com"))
      #expect(try await clara.get(link).status == .gone)
      let taken = try await clara.post("/profile/address", [("email", "bruno@example.com"), ("addressPassword", House.password)])
      #expect(taken.location == "/profile?saved=address", "nobody learns who has an account")
      #expect(try await house.letters().contains("alreadyRegistered bruno@example.com"))
    }
  }
}
