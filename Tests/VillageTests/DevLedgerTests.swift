import Base
import Store
import TestKit
import Testing
import Web

@testable import Village

@Suite struct DevLedgerTests {
  @Test("Demo: /dev/ledger leads from an account to its lines, and from a line to why", arguments: [Dialect.Engine.sqlite, .postgres])
  func explores(engine: Dialect.Engine) async throws {
    try await Stage.open(engine) { stage in
      let browser = Browser(try stage.routes(dev: true), address: "127.0.0.1")
      #expect(try await browser.get("/dev/ledger").body.contains("Nothing has moved yet"))
      try await stage.village().settle()
      let all = try await browser.get("/dev/ledger").body
      #expect(all.contains(">prepaid</a></dt><dd>10.00 EUR</dd>") && all.contains(">marketing</a></dt><dd>-10.00 EUR</dd>"))
      let account = try await browser.get("/dev/ledger?account=marketing").body
      #expect(account.contains("gift") && account.contains("/dev/ledger?about=promotion") && !account.contains(">issued</a>"))
      let about = try await browser.get("/dev/ledger?about=promotion").body
      #expect(about.contains(">issued</a>") && about.contains("3 credits"))
      #expect(try await browser.get("/dev/ledger?account=%27%20OR%201%3D1").body.contains("Nothing has moved yet"))
    }
  }
}
