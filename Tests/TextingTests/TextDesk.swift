import Base
import HTTPTypes
import Sites
import Store
import Synchronization
import TestKit
import Web

@testable import Outside
@testable import Texting

/// A house with a gateway that says what the test wants, and with people to text to.
///
/// The program around it has texts switched off, so that nobody else does their jobs.
struct TextDesk: Sendable {
  static let account = "AC0123456789abcdef0123456789abcdef"
  static let secret = "gateway-secret"
  static let numbers = ["+12025550100", "+12025550101"]
  static let place = ClientAddress("192.0.2.1")

  let house: House
  let site: Site
  let texting: Texting
  let clock: WallClock
  let gateway: ScriptedGateway
  private let runner: JobRunner

  static func open(_ engine: Dialect.Engine, _ body: @escaping @Sendable (TextDesk) async throws -> Void) async throws {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1_795_262_400_000))
    try await House.open(engine, clock: clock) { house in
      let (gateway, program) = (ScriptedGateway(), house.program)
      let way = TextingSettings.Way.gateway(.init(address: "https://gateway.example", name: account, secret: secret))
      let texting = Texting(
        settings: TextingSettings(way: way, numbers: numbers.compactMap(PhoneNumber.init)), store: program.store, jobs: program.jobs,
        ids: program.ids, clock: clock, web: program.web, house: "Harbour", key: .init(data: [UInt8](repeating: 5, count: 32)),
        ask: { gateway.answer($0) })
      let runner = JobRunner(store: program.store, jobs: program.jobs, handlers: texting.jobHandlers)
      try await body(
        TextDesk(house: house, site: try await house.site(), texting: texting, clock: clock, gateway: gateway, runner: runner))
    }
  }

  /// Does what is due.
  func work() async throws { try await runner.runDue() }

  func signedIn(_ person: House.Person) async throws -> SignedIn {
    guard let found = try await house.program.accounts.recognise(person.token) else { throw Refusal(.signInNeeded) }
    return found
  }

  func ask(_ number: String, as person: House.Person) async throws {
    try await texting.askForProof(of: number, by: signedIn(person), from: Self.place)
    try await work()
  }

  /// The code that was sent last.
  var code: String { gateway.texts.last?.body.firstMatch(of: /[0-9]{6}/).map { String($0.output) } ?? "" }

  func prove(_ code: String, as person: House.Person) async throws {
    try await texting.prove(code, of: signedIn(person), from: Self.place)
  }

  /// Somebody with a telephone.
  func person(_ name: String, at number: String) async throws -> House.Person {
    let person = try await house.person(name, [])
    try await ask(number, as: person)
    try await prove(code, as: person)
    return person
  }

  /// A conversation of its own, which is there once its asker came.
  func conversation() async throws -> ConversationID {
    let visitor = try await house.visitor(of: site)
    _ = try await visitor.subscribe()
    guard let id = ConversationID(String(visitor.topic.dropFirst("chat.".count))) else { throw Refusal(.notFound) }
    return id
  }

  @discardableResult
  func say(_ text: String, to person: House.Person, about conversation: ConversationID, key: String = Secret().text) async throws -> Bool {
    let isPosted = try await house.program.store.write { [texting] session in
      try texting.post(
        TextWish(to: person.id, about: conversation, text: text, link: "https://chat.example.com/1", key: key), in: session)
    }
    // Of two that were posted in the same moment neither is the later one.
    clock.advance(milliseconds: 1000)
    try await work()
    return isPosted
  }

  func hear(_ text: String, from phone: String, on ours: String, sid: String = Secret().text) async throws {
    try await texting.receive(InboundText(sid: sid, from: phone, to: ours, text: text))
  }

  func outcomes() async throws -> [String] {
    try await house.program.store.read { try $0.rows("SELECT outcome FROM text_answers ORDER BY outcome").map { $0[0] as String } }
  }

  func fates() async throws -> [String] {
    try await house.program.store.read { try $0.rows("SELECT fate FROM texts ORDER BY id").map { $0[0] as String } }
  }

  /// The gateway's own browser: it posts to our webhooks.
  func webhooks() -> Browser {
    let routes = Routes(web: texting.web) { _ in nil }
    texting.register(on: routes)
    return Browser(routes, address: "203.0.113.9")
  }

  func tell(_ path: String, _ fields: [(String, String)], secret: String = secret, to browser: Browser) async throws -> Browser.Answer {
    let all = fields + [("AccountSid", Self.account)]
    let body = all.map { "\($0.0)=\(FormCoding.encode($0.1))" }.joined(separator: "&")
    let sign = TextSignature.of(all.map { (name: $0.0, value: $0.1) }, at: House.origin + path, with: secret)
    var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
    if let name = HTTPField.Name(TextSignature.header) { headers[name] = sign }
    return try await browser.ask(.post, path, headers, body: body)
  }
}

/// A class, because the adapter and the test look at the same record.
final class ScriptedGateway: Sendable {
  struct Text: Sendable {
    let to: String
    let from: String
    let body: String
    let callback: String
    let question: HTTPQuestion
  }

  private struct State {
    var texts: [Text] = []
    var answers: [HTTPAnswer] = []
  }

  private let state = Mutex(State())

  var texts: [Text] { state.withLock { $0.texts } }

  /// What it answers next, before it takes texts again.
  func answers(_ status: Int, _ json: String = "{}", headers: [(name: String, value: String)] = []) {
    state.withLock { $0.answers.append(HTTPAnswer(status: status, headers: headers, body: Array(json.utf8))) }
  }

  func answer(_ question: HTTPQuestion) -> HTTPAnswer {
    let fields = (try? FormCoding.decode(question.body ?? [])) ?? []
    let values = Dictionary(fields.map { ($0.name, $0.value) }) { $1 }
    return state.withLock { state in
      state.texts.append(
        Text(
          to: values["To"] ?? "", from: values["From"] ?? "", body: values["Body"] ?? "", callback: values["StatusCallback"] ?? "",
          question: question))
      guard state.answers.isEmpty else { return state.answers.removeFirst() }
      let json = #"{"sid": "SM\#(state.texts.count)", "status": "queued"}"#
      return HTTPAnswer(status: 201, headers: [], body: Array(json.utf8))
    }
  }
}
