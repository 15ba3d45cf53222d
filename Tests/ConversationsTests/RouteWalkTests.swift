import Access
import Base
import HTTPTypes
import Parley
import Sites
import Store
import TestKit
import Testing
import Web

/// Every route of the program as every kind of person, against the table of ARCHITECTURE.md.
@Suite("Every route")
struct RouteWalkTests {
  private enum Circle: Equatable {
    case everybody, signedIn, team, overseers, administrators
    /// The handler asks the door when it knows whose thing it is; its own tests walk it.
    case inside
  }

  private static let circles: [String: Circle] = [
    "GET /": .everybody, "GET /assets/{name}": .everybody, "GET /widget.js": .everybody, "GET /quiet.js": .everybody,
    "GET /live": .everybody, "GET /health": .everybody,
    "GET /sign-in": .everybody, "POST /sign-in": .everybody, "GET /invitation/{token}": .everybody, "POST /invitation/{token}": .everybody,
    "GET /api/v1/openapi.json": .everybody, "GET /logos/{name}": .everybody,
    "GET /profile/sites": .signedIn, "GET /profile/sites/{site}": .signedIn, "POST /profile/sites/{site}": .signedIn,
    "POST /console/chats/{conversation}/ban": .inside,
    "POST /sign-out": .signedIn, "GET /profile": .signedIn, "POST /profile": .signedIn, "GET /profile/password": .signedIn,
    "POST /profile/password": .signedIn,
    "GET /sw.js": .everybody, "GET /manifest.webmanifest": .everybody, "GET /console/shell": .everybody, "GET /offline": .everybody,
    "GET /notices/stop/{token}": .inside, "POST /notices/stop/{token}": .inside,
    "GET /api/v1/push/key": .signedIn, "POST /api/v1/push/subscriptions": .signedIn, "POST /api/v1/push/forget": .signedIn,
    "GET /notices": .signedIn, "POST /notices": .signedIn, "GET /profile/notices": .signedIn, "POST /profile/notices": .signedIn,
    "GET /profile/phone": .signedIn, "POST /profile/phone": .signedIn, "GET /profile/phone/again": .signedIn,
    "POST /profile/phone/again": .signedIn, "GET /profile/phone/proof": .signedIn, "POST /profile/phone/proof": .signedIn,
    "GET /profile/phone/cancel": .signedIn, "POST /profile/phone/cancel": .signedIn, "GET /profile/phone/remove": .signedIn,
    "POST /profile/phone/remove": .signedIn, "POST /webhooks/texts": .inside, "POST /webhooks/texts/{text}": .inside,
    "GET /sign-up": .everybody, "POST /sign-up": .everybody, "GET /sign-up/sent": .everybody, "GET /sign-up/{token}": .everybody,
    "POST /sign-up/{token}": .everybody, "GET /recovery": .everybody, "POST /recovery": .everybody, "GET /recovery/sent": .everybody,
    "GET /recovery/{token}": .everybody, "POST /recovery/{token}": .everybody, "GET /address/{token}": .everybody,
    "POST /address/{token}": .everybody,
    "GET /profile/address": .signedIn, "POST /profile/address": .signedIn, "GET /profile/about": .signedIn,
    "POST /profile/about": .signedIn, "GET /people/{id}": .inside,
    "GET /profile/security": .signedIn, "GET /profile/security/app": .signedIn, "POST /profile/security/app": .signedIn,
    "POST /profile/security/sessions": .signedIn, "GET /profile/security/sessions": .signedIn,
    "POST /profile/security/proof": .signedIn, "GET /profile/security/proof": .signedIn,
    "POST /profile/security/codes": .signedIn, "GET /profile/security/codes": .signedIn,
    "POST /profile/security/off": .signedIn, "GET /profile/security/off": .signedIn,
    "GET /profile/security/with/{provider}": .signedIn, "POST /profile/security/providers": .signedIn,
    "GET /profile/security/providers": .signedIn, "GET /sign-in/with/{provider}": .everybody,
    "GET /sign-in/with/{provider}/callback": .everybody,
    "GET /profile/privacy": .signedIn, "POST /profile/privacy/copies": .signedIn, "GET /profile/privacy/copies": .signedIn,
    "GET /profile/privacy/copies/{id}": .signedIn, "POST /profile/privacy/erase": .signedIn, "GET /profile/privacy/erase": .signedIn,
    "POST /profile/privacy/keep": .signedIn, "GET /profile/privacy/keep": .signedIn,
    "GET /keep-account/{token}": .inside, "POST /keep-account/{token}": .inside,
    "GET /sign-in/passkey": .everybody, "POST /sign-in/passkey": .everybody, "GET /sign-in/passkey/challenge": .everybody,
    "GET /profile/security/passkeys": .signedIn, "POST /profile/security/passkeys": .signedIn,
    "GET /profile/security/passkeys/new": .signedIn, "POST /profile/security/passkeys/new": .signedIn,
    "GET /profile/security/passkeys/{id}": .signedIn, "POST /profile/security/passkeys/{id}": .signedIn,
    "GET /profile/security/passkeys/{id}/remove": .signedIn, "POST /profile/security/passkeys/{id}/remove": .signedIn,
    "POST /profile/photo": .signedIn, "POST /profile/photo/remove": .signedIn, "GET /profile/photo": .signedIn,
    "GET /profile/photo/remove": .signedIn, "GET /photos/{name}": .everybody,
    "GET /profile/tokens": .signedIn, "POST /profile/tokens": .signedIn, "GET /profile/tokens/revoke": .signedIn,
    "POST /profile/tokens/revoke": .signedIn, "GET /api/v1/me": .signedIn,
    "GET /sign-in/code": .everybody, "POST /sign-in/code": .everybody,
    "GET /wallet/limits": .signedIn, "POST /wallet/limits": .signedIn, "GET /wallet/limits/exclusion": .signedIn,
    "POST /wallet/limits/exclusion": .signedIn, "GET /wallet/limits/currency": .signedIn, "POST /wallet/limits/currency": .signedIn,
    "GET /wallet/limits/threads/{conversation}": .signedIn, "POST /wallet/limits/threads/{conversation}": .signedIn,
    "GET /wallet/threads/{conversation}": .signedIn,
    "GET /wallet/recharge": .signedIn, "POST /wallet/recharge": .signedIn, "GET /wallet": .signedIn, "GET /wallet/card": .signedIn,
    "POST /wallet/card": .signedIn, "GET /buy": .signedIn,
    "POST /buy": .signedIn, "GET /wallet/purchases": .signedIn, "GET /wallet/purchases/{id}": .signedIn,
    "GET /wallet/purchases/{id}/pay": .signedIn, "POST /wallet/purchases/{id}/pay": .signedIn,
    "GET /wallet/purchases/{id}/cancel": .signedIn, "POST /wallet/purchases/{id}/cancel": .signedIn,
    "GET /wallet/purchases/{id}/receipt.pdf": .signedIn,
    "GET /wallet/purchases/{id}/receipt": .signedIn, "GET /pay/test": .signedIn, "GET /pay/test/{id}": .signedIn,
    "POST /pay/test/{id}": .signedIn, "GET /pay/test/{id}/secure": .signedIn, "POST /webhooks/payments/{provider}": .inside,
    "GET /console/chats": .team, "GET /console/chats/{conversation}": .team, "GET /console/found": .team, "GET /console/visitors": .team,
    "GET /console/agents": .team,
    "GET /console/views": .team, "POST /console/views": .team, "POST /console/views/forget": .team,
    "GET /console/export.csv": .team, "GET /console/export.xlsx": .team, "GET /console/ratings": .team,
    "GET /console/today": .team, "GET /console/today/list": .inside,
    "GET /console/today/figures.xlsx": .team, "GET /console/today/days.csv": .team, "GET /console/today/sites.csv": .overseers,
    "GET /console/today/agents.csv": .overseers, "GET /console/today/hours.csv": .overseers, "GET /console/today/list.csv": .inside,
    "GET /console/today/list.xlsx": .inside,
    "GET /console/chats/{conversation}/visitor": .inside, "GET /console/visitors/{visitor}": .inside,
    "POST /console/visitors/{visitor}/conversation": .inside,
    "GET /console": .team, "GET /availability": .team, "POST /availability": .team, "GET /availability/{account}": .inside,
    "GET /api/v1/availability/{account}": .inside, "PUT /api/v1/availability/{account}/reports/{source}": .inside,
    "GET /api/v1/chats/{conversation}/entries": .inside, "OPTIONS /api/v1/chats/{conversation}/entries": .inside,
    "GET /api/v1/chats/{conversation}/colleagues": .inside, "POST /api/v1/chats/{conversation}/files": .inside,
    "OPTIONS /api/v1/chats/{conversation}/files": .inside,
    "GET /api/v1/chats/{conversation}/pass": .inside, "OPTIONS /api/v1/chats/{conversation}/pass": .inside,
    "GET /console/chats/{conversation}/team": .inside, "GET /console/chats/{conversation}/replies": .inside,
    "GET /replies": .team, "GET /replies/new": .team, "POST /replies/new": .team, "GET /replies/{reply}": .team,
    "POST /replies/{reply}": .team,
    "POST /api/v1/chats/{conversation}/transcript": .inside, "OPTIONS /api/v1/chats/{conversation}/transcript": .inside,
    "GET /console/chats/{conversation}/transcript": .inside, "GET /files/{file}": .inside, "POST /api/v1/live": .inside,
    "GET /threads/{link}": .inside, "POST /threads/{link}/renew": .inside, "GET /threads/{link}/stop": .inside,
    "POST /threads/{link}/stop": .inside, "POST /threads/{link}/keep": .signedIn, "GET /conversations": .signedIn,
    "GET /conversations/{conversation}": .signedIn,
    "GET /experts": .everybody, "GET /experts/{site}/{account}": .everybody, "GET /experts/{site}/{account}/ask": .everybody,
    "POST /experts/{site}/{account}/ask": .signedIn, "GET /earnings": .inside,
    "GET /earnings/prices": .inside, "POST /earnings/prices": .inside,
    "GET /wallet/subscriptions/{id}": .signedIn, "POST /wallet/subscriptions/{id}": .signedIn, "GET /guidelines": .inside,
    "POST /guidelines": .inside,
    "POST /wallet/lots/{lot}/extend": .signedIn,
    "GET /wallet/lots/{lot}/extend": .signedIn,
    "GET /buy/code": .signedIn, "POST /buy/code": .signedIn, "GET /r/{code}": .everybody,
    "GET /earnings/money": .inside, "GET /earnings/account": .inside, "POST /earnings/account": .inside,
    "GET /earnings/payouts": .signedIn, "GET /earnings/payouts/{id}": .signedIn, "GET /earnings/payouts/{id}/slip.pdf": .signedIn,
    "GET /wallet/deals/{hold}/dispute": .signedIn, "POST /wallet/deals/{hold}/dispute": .signedIn,
    "GET /wallet/deals/{hold}": .signedIn, "GET /earnings/deals/{hold}": .signedIn,
    "GET /wallet/minutes/{session}/dispute": .signedIn, "POST /wallet/minutes/{session}/dispute": .signedIn,
    "GET /wallet/minutes/{session}": .signedIn, "GET /earnings/minutes/{session}": .signedIn,
    "GET /embed/{site}": .everybody, "POST /api/v1/embed/session": .everybody, "POST /api/v1/embed/session/end": .inside,
    "POST /api/v1/embed/codes": .inside, "GET /embed/enter/{code}": .everybody, "POST /embed/enter/{code}": .everybody,
    "GET /wallet/purchases/{id}/give-back": .signedIn, "POST /wallet/purchases/{id}/give-back": .signedIn,
  ]

  private static func circle(_ row: Routes.Row) -> Circle? {
    if ["GET /admin/deals", "GET /admin/deals/{hold}", "GET /admin/minutes/{session}"].contains(row.description) { return .overseers }
    if row.path.hasPrefix("/admin") { return .administrators }
    if row.path.hasPrefix("/api/v1/widget/{key}/") { return .everybody }
    return circles[row.description]
  }

  private enum Person: String, CaseIterable {
    case signedOut, customer, agent, manager, administrator

    func isIn(_ circle: Circle) -> Bool {
      switch circle {
      case .everybody, .inside: true
      case .signedIn: self != .signedOut
      case .team: self != .signedOut && self != .customer
      case .overseers: self == .manager || self == .administrator
      case .administrators: self == .administrator
      }
    }
  }

  /// The walk knocks at every door within a minute.
  private static let unhurried = ["signedOut", "visitor", "agent", "manager", "administrator"]
    .flatMap { party in ["pages", "forms", "assets"].map { "\(party).\($0)=100000/60" } }
    .joined(separator: ",")

  @Test("A39, B2b: every route lets in exactly those whom the table names, and a route without a row fails")
  func walk() async throws {
    try await House.open(.sqlite, limits: Self.unhurried) { house in
      let site = try await house.site()
      var cookies: [Person: String] = [:]
      cookies[.customer] = try await house.person("Lina", []).cookie
      cookies[.agent] = try await house.person("Clara", at: [site]).cookie
      cookies[.manager] = try await house.person("Mona", [.manager]).cookie
      cookies[.administrator] = try await house.person("Ines", [.administrator]).cookie
      let undeclared = house.program.routes.undeclared.joined(separator: ", ")
      #expect(undeclared.isEmpty, "\(undeclared)")
      #expect(house.program.routes.rows.count > 25)
      for row in house.program.routes.rows {
        guard let circle = Self.circle(row) else {
          Issue.record("\(row) has no row in the table")
          continue
        }
        // Who leaves would have no session for the next route.
        let people = row.description == "POST /sign-out" ? [Person.signedOut] : Person.allCases
        for person in people {
          let answer = try await Self.ask(row, at: house.port, cookie: cookies[person])
          let isTurnedAway = answer.contains("\"signInNeeded\"") || answer.contains("\"notAllowed\"")
          let isOwnQuestion = circle == .inside
          if !isOwnQuestion { #expect(isTurnedAway != person.isIn(circle), "\(row) as \(person.rawValue): \(answer.prefix(300))") }
          #expect(!answer.hasPrefix("HTTP/1.1 500"), "\(row) as \(person.rawValue)")
        }
      }
    }
  }

  @Test("P7, A39: a program comes through the routes that name a scope of its token, and through no other, whoever its owner is")
  func walkAsPrograms() async throws {
    try await House.open(.sqlite, limits: Self.unhurried) { house in
      let ines = try await house.person("Ines", [.administrator, .agent])
      let open = house.program.routes.rows.filter { $0.programs != .refused }
      #expect(
        Set(open.map(\.description)) == [
          "GET /api/v1/me", "GET /api/v1/openapi.json", "GET /api/v1/chats/{conversation}/entries",
          "POST /api/v1/chats/{conversation}/files", "GET /api/v1/chats/{conversation}/pass", "GET /api/v1/chats/{conversation}/colleagues",
          "GET /files/{file}",
          "POST /api/v1/live", "GET /api/v1/availability/{account}", "PUT /api/v1/availability/{account}/reports/{source}",
          "POST /api/v1/live", "POST /api/v1/embed/session", "POST /api/v1/embed/session/end", "POST /api/v1/embed/codes",
          "GET /wallet/threads/{conversation}",
        ])
      for scope in Scope.allCases {
        let token = try await house.token([scope], of: ines)
        // Writing comes with reading.
        let scopes: Set<Scope> = scope == .chatsWrite ? [.chatsRead, .chatsWrite] : [scope]
        for row in house.program.routes.rows {
          let expected: Bool
          switch row.programs {
          case .refused: expected = false
          case .welcome: expected = true
          case .with(let needed): expected = scopes.contains(needed)
          }
          let answer = try await Self.ask(row, at: house.port, cookie: ines.cookie, bearer: token)
          let isTurnedAway = answer.contains("\"scopeMissing\"") || answer.contains("\"notForPrograms\"")
          #expect(isTurnedAway != expected, "\(row) with \(scope.rawValue): \(answer.prefix(300))")
          #expect(isTurnedAway == answer.contains("error=\"insufficient_scope\""), "\(row) with \(scope.rawValue)")
          #expect(!answer.hasPrefix("HTTP/1.1 500"), "\(row) with \(scope.rawValue)")
        }
      }
    }
  }

  private static func ask(_ row: Routes.Row, at port: Int, cookie: String?, bearer: String? = nil) async throws -> String {
    let path = row.path.split(separator: "/").map { $0.hasPrefix("{") ? "1" : String($0) }.joined(separator: "/")
    let socket = try await RawSocket.connect(port: port)
    var lines = ["\(row.method) /\(path) HTTP/1.1", "Host: localhost:8080", "Accept: application/json", "Connection: close"]
    lines += ["Origin: \(House.origin)"] + (cookie.map { ["Cookie: \($0)"] } ?? [])
    lines += bearer.map { ["Authorization: Bearer \($0)"] } ?? []
    if row.method == .post { lines += ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 3"] }
    socket.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (row.method == .post ? "a=b" : ""))
    let answer = try await socket.received("\r\n\r\n")
    // The body comes with the head or right after it; an answer without one ends here.
    let body = try? await socket.received("}", within: .milliseconds(300))
    socket.close()
    return answer + (body ?? "")
  }
}
