import Access
import Accounts
import Base
import Crypto
import Foundation
import Mail
import Store
import TestKit
import Testing
import Web

/// A house of the village with its people, on a clock that stands still, and browsers that come to it.
struct House {
  static let engines = [Dialect.Engine.sqlite, .postgres]
  static let password = "seven grey geese"
  static let noon = Moment(milliseconds: 1_795_219_200_000)
  static let folder = String(#filePath.prefix(upTo: #filePath.range(of: "/Tests/AccountsTests/")?.lowerBound ?? #filePath.endIndex))

  private static let files = Web.Bundle(sourceFolder: folder).frozen()

  let store: any Store
  let clock: WallClock
  let accounts: Accounts
  let web: WebFront
  let routes: Routes

  /// A house on a database of its own.
  static func open<Value>(
    _ engine: Dialect.Engine, hasMail: Bool = true, elsewhere: Elsewhere = Elsewhere(), _ body: (House) async throws -> Value
  ) async throws -> Value {
    try await Databases.withStore(engine) { store in
      let clock = WallClock.fixed(at: noon)
      var limits = Limits()
      for party in Limits.Party.allCases { limits[party, .forms] = Limits.Rate(100_000) }
      let settings = WebSettings(baseAddress: "http://localhost:8080", limits: limits, isStrict: true)
      let web = try WebFront(settings: settings, bundle: files, clock: clock)
      let accounts = Accounts(
        store: store, ids: IDMaker(node: 1), clock: clock, mail: .kept(in: store, clock: clock, web: web, isOn: hasMail),
        baseAddress: settings.baseAddress, factorKey: { SymmetricKey(data: Array(repeating: 7, count: 32)) },
        providers: Elsewhere.providers, landing: Children.landing(), ask: { try elsewhere.answer($0) })
      let routes = Routes(web: web) { try await accounts.recognise($0) }
      accounts.register(on: routes) { $0.status }
      do {
        let value = try await body(House(store: store, clock: clock, accounts: accounts, web: web, routes: routes))
        await accounts.close()
        return value
      } catch {
        await accounts.close()
        throw error
      }
    }
  }

  func browser(address: String = "192.0.2.7") -> Browser { Browser(routes, address: address) }

  /// Somebody who has taken up the invitation.
  @discardableResult func resident(_ name: String, email: String, roles: Set<Role> = [.agent]) async throws -> AccountID {
    let id = try await accounts.create(AccountDraft(name: name, email: email, roles: roles), by: nil, from: .console)
    let link = try await accounts.invite(id, by: nil, from: .console)
    let guest = browser(address: "192.0.2.99")
    _ = try await guest.get(path(of: link))
    let answer = try await guest.post(path(of: link), [("name", name), ("pseudonym", ""), ("password", Self.password)])
    try #require(answer.status == .seeOther)
    return id
  }

  /// A browser that is signed in.
  func signedIn(_ email: String) async throws -> Browser {
    let browser = browser()
    _ = try await browser.get("/sign-in")
    let answer = try await browser.post("/sign-in", [("email", email), ("password", Self.password)])
    try #require(answer.status == .seeOther)
    return browser
  }

  func path(of link: String) -> String { String(link.dropFirst("http://localhost:8080".count)) }

  func deeds() async throws -> [String] {
    try await store.read { try $0.rows("SELECT deed FROM audit_lines ORDER BY id").map { $0[0] } }
  }

  func minutes(_ count: Int64) { clock.advance(milliseconds: count * 60_000) }
  func days(_ count: Int64) { minutes(count * 24 * 60) }

  /// The addresses that have an account.
  func emails() async throws -> [String] { try await store.read { try $0.rows("SELECT email FROM accounts ORDER BY id").map { $0[0] } } }

  /// The letters that were posted: kind and address, in order.
  func letters() async throws -> [String] {
    try await store.read { try $0.rows("SELECT kind, address FROM letters ORDER BY id").map { "\($0[0] as String) \($0[1] as String)" } }
  }

  /// The path of the link in the newest letter of a kind.
  func link(in kind: String) async throws -> String {
    let content = try await store.read { session -> String in
      try session.row("SELECT content FROM letters WHERE kind = $1 ORDER BY id DESC LIMIT 1", kind)?[0] ?? ""
    }
    let found = content.replacing("\\/", with: "/").firstMatch(of: /http:\/\/localhost:8080(\/[a-z-]+\/[0-9a-f]{32})/)
    return String(try #require(found, "no link in a letter of \(kind)").output.1)
  }
}
