import Access
import Accounts
import Base
import Foundation
import Live
import Logging
import NIOCore
import Parley
import Sites
import Store
import Web

/// The whole program on a free port of this machine, with websites and people to act as. Gone afterwards.
public struct House: Sendable {
  public let program: Program
  public let port: Int
  public static let origin = "http://localhost:8080"
  public static let siteOrigin = "https://harbour.example"

  /// - Parameters:
  ///   - limits: e.g. `visitor.messages=1000/60`.
  ///   - store: what stands between the program and its store.
  ///   - linger: how long somebody counts as there after the last connection went; short, so that tests need not wait.
  @discardableResult
  public static func open<Value: Sendable>(
    _ engine: Dialect.Engine, clock: WallClock = .system(), limits: String = "visitor.messages=100000/60,visitor.widget=100000/60",
    linger: TimeAmount = .milliseconds(200), filesLimit: String = "50",
    virusScanner: String = "", pushHosts: String = "", demo: Bool = false, flags: [String: String] = [:], rerun: Rerun? = Databases.rerun(),
    store: @escaping @Sendable (any Store) -> any Store = { $0 },
    _ body: @escaping @Sendable (House) async throws -> Value
  ) async throws -> Value {
    try await Databases.withAddress(engine) { address in
      let folder = Databases.place.appendingPathComponent("house-\(UInt64.random(in: 0 ... .max))").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let standard = [
        "port": "0", "data": folder, "database": engine == .postgres ? address : "", "limits": limits, "base-address": origin,
        "mail-folder": "\(folder)/mail",
        "files-limit": filesLimit, "virus-scanner": virusScanner, "push-hosts": pushHosts, "demo": demo ? "true" : "false",
      ]
      let settings = try Settings(flags: standard.merging(flags) { $1 })
      var logger = Logger(label: "house") { StreamLogHandler.standardError(label: $0) }
      logger.logLevel = .error
      var hurry = Hurry()
      hurry.linger = linger
      hurry.program = Children.program
      hurry.store = store
      let program = try await Program(settings, clock: clock, rerun: rerun, hurry: hurry, logger: logger)
      return try await serve(program, body)
    }
  }

  static func serve<Value: Sendable>(
    _ program: Program, _ body: @escaping @Sendable (House) async throws -> Value
  ) async throws -> Value {
    let (ports, told) = AsyncStream.makeStream(of: Int.self)
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        defer { told.finish() }
        try await program.run { told.yield($0) }
        return nil
      }
      group.addTask {
        for await port in ports { return try await body(House(program: program, port: port)) }
        return nil
      }
      var value: Value?
      while let finished = try await group.next() {
        guard let finished else { continue }
        value = finished
        group.cancelAll()
      }
      guard let value else { throw HouseFellDown() }
      return value
    }
  }

  public struct HouseFellDown: Error {}

  // MARK: Websites and people

  public func site(_ name: String = "Harbour Essays", origin: String = siteOrigin, zone: String = "UTC") async throws -> Site {
    guard let allowed = Origin(origin) else { throw HouseFellDown() }
    let site = Site(
      id: program.ids.next(), name: name, domain: "harbour.example", origins: [allowed], timeZone: zone,
      form: LeadForm(services: ["Thesis", "Essay"]), createdAt: program.clock.now)
    try await program.sites.save(site, by: nil, from: .console)
    return site
  }

  public struct Person: Sendable {
    public let id: AccountID
    public let cookie: String
    public let token: String

    public init(id: AccountID, cookie: String, token: String) {
      self.id = id
      self.cookie = cookie
      self.token = token
    }
  }

  public func person(_ name: String, _ roles: Set<Role> = [.agent], at sites: [Site] = [], online: Bool = true) async throws -> Person {
    let draft = AccountDraft(
      name: "\(name) Lindqvist", email: "\(name.lowercased())@parley.example", pseudonym: name, avatar: .fern, roles: roles,
      language: .english)
    let id = try await program.accounts.create(draft, by: nil, from: .console)
    for site in sites { try await assign(id, to: site) }
    if online { try await program.accounts.setStatus(.online, of: id) }
    let token = try await program.accounts.startSession(for: id, from: .console)
    return Person(id: id, cookie: "parley=\(token)", token: token)
  }

  public func assign(_ account: AccountID, to site: Site, as pseudonym: String? = nil) async throws {
    try await program.sites.assign(
      Assignment(site: site.id, account: account, pseudonym: pseudonym), by: nil, from: .console)
  }

  public func count(_ sql: String) async throws -> Int { try await program.store.read { session in try session.row(sql)?[0] ?? 0 } }

  // MARK: Lines

  /// A browser with the widget open.
  public func visitor(of site: Site, key: Secret = Secret(), origin: String = siteOrigin) async throws -> Talker {
    let line = try await LiveClient.connect(port: port, origin: origin)
    try line.send(["do": "hello", "protocol": 1, "site": .string(site.key), "key": .string(key.text), "language": "en"])
    let welcome = try await line.next("Welcome")
    return Talker(line: line, topic: welcome["topic"]?.string ?? "", id: welcome["you"]?["id"]?.string ?? "", key: key)
  }

  /// A browser on a page of the house's own that a signed link opened.
  public func visitor(of site: Site, showing link: String) async throws -> Talker {
    let line = try await LiveClient.connect(port: port, origin: Self.origin)
    try line.send(["do": "hello", "protocol": 1, "site": .string(site.key), "key": .string(link), "language": "en"])
    let welcome = try await line.next("Welcome")
    return Talker(line: line, topic: welcome["topic"]?.string ?? "", id: welcome["you"]?["id"]?.string ?? "", key: nil)
  }

  /// A page of the house's own in a frame of a website, with the token that it was given.
  public func frame(with token: String, cookie: String? = nil, watch: Bool = false) async throws -> Talker {
    let line = try await LiveClient.connect(port: port, origin: Self.origin, cookie: cookie)
    try line.send(["do": "hello", "protocol": 1, "watch": .bool(watch), "token": .string(token)])
    let welcome = try await line.next("Welcome")
    return Talker(line: line, topic: welcome["topic"]?.string ?? "", id: welcome["you"]?["id"]?.string ?? "", key: nil)
  }

  /// A program with a token of somebody: it has neither a cookie nor an origin.
  public func program(with token: String, watch: Bool = false) async throws -> Talker {
    let line = try await LiveClient.connect(port: port, headers: [("Authorization", "Bearer \(token)")])
    try line.send(["do": "hello", "protocol": 1, "watch": .bool(watch)])
    let welcome = try await line.next("Welcome")
    return Talker(line: line, topic: welcome["topic"]?.string ?? "", id: welcome["you"]?["id"]?.string ?? "", key: nil)
  }

  /// A console.
  public func console(of person: Person) async throws -> Talker {
    let line = try await LiveClient.connect(port: port, origin: Self.origin, cookie: person.cookie)
    try line.send(["do": "hello", "protocol": 1])
    let welcome = try await line.next("Welcome")
    return Talker(line: line, topic: welcome["topic"]?.string ?? "", id: person.id.description, key: nil)
  }

  /// A visitor who filled the form in, and whom somebody answers.
  public func chat(at site: Site, with agent: Talker) async throws -> Talker {
    let visitor = try await visitor(of: site)
    _ = try await visitor.subscribe()
    _ = try await visitor.sendForm()
    _ = try await agent.subscribe(visitor.topic)
    _ = try await agent.ask("join", on: visitor.topic)
    return visitor
  }
}
