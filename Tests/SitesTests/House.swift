import Access
import Accounts
import Base
import Foundation
import Store
import Synchronization
import TestKit
import Web

@testable import Sites

/// The slice as the program runs it, on a database of its own, with a clock that stands until it is moved.
struct House {
  static let noon = Moment(milliseconds: 1_795_219_200_000)
  static let base = "https://chat.example.com"
  static let clara = AccountID(rawValue: 3)
  static let bruno = AccountID(rawValue: 4)
  static let ada = AccountID(rawValue: 9)

  let store: any Store
  let clock = WallClock.fixed(at: House.noon)
  let ids = IDMaker(node: 1)
  let sites: Sites
  /// Visitors of whom Conversations would say that a chat waits or runs.
  let talking = Talking()

  /// Runs on an engine, with the agents Clara and Bruno and the administrator Ada.
  static func open(_ engine: Dialect.Engine, _ body: (House) async throws -> Void) async throws {
    try await Databases.withStore(engine) { store in
      try await store.write { session in
        try session.addAccount(clara, name: "Clara Lindqvist", pseudonym: "Clara", avatar: "fern", agent: true)
        try session.addAccount(bruno, name: "Bruno Ferri", pseudonym: "Bruno", avatar: "olive", agent: true)
        try session.addAccount(ada, name: "Ada Moreau", pseudonym: "Ada", avatar: "iris", agent: false)
      }
      try await body(House(store: store))
    }
  }

  private init(store: any Store) {
    self.store = store
    sites = Sites(store: store, ids: ids, clock: clock, landing: Children.landing())
  }

  /// Harbour Essays, allowed from its own pages.
  @discardableResult
  func addHarbour(_ change: (inout Site) -> Void = { _ in }) async throws -> Site {
    let origins = ["https://harbour.example", "https://www.harbour.example"].compactMap(Origin.init)
    var site = sites.draft(name: "Harbour Essays", domain: "harbour.example", origins: origins)
    change(&site)
    try await sites.save(site, by: nil, from: .console)
    return site
  }

  func routes(limits: Limits = Limits()) throws -> Routes {
    let settings = WebSettings(baseAddress: Self.base, limits: limits, isStrict: true)
    let web = try WebFront(settings: settings, bundle: try Checkout.bundle(), clock: clock)
    let routes = Routes(web: web) { if case .session(let token) = $0 { Self.person(token) } else { nil } }
    sites.register(on: routes) { [talking] visitor, _ in talking.chat(of: visitor) }
    return routes
  }

  /// A browser of somebody: `administrator`, `agent`, `manager`, or nobody.
  func browser(_ role: String? = nil, limits: Limits = Limits(), address: String = "192.0.2.7") throws -> Browser {
    let routes = try routes(limits: limits)
    let browser = Browser(routes, origin: Self.base, address: address)
    if let role { browser.cookies[routes.web.cookies.session] = role }
    return browser
  }

  private static func person(_ token: String) -> SignedIn? {
    guard let role = Role(rawValue: token) else { return nil }
    return SignedIn(
      member: Access.Actor.Member(id: ada, roles: [role], sites: []), name: "Ada Moreau", email: "ada@example.com", avatar: "iris",
      status: "online", language: .english, sessionDigest: [1])
  }

  func count(_ sql: String) async throws -> Int { try await store.read { session in try session.row(sql)?[0] ?? 0 } }
}

/// Whose chat is open. A class, because the routes and the test share it.
final class Talking: Sendable {
  private let visitors = Mutex<Set<VisitorID>>([])

  func begin(_ visitor: VisitorID) { visitors.withLock { _ = $0.insert(visitor) } }
  func chat(of visitor: VisitorID) -> VisitorChat? {
    visitors.withLock { $0.contains(visitor) } ? VisitorChat(conversation: ConversationID(rawValue: 1), isOpen: true) : nil
  }
}

/// What was told to a listener. A class, because the listener and the test share it.
final class Heard<Fact: Sendable>: Sendable {
  private let facts = Mutex<[Fact]>([])

  init(_ event: Event<Fact>) { event.subscribe { [facts = self] fact in facts.note(fact) } }

  private func note(_ fact: Fact) { facts.withLock { $0.append(fact) } }

  var all: [Fact] { facts.withLock { $0 } }
}

extension Session {
  fileprivate func addAccount(_ id: AccountID, name: String, pseudonym: String, avatar: String, agent: Bool) throws {
    let email = "\(pseudonym.lowercased())@example.com"
    try run(
      """
      INSERT INTO accounts
        (id, email, email_key, name, is_agent, is_manager, is_administrator, pseudonym, avatar, language, status, active, created_at)
      VALUES ($1, $2, $2, $3, $4, FALSE, $5, $6, $7, 'en', 'online', TRUE, $8)
      """, id, email, name, agent, !agent, pseudonym, avatar, House.noon)
  }
}
