import Base
import Store
import TestKit
import Testing
import Web

@testable import Mail

@Suite struct MessageTests {
  @Test("E87a: a letter that was posted is written after the commit, once for a kind and key", arguments: Dialect.Engine.allCases)
  func posted(engine: Dialect.Engine) async throws {
    try await Desk.open(engine) { desk in
      try await desk.send(.trial(to: .ines(), key: "1"))
      try await desk.send(.trial(to: .ines(), key: "1"))
      #expect(desk.letters.count == 1)
      try await desk.send(.trial(to: .ines(.arabic), key: "2"))
      try #require(desk.letters.count == 2)
      let letter = desk.letters[0]
      #expect(letter.to == "Inés Carvalho <ines@reader.example>")
      #expect(letter.from == "Harbour Essays <hello@harbour.example>")
      #expect(letter.subject == "رسالة تجريبية")
      #expect(letter.plain.contains("\u{2068}Harbour Essays\u{2069}") && letter.html.contains(#"dir="rtl""#))
      #expect(letter.date == Moment(milliseconds: Databases.start.milliseconds / 1000 * 1000))
    }
  }

  @Test("E87a: a letter of a transaction that failed was never posted", arguments: Dialect.Engine.allCases)
  func rolledBack(engine: Dialect.Engine) async throws {
    try await Desk.open(engine) { desk in
      await #expect(throws: Refusal.self) {
        try await desk.store.write { [mail = desk.mail] session in
          try mail.post(.trial(to: .ines(), key: "1"), in: session)
          throw Refusal(.unavailable)
        }
      }
      try await desk.runner.runDue()
      #expect(desk.letters.isEmpty)
    }
  }

  @Test("E87a: without a server and a folder mail is off, and nothing is put down", arguments: Dialect.Engine.allCases)
  func off(engine: Dialect.Engine) async throws {
    try await Desk.open(engine, way: .off) { desk in
      #expect(!desk.mail.isOn)
      let isPosted = try await desk.store.write { [mail = desk.mail] in try mail.post(.trial(to: .ines(), key: "1"), in: $0) }
      #expect(!isPosted)
      #expect(try await desk.store.read { try $0.rows("SELECT id FROM letters").count } == 0)
    }
  }

  @Test("E87a: a letter keeps what it says only until it has left; its line goes after a month", arguments: Dialect.Engine.allCases)
  func forgotten(engine: Dialect.Engine) async throws {
    try await Desk.open(engine) { desk in
      let link = "https://chat.harbour.example/recover/0123456789abcdef0123456789abcdef"
      try await desk.store.write { [mail = desk.mail] session in
        _ = try mail.post(.recovery(to: .ines(), link: link, expires: .minutes(30), key: "1"), in: session)
      }
      let before = try await desk.store.read { try $0.row("SELECT content FROM letters").flatMap { row -> String? in row[0] } }
      #expect(before?.contains("0123456789abcdef") == true)
      try await desk.runner.runDue()
      let rows = try await desk.store.read { try $0.rows("SELECT content, fate, settled_at FROM letters") }
      #expect(rows == [Row([.null, .text("delivered"), .integer(desk.clock.now.milliseconds)])])
      try await desk.mail.prepare()
      desk.clock.advance(milliseconds: (Mail.keptSeconds + Mail.sweepSeconds) * 1000)
      try await desk.runner.runDue()
      #expect(try await desk.store.read { try $0.rows("SELECT id FROM letters").count } == 0)
    }
  }

  @Test(
    "X4: who records a letter's fate does it in the transaction that makes it true, and hears of it after",
    arguments: Dialect.Engine.allCases)
  func recorded(engine: Dialect.Engine) async throws {
    try await Desk.open(engine) { desk in
      let (heard, tell) = AsyncStream.makeStream(of: LetterOutcome.self)
      desk.mail.record { session, outcome in
        try session.run("INSERT INTO tries (key, count, window_ends_at) VALUES ($1, 1, $2)", outcome.key, outcome.at)
      }
      desk.mail.settled.subscribe { tell.yield($0) }
      try await desk.send(.trial(to: .ines(), key: "answer-7"))
      let noted = try await desk.store.read { try $0.rows("SELECT key, window_ends_at FROM tries") }
      #expect(noted == [Row([.text("answer-7"), .integer(desk.clock.now.milliseconds)])])
      for await outcome in heard {
        #expect(outcome == LetterOutcome(kind: .trial, key: "answer-7", at: desk.clock.now, fate: .delivered))
        break
      }
    }
  }

  // MARK: Headers

  private static let breaks = ["\r\n", "\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{2029}", "\u{B}", "\u{C}"]

  @Test("E77: nothing that somebody wrote adds a header or a recipient, whichever field it was written in", arguments: breaks)
  func injected(by mark: String) async throws {
    let poison = "Ines\(mark)Bcc: victim@other.example\(mark)X-Evil: yes\(mark)\(mark)<script>"
    try await Desk.open(.sqlite) { desk in
      // SQLite refuses U+0000 in a text, so a letter with it is refused before anything is put down; JSON escapes it.
      var letters: [Letter] = [
        .trial(to: .ines(name: poison), key: "name"),
        .invitation(
          to: .ines(), by: poison, house: poison, link: "https://chat.harbour.example/x", expires: .days(1), key: "arguments"),
      ]
      letters.append(
        .newSignIn(to: .ines(), browser: poison, address: poison, at: desk.clock.now, link: "https://a.example/", key: "browser"))
      for letter in letters { try await desk.send(letter) }
      #expect(desk.letters.count == 3)
      for file in try desk.files() {
        let head = try #require(file.firstRange(of: "\r\n\r\n")).lowerBound
        let names = file[..<head].split(separator: "\r\n").filter { !$0.hasPrefix(" ") && !$0.hasPrefix("\t") }.map {
          $0.prefix { $0 != ":" }
        }
        #expect(Set(names.map { $0.lowercased() }) == Self.headers)
        #expect(!file[..<head].contains("\0") && !file[..<head].replacing("\r\n", with: "").contains { "\r\n".contains($0) })
      }
      for letter in desk.letters { #expect(letter.to.hasSuffix("<ines@reader.example>")) }
    }
  }

  private static let headers: Set = [
    "from", "to", "subject", "message-id", "date", "auto-submitted", "content-language", "mime-version", "content-type",
  ]

  @Test("E77: an address with anything that ends a header is refused, of the recipient and of the one to answer", arguments: breaks)
  func refusedAddress(mark: String) async throws {
    let poison = "ines@reader.example\(mark)Bcc: victim@other.example"
    try await Desk.open(.sqlite) { desk in
      await #expect(throws: Refusal(.emailInvalid)) {
        try await desk.send(.trial(to: Recipient(address: poison, language: .english), key: "1"))
      }
      let letter = Letter(.trial, to: .ines(), replyTo: poison, key: "2")
      await #expect(throws: Refusal(.emailInvalid)) { try await desk.send(letter) }
      #expect(desk.letters.isEmpty)
    }
    #expect(MailSettings.Sender("Harbour <\(poison)>") == nil)
    #expect(MailSettings.Sender("Har\(mark)bour <a@b.example>")?.name == "Har bour")
  }

  @Test("P9: a letter says where an answer goes, and one that can be unsubscribed says how with one press")
  func answersAndUnsubscribing() async throws {
    try await Desk.open(.sqlite) { desk in
      let link = "https://chat.harbour.example/mail/stop/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      let kind = LetterKind("trial", canBeUnsubscribed: true)
      try await desk.send(Letter(kind, to: .ines(), unsubscribe: link, replyTo: "answers@harbour.example", key: "1"))
      let file = try #require(try desk.files().first)
      #expect(file.contains("\r\nReply-To: answers@harbour.example\r\n"))
      #expect(file.contains("\r\nList-Unsubscribe: <\(link)>\r\n"))
      #expect(file.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"))
      #expect(file.contains("\r\nAuto-Submitted: auto-generated\r\n"))
      let letter = try #require(desk.letters.first)
      #expect(letter.plain.contains(link) && letter.html.contains(link))
      #expect(file.contains("\r\nMessage-Id: <\(letter.id)@harbour.example>\r\n"))
    }
  }
}
