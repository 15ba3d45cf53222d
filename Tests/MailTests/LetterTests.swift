import Base
import Store
import TestKit
import Testing
import Web

@testable import Mail

/// Every kind of letter in every language.
@Suite struct LetterTests {
  private static let link = "https://chat.harbour.example/a/0123456789abcdef?b=c&d=e"
  private static let at = Moment(milliseconds: 1_795_271_534_000)

  private static func letters(_ recipient: Recipient) -> [Letter] {
    [
      .confirm(to: recipient, link: link, expires: .hours(24), key: "1"),
      .recovery(to: recipient, link: link, expires: .minutes(30), key: "2"),
      .addressChange(to: recipient, link: link, expires: .hours(1), key: "3"),
      .addressChanged(to: recipient, newAddress: "new@reader.example", at: at, key: "4"),
      .invitation(to: recipient, by: "Clara Lindqvist", house: "Harbour Essays", link: link, expires: .days(7), key: "5"),
      .alreadyRegistered(to: recipient, signIn: link, recover: "https://chat.harbour.example/recover", key: "6"),
      .newSignIn(to: recipient, browser: "Firefox on Linux", address: "203.0.113.7", at: at, link: link, key: "7"),
      .passwordChanged(to: recipient, at: at, link: link, key: "8"),
      .secondFactorChanged(to: recipient, change: .on, at: at, link: link, key: "9"),
      .secondFactorChanged(to: recipient, change: .off, at: at, link: link, key: "10"),
      .secondFactorChanged(to: recipient, change: .codesRenewed, at: at, link: link, key: "11"),
      .passkeyChanged(to: recipient, change: .added, name: "Firefox on Linux", at: at, link: link, key: "13"),
      .passkeyChanged(to: recipient, change: .removed, name: "Firefox on Linux", at: at, link: link, key: "14"),
      .tokenMade(to: recipient, name: "Nightly export", at: at, link: link, key: "15"),
      .trial(to: recipient, key: "12"),
    ]
  }

  @Test("P11: every letter says in every language what it is about, in both its parts", arguments: Language.allCases)
  func everyKind(language: Language) throws {
    let web = try Desk.web()
    for letter in Self.letters(.ines(language)) {
      let paper = try LetterPaper(letter, house: "Harbour Essays", home: Desk.home, web: web)
      let texts = web.texts(language)
      #expect(!paper.subject.isEmpty && !paper.subject.contains("{"), "\(letter.kind.name)")
      for part in [paper.plain, paper.html] {
        #expect(part.contains("Inés Carvalho"), "\(letter.kind.name)")
        #expect(part.contains("Harbour Essays"), "\(letter.kind.name)")
        #expect(part.contains(texts["mail.\(letter.kind.name).after"]), "\(letter.kind.name)")
        #expect(!part.contains("{") && !part.contains("!\n"), "\(letter.kind.name) has a place that nothing filled")
        for value in letter.arguments.values { #expect(part.contains(value), "\(letter.kind.name) hides \(value)") }
      }
      if let button = letter.button {
        #expect(paper.plain.contains("\n\(button)\n"))
        #expect(paper.html.contains(#"href="\#(button.replacing("&", with: "&amp;"))""#))
      }
      if let second = letter.second { #expect(paper.plain.contains("\n\(second)\n") && paper.html.contains(#"href="\#(second)""#)) }
      #expect(paper.html.contains(#"<html lang="\#(language.code)" dir="\#(language.direction)">"#))
      #expect(paper.html.contains(#"<meta name="color-scheme" content="light dark">"#))
    }
  }

  @Test("E77: what somebody wrote is escaped in the HTML part, and as it was in the plain one")
  func escaped() throws {
    let name = #"<b onmouseover="x()">Ann & Co</b>"#
    let letter = Letter.invitation(to: .ines(), by: name, house: "A & B", link: Self.link, expires: .days(7), key: "1")
    let paper = try LetterPaper(letter, house: "A & B", home: Desk.home, web: try Desk.web())
    #expect(!paper.html.contains("<b onmouse") && paper.html.contains("&lt;b onmouseover=&quot;x()&quot;&gt;Ann &amp; Co"))
    #expect(paper.plain.contains(name))
  }

  @Test("P11: what somebody wrote stands apart in Arabic, so that it does not turn the sentence around")
  func isolated() throws {
    let letter = Letter.invitation(to: .ines(.arabic), by: "Clara", house: "Harbour", link: Self.link, expires: .days(7), key: "1")
    let paper = try LetterPaper(letter, house: "Harbour", home: Desk.home, web: try Desk.web())
    #expect(paper.plain.contains("\u{2068}Clara\u{2069}"))
    #expect(paper.html.contains("\u{2068}Clara\u{2069}"))
  }

  @Test("E87a: an address of mail is one that no header, list or command can be broken with")
  func addresses() {
    for good in ["a@b", "ines.carvalho+news@reader.example", "o'brien@sub.reader.example", "x@bücher.example", "a_b-c@1.example"] {
      #expect(MailAddress(good)?.text == good)
    }
    for bad in [
      "", "a", "@b", "a@", "a@@b", "a b@c", "a@b\r\nBcc: x@y", "a@b\nX: y", "a\0@b", "<a@b>", "a@b>", "a,b@c", "a@b,c@d", "\"a b\"@c",
      "a@b c", ".a@b", "a.@b", "a..b@c", "a@b..c", "a@-b", "jörg@b", "a@[127.0.0.1]", "a:b@c", "a;b@c", "a(b)@c", "a\\b@c",
      String(repeating: "a", count: 65) + "@b", "a@" + String(repeating: "b", count: 260),
    ] {
      #expect(MailAddress(bad) == nil, "\(bad)")
    }
  }
}
