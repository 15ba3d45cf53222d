import Base
import Conversations
import Foundation
import NIOCore
import Store
import TestKit
import Testing

@testable import Mail

/// Answers go by letter to who is away, and the letter leads back to exactly one thread.
@Suite("Answers by mail")
struct AnswersByMailTests {
  /// Noon in universal time.
  private static let noon = Moment(milliseconds: 1_795_262_400_000)
  private static let engines = [Dialect.Engine.sqlite, .postgres]

  @Test(
    "A22, A23, X4: an answer to who is away goes by letter, with who answered and every word of it, and the log says so",
    arguments: engines)
  func letter(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.leave()
      let said = try await stage.clara.say("Dear Ada,\n\nyes: <b>two</b> editors.\u{202E}", on: stage.ada.topic)
      let n = try #require(said["n"]?.int)
      clock.advance(milliseconds: 59_000)
      try await Task.sleep(for: .milliseconds(300))
      #expect(stage.letters.isEmpty, "who is away for a moment reads it on coming back")
      _ = try await stage.clara.say("And a third one in June.", on: stage.ada.topic)
      clock.advance(milliseconds: 59_000)
      try await Task.sleep(for: .milliseconds(300))
      #expect(stage.letters.isEmpty, "what is written in one breath goes into one letter")
      clock.advance(milliseconds: 2_000)

      let letter = try await stage.letter(1)
      #expect(letter.to.contains("ada@example.com"))
      #expect(letter.subject == "Clara answered you at Harbour Essays")
      #expect(
        letter.words.contains("Clara:\n> Dear Ada,\n> \n> yes: <b>two</b> editors. \n> \n> And a third one in June.\n"), "\(letter.words)")
      #expect(letter.html.contains("yes: &lt;b&gt;two&lt;/b&gt; editors."))
      let emailed = try await stage.clara.line.next("AnswerEmailed")
      #expect(emailed["body"]?["upTo"]?.int == n + 1 && (emailed["body"]?["above"]?.int ?? n) < n)
      #expect(emailed["by"]?["kind"]?.string == "system")

      clock.advance(milliseconds: 600_000)
      try await Task.sleep(for: .milliseconds(300))
      #expect(stage.letters.count == 1, "each answer goes by letter once")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("A23, X4: what one letter does not hold goes into the next one, and the log says of each what it held", arguments: engines)
  func many(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      try await stage.leave()
      var numbers: [Int] = []
      for number in 1...52 {
        numbers.append(try #require(try await stage.clara.say("Answer \(number).", on: stage.ada.topic)["n"]?.int))
      }
      clock.advance(milliseconds: 301_000)
      let second = try await stage.letter(2)
      let first = try #require(stage.letters.last)
      #expect(first.plain.contains("> Answer 1.") && first.plain.contains("> Answer 50.") && !first.plain.contains("Answer 51."))
      #expect(!second.plain.contains("Answer 50.") && second.plain.contains("> Answer 51.") && second.plain.contains("> Answer 52."))
      // Letters leave side by side, so either may be taken first; the log says both.
      var told: [Int: Int] = [:]
      for _ in 1...2 {
        let body = try await stage.clara.line.next("AnswerEmailed")["body"]
        told[try #require(body?["upTo"]?.int)] = body?["above"]?.int
      }
      #expect(Set(told.keys) == [numbers[49], numbers[51]] && told[numbers[51]] == numbers[49])
    }
  }

  @Test("A22: who is there gets no letter, and gets it after leaving unread", arguments: engines)
  func present(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let read = try await stage.clara.say("Read at once", on: stage.ada.topic)
      let n = try #require(read["n"]?.int)
      try stage.ada.line.send([
        "do": "mark", "topic": .string(stage.ada.topic), "delivered": .number(Double(n)), "seen": .number(Double(n)),
      ])
      _ = try await stage.clara.line.next("Marks") { $0["marks"]?["visitor"]?["seen"]?.int == n }
      _ = try await stage.clara.say("Not looked at", on: stage.ada.topic)
      clock.advance(milliseconds: 61_000)
      try await Task.sleep(for: .milliseconds(400))
      #expect(stage.letters.isEmpty, "the tab is open")
      try await stage.leave()
      clock.advance(milliseconds: 121_000)
      let letter = try await stage.letter(1)
      #expect(letter.plain.contains("> Not looked at") && !letter.plain.contains("Read at once"))
    }
  }

  @Test("X6, X4: the link of a letter reopens exactly this thread on any device, and the log says that it was opened", arguments: engines)
  func wayBack(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let link = try await stage.link(clock)
      let page = try await WebAnswer.of("GET", "/threads/\(link)", port: house.port, ["Accept": "text/html"])
      #expect(page.status == 200 && page.text.contains("<parley-talk") && page.text.contains("key=\"\(link)\""))
      #expect(page.text.contains("Harbour Essays"))
      #expect(stage.emptied("AnswerOpened"), "a machine that fetches the page has opened nothing")

      let phone = try await stage.talker(link)
      #expect(phone.topic == stage.ada.topic)
      let opened = try await stage.clara.line.next("AnswerOpened")
      #expect(opened["body"]?["upTo"]?.int == 4)
      _ = try await phone.subscribe()
      #expect(try await phone.say("From my phone").name == "Acknowledged")
      let heard = try await stage.clara.line.next("MessageSent") { $0["by"]?["kind"]?.string == "visitor" }
      #expect(heard["body"]?["text"]?.string == "From my phone")

      // Whatever the browser on the website may do, and nothing more.
      let asPhone = ["Authorization": "Visitor \(stage.site.key):\(link)", "Origin": House.origin]
      let history = try await WebAnswer.of("GET", "/api/v1/chats/\(stage.conversation)/entries", port: house.port, asPhone)
      #expect(history.status == 200 && history.text.contains("From my phone"))
      let file = try await stage.send("letter.pdf", by: phone, as: asPhone)
      #expect(try await stage.fetch(file, pass: stage.pass(asPhone)).status == 200)
      #expect(try await phone.subscribe("visitors.\(stage.site.id)").name == "Refused")

      let bo = try await house.visitor(of: stage.site)
      let other = String(bo.topic.dropFirst("chat.".count))
      let stolen = try await WebAnswer.of("GET", "/api/v1/chats/\(other)/entries", port: house.port, asPhone)
      #expect(stolen.status == 404, "one thread and no other")
      #expect(try await phone.subscribe(bo.topic).name == "Refused")
      let again = try await stage.talker(link)
      _ = try await again.subscribe()
      #expect(stage.emptied("AnswerOpened"), "opened is said once")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("X6: a link that nobody signed, that belongs to another site or comes from a website opens nothing", arguments: engines)
  func forged(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let other = try await house.site("Other", origin: "https://other.example")
      let link = try await stage.link(clock)
      let parts = link.split(separator: ".").map(String.init)
      let swapped = ([parts[0], String((Int64(parts[1]) ?? 0) + 1)] + parts.dropFirst(2)).joined(separator: ".")
      let cut = String(link.dropLast(3))
      for (text, site, origin, reason) in [
        (swapped, stage.site, House.origin, "linkVoid"), (cut, stage.site, House.origin, "linkVoid"),
        (link, other, House.origin, "notFound"), (link, stage.site, House.siteOrigin, "originNotAllowed"),
        (link + "!", stage.site, House.origin, "notUnderstood"),
      ] {
        let line = try await LiveClient.connect(port: house.port, origin: origin)
        try line.send(["do": "hello", "protocol": 1, "site": .string(site.key), "key": .string(text), "language": "en"])
        #expect(try await line.next("Refused")["reason"]?.string == reason)
      }
      for text in [swapped, cut, "letter.1.2.3.4", "x"] {
        #expect(try await WebAnswer.of("GET", "/threads/\(text)", port: house.port).status == 410)
      }
      let asThief = ["Authorization": "Visitor \(stage.site.key):\(swapped)", "Origin": House.origin]
      #expect(try await WebAnswer.of("GET", "/api/v1/chats/\(stage.conversation)/entries", port: house.port, asThief).status == 410)
    }
  }

  @Test("X6: a link that is too old offers a new one, which goes to the address of the thread and nowhere else", arguments: engines)
  func tooOld(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let link = try await stage.link(clock)
      clock.advance(milliseconds: 30 * 86_400_000 + 1000)
      let page = try await WebAnswer.of("GET", "/threads/\(link)", port: house.port, ["Accept": "text/html"])
      #expect(page.status == 410 && page.text.contains("Send me a new link"))
      let line = try await LiveClient.connect(port: house.port, origin: House.origin)
      try line.send(["do": "hello", "protocol": 1, "site": .string(stage.site.key), "key": .string(link)])
      #expect(try await line.next("Refused")["reason"]?.string == "linkVoid")
      for _ in 0..<2 { #expect(try await stage.submit("/threads/\(link)/renew") == 200) }
      let renewed = try await stage.letter(2)
      #expect(renewed.to.contains("ada@example.com") && renewed.subject == "The way back to your conversation at Harbour Essays")
      try await Task.sleep(for: .milliseconds(300))
      #expect(stage.letters.count == 2, "at most one an hour")
      #expect(try await stage.talker(stage.link(in: renewed)).topic == stage.ada.topic)
    }
  }

  @Test("A22: who wants no more letters gets none, by one press of the mail program, and can have them again", arguments: engines)
  func stopped(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let link = try await stage.link(clock)
      #expect(try await WebAnswer.of("GET", "/threads/\(link)/stop", port: house.port).status == 200)
      // As a mail program does it: RFC 8058, section 3.2.
      let stop = try await WebAnswer.of(
        "POST", "/threads/\(link)/stop", port: house.port, ["Content-Type": "application/x-www-form-urlencoded"],
        body: Data("List-Unsubscribe=One-Click".utf8))
      #expect(stop.status == 200)
      _ = try await stage.clara.say("Unheard", on: stage.ada.topic)
      clock.advance(milliseconds: 400_000)
      try await Task.sleep(for: .milliseconds(400))
      #expect(stage.letters.count == 1)
      let again = try await WebAnswer.of(
        "POST", "/threads/\(link)/stop", port: house.port, ["Content-Type": "application/x-www-form-urlencoded"],
        body: Data("again=yes".utf8))
      #expect(again.status == 200)
      _ = try await stage.clara.say("Heard", on: stage.ada.topic)
      clock.advance(milliseconds: 400_000)
      #expect(try await stage.letter(2).plain.contains("> Heard"))
    }
  }

  @Test("X4: a letter that comes back is said in the thread", arguments: engines)
  func returned(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      _ = try await stage.clara.say("Hello", on: stage.ada.topic)
      let key = "\(stage.conversation).3.4"
      try await house.program.store.write { session in
        try house.program.conversations.noteFate(
          of: LetterOutcome(
            kind: LetterKind("answer", canBeUnsubscribed: true), key: key, at: Self.noon, fate: .bounced(code: 550, text: "no")),
          in: session)
      }
      let news = try await stage.clara.line.next("AnswerReturned")
      #expect(news["body"]?["above"]?.int == 3 && news["body"]?["upTo"]?.int == 4)
    }
  }

  @Test("X6, A30: an account keeps a thread, opens it from its list, and the way ends with its session", arguments: engines)
  func kept(_ engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.noon)
    try await House.open(engine, clock: clock, limits: FileHouse.limits) { house in
      let stage = try await FileHouse(house)
      let link = try await stage.link(clock)
      let lina = try await house.person("Lina", [])
      let thief = try await house.person("Theo", [])
      #expect(try await stage.submit("/threads/\(link)/keep", cookie: lina.cookie) == 303)
      let own = "/conversations/\(stage.conversation)"
      let list = try await WebAnswer.of("GET", "/conversations", port: house.port, ["Cookie": lina.cookie, "Accept": "text/html"])
      #expect(list.text.contains("Harbour Essays") && list.text.contains(own) && list.text.contains("1 new message"))
      let page = try await WebAnswer.of("GET", own, port: house.port, ["Cookie": lina.cookie, "Accept": "text/html"])
      let session = try #require(page.text.firstMatch(of: /key="(session\.[^"]+)"/)?.output.1).description
      let line = try await stage.talker(session)
      #expect(line.topic == stage.ada.topic)
      _ = try await line.subscribe()
      #expect(try await line.say("From my account").name == "Acknowledged")

      // Who keeps it is told of answers, and of no visitors.
      _ = try await stage.clara.say("And one more.", on: stage.ada.topic)
      clock.advance(milliseconds: 3000)
      let told = try await stage.notices(of: lina)
      #expect(told.contains("answers from Clara") && told.contains(own) && told.contains("And one more."))
      let wishes = try await WebAnswer.of("GET", "/profile/notices", port: house.port, ["Cookie": lina.cookie, "Accept": "text/html"])
      #expect(wishes.text.contains("name=\"answer.page\"") && !wishes.text.contains("name=\"newVisitor.page\""))
      let head = try #require(try await line.subscribe()["head"]?.int)
      try line.line.send(["do": "mark", "topic": .string(line.topic), "delivered": .number(Double(head)), "seen": .number(Double(head))])
      _ = try await stage.clara.line.next("Marks") { $0["marks"]?["visitor"]?["seen"]?.int == head }
      #expect(
        try await house.count("SELECT COUNT(*) FROM notices WHERE kind = 'answer' AND read_at IS NULL") == 0, "what was seen is no news")

      #expect(try await stage.submit("/threads/\(link)/keep", cookie: thief.cookie) == 409, "it stays with whom it is")
      #expect(try await WebAnswer.of("GET", own, port: house.port, ["Cookie": thief.cookie]).status == 404)
      let nothing = try await WebAnswer.of("GET", "/conversations", port: house.port, ["Cookie": thief.cookie, "Accept": "text/html"])
      #expect(!nothing.text.contains("Harbour Essays"))

      try await house.program.accounts.setActive(false, of: lina.id, by: nil, from: .console)
      #expect(try await line.line.closeCode() == 4401)
      let late = try await LiveClient.connect(port: house.port, origin: House.origin)
      try late.send(["do": "hello", "protocol": 1, "site": .string(stage.site.key), "key": .string(session)])
      #expect(try await late.next("Refused")["reason"]?.string == "linkVoid")
    }
  }
}

extension FoundLetter {
  /// With the line breaks of Swift.
  fileprivate var words: String { plain.replacingOccurrences(of: "\r\n", with: "\n") }
}

extension FileHouse {
  var letters: [FoundLetter] { house.program.mail.folder?.letters() ?? [] }

  /// Ada closes her browser, and the house has noticed.
  func leave() async throws {
    ada.line.close()
    _ = try await clara.line.next("People") { $0["people"]?["visitor"]?["online"]?.bool == false }
  }

  func letter(_ count: Int) async throws -> FoundLetter {
    for _ in 0..<100 where letters.count < count { try await Task.sleep(for: .milliseconds(50)) }
    return try #require(letters.first, "no letter came")
  }

  /// The link of the letter with an answer that Ada gets while she is away.
  func link(_ clock: WallClock) async throws -> String {
    try await leave()
    _ = try await clara.say("Yes, we do.", on: ada.topic)
    clock.advance(milliseconds: 61_000)
    let link = try link(in: try await letter(1))
    _ = try await clara.line.next("AnswerEmailed")
    return link
  }

  func link(in letter: FoundLetter) throws -> String {
    try #require(letter.words.firstMatch(of: /http:\/\/localhost:8080\/threads\/([^\s\/]+)\n/)?.output.1).description
  }

  /// A browser on a page of Parley's own.
  func talker(_ link: String) async throws -> Talker {
    try await house.visitor(of: site, showing: link)
  }

  /// The page of somebody's notices, once there is one.
  func notices(of person: House.Person) async throws -> String {
    for _ in 0..<100 where try await house.count("SELECT COUNT(*) FROM notices WHERE account_id = \(person.id)") == 0 {
      try await Task.sleep(for: .milliseconds(50))
    }
    return try await WebAnswer.of("GET", "/notices", port: house.port, ["Cookie": person.cookie, "Accept": "text/html"]).text
  }

  func emptied(_ event: String) -> Bool { !clara.line.takeAll().contains { $0.name == event } }

  /// Sends the form of a page that was opened before.
  func submit(_ path: String, cookie: String = "") async throws -> Int {
    let page = try await WebAnswer.of(
      "GET", cookie.isEmpty ? "/sign-up" : "/profile", port: house.port, ["Accept": "text/html", "Cookie": cookie])
    let token = try #require(page.text.firstMatch(of: /name="form_token" value="([^"]+)"/)?.output.1).description
    let given = page.headers["set-cookie"]?.split(separator: ";").first.map(String.init) ?? ""
    return try await WebAnswer.of(
      "POST", path, port: house.port,
      [
        "Content-Type": "application/x-www-form-urlencoded", "Origin": House.origin,
        "Cookie": [given, cookie].filter { !$0.isEmpty }.joined(separator: "; "),
      ], body: Data("form_token=\(token)".utf8)
    ).status
  }
}
