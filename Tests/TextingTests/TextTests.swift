import Base
import Testing

@testable import Texting

/// What texts, numbers and signatures are, without a program around them.
@Suite("Text messages and their numbers")
struct TextTests {
  @Test(
    "B9: a number is what the whole world dials, however people type it",
    arguments: [
      ("+33 6 12 34 56 78", "+33612345678"), ("0033612345678", "+33612345678"), (" +1 (202) 555-0100 ", "+12025550100"),
      ("+٢١٦٢٠١٢٣٤٥٦", "+21620123456"), ("+216.20.123.456", "+21620123456"), ("\u{202A}+33612345678\u{202C}", "+33612345678"),
    ])
  func number(typed: String, plain: String) { #expect(PhoneNumber(typed)?.text == plain) }

  @Test(
    "B9: anything else is none",
    arguments: ["", "0612345678", "33612345678", "+0612345678", "+33", "+1234567890123456", "+33 6 12 34 five", "+", "++33612345678"])
  func noNumber(typed: String) { #expect(PhoneNumber(typed) == nil) }

  @Test("B9: of a number two digits are shown")
  func hint() throws { #expect(try #require(PhoneNumber("+33612345678")).hint == "78") }

  @Test(
    "C14: a text has as many pieces as the telephone puts together",
    arguments: [
      ("", 1), (String(repeating: "a", count: 160), 1), (String(repeating: "a", count: 161), 2), (String(repeating: "a", count: 306), 2),
      (String(repeating: "a", count: 307), 3), (String(repeating: "€", count: 80), 1), (String(repeating: "€", count: 81), 2),
      // The last place of the first piece is left empty, because € has two.
      (String(repeating: "€", count: 153), 3), (String(repeating: "ê", count: 70), 1), (String(repeating: "ê", count: 71), 2),
      (String(repeating: "ê", count: 134), 2), (String(repeating: "ê", count: 135), 3), (String(repeating: "😀", count: 35), 1),
      (String(repeating: "😀", count: 36), 2), (String(repeating: "é", count: 160), 1),
    ])
  func pieces(text: String, count: Int) { #expect(TextLength.segments(of: text) == count) }

  @Test("C14: a longer text is cut between letters, and ends with the page that has all of it")
  func cut() {
    let link = "https://chat.example.com/conversations/5"
    let short = String(repeating: "a", count: 4 * 153)
    #expect(TextLength.fitted(short, link: link) == short)
    for letter in ["a", "ê", "👩‍🚀"] {
      let fitted = TextLength.fitted(String(repeating: letter, count: 2000), link: link)
      #expect(TextLength.segments(of: fitted) == TextLength.segmentLimit && fitted.hasSuffix("... \(link)"))
      #expect(fitted.dropLast(link.count + 4).allSatisfy { String($0) == letter })
    }
  }

  @Test(
    "B9: the one word ends texts or has them again, in whatever case; more than the word does not",
    arguments: [
      ("STOP", true), ("stop", true), (" Stop. ", true), ("arrêt", true), ("ARRET", true), ("Unsubscribe", true), ("cancel", true),
      ("END", true), ("Quit!", true), ("START", false), ("start", false), ("unstop", false),
    ])
  func keyword(text: String, stops: Bool) { #expect(Keyword(text) == (stops ? .stop : .start)) }

  @Test("B9: what only begins like a word is an answer", arguments: ["stop it please", "Startled", "yes", "", "the end"])
  func noKeyword(text: String) { #expect(Keyword(text) == nil) }

  @Test("C14: a signature is the one of the gateway's own library")
  func signature() {
    let fields = [
      (name: "CallSid", value: "CA1234567890ABCDE"), (name: "Caller", value: "+12349013030"), (name: "Digits", value: "1234"),
      (name: "From", value: "+12349013030"), (name: "To", value: "+18005551212"),
    ]
    let address = "https://mycompany.com/myapp.php?foo=1&bar=2"
    let right = TextSignature.of(fields.reversed(), at: address, with: "12345")
    #expect(right == "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
    #expect(TextSignature.of(fields + fields, at: address, with: "12345") == right, "a value that is said twice counts once")
    #expect(TextSignature.isRight(right, right) && !TextSignature.isRight("", right))
    #expect(!TextSignature.isRight(TextSignature.of(fields, at: address, with: "12346"), right))
    #expect(!TextSignature.isRight(TextSignature.of(fields, at: address + "&", with: "12345"), right))
  }

  @Test("C14: sealed for one account a number opens for no other, and its digest needs the key")
  func seal() throws {
    let number = try #require(PhoneNumber("+33612345678"))
    let seal = PhoneSeal(.init(data: [UInt8](repeating: 7, count: 32)))
    let other = PhoneSeal(.init(data: [UInt8](repeating: 8, count: 32)))
    let sealed = try seal.seal(number, of: AccountID(rawValue: 1))
    #expect(try seal.open(sealed, of: AccountID(rawValue: 1)) == number)
    #expect(throws: (any Error).self) { try seal.open(sealed, of: AccountID(rawValue: 2)) }
    #expect(throws: (any Error).self) { try other.open(sealed, of: AccountID(rawValue: 1)) }
    #expect(seal.digest(of: number) == seal.digest(of: number) && seal.digest(of: number) != other.digest(of: number))
  }
}
