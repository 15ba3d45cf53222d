import Base
import Crypto
import Testing
import Web

@testable import Payouts

@Suite("Where experts are paid") struct PayoutDataTests {
  @Test(
    "B34: an IBAN is taken with its check digits alone, however it is typed",
    arguments: [
      ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"), ("de89370400440532013000", "DE89370400440532013000"),
      ("GB29-NWBK-6016-1331-9268-19", "GB29NWBK60161331926819"), ("TN59 1000 6035 1835 9847 8831", "TN5910006035183598478831"),
    ])
  func iban(typed: String, iban: String) {
    #expect(AccountNumber(typed)?.iban == iban)
  }

  @Test("B34: a RIB of 20 digits is a Tunisian account, and its own check digits are looked at")
  func rib() throws {
    let number = try #require(AccountNumber("10 006 0351835984788 31"))
    #expect(number.iban == "TN5910006035183598478831" && number.country == "TN" && number.hint == "TN •••• 8831")
    #expect(number.description == "TN59 1000 6035 1835 9847 8831")
    #expect(AccountNumber("10006035183598478832") == nil)
  }

  @Test(
    "B34: what has wrong check digits, a wrong length or other letters is no account",
    arguments: [
      "", "FR1420041010050500013M02607", "FR142004101005050001", "DE8937040044053201300", "1434", "ZZ", "TN5910006035183598478832",
      "DE89370400440532013000\u{0}", "DE893704004405320130٠٠",
    ])
  func wrong(typed: String) {
    #expect(AccountNumber(typed) == nil)
  }

  @Test("B34: each field says what is wrong with it; names are written as banks pass them on")
  func fields() throws {
    let data = try PayoutData(
      holder: "  Émile  Grünwald-Ørsted ", account: "10006035183598478831", bic: "bnteTnTT", identity: "0123 4567", vatNumber: "1234567/A/M"
    )
    #expect(data.holder == "Emile Grunwald-Orsted" && data.bic == "BNTETNTT" && data.identity == "01234567")
    #expect(data.vatNumber == "1234567AM")
    do {
      _ = try PayoutData(holder: "لينا", account: "x", bic: "abc", identity: "12", vatNumber: "1")
      Issue.record("all of it is wrong")
    } catch {
      #expect(
        error.fields == [
          "holder": .holderInvalid, "account": .accountNumberInvalid, "bic": .bankCodeInvalid, "identity": .taxNumberInvalid,
          "vatNumber": .taxNumberInvalid,
        ])
    }
    #expect(BankText.of("//") == nil && BankText.of("A & B") == "A + B" && BankText.of("<a>") == nil)
  }

  @Test("B34: at rest there is nothing to read, and a row that was copied to another account opens nothing")
  func sealed() throws {
    let key = SymmetricKey(size: .bits256)
    let (emil, mara) = (AccountID(rawValue: 3), AccountID(rawValue: 4))
    let data = try PayoutData(
      holder: "Emil Brandt", account: "DE89370400440532013000", bic: "", identity: "12345678", vatNumber: "")
    let bytes = try data.sealed(for: emil, with: key)
    let text = String(decoding: bytes, as: UTF8.self)
    for word in ["Brandt", "3704", "12345678"] { #expect(!text.contains(word)) }
    #expect(try PayoutData(unsealing: bytes, for: emil, with: key) == data)
    #expect(throws: (any Error).self) { try PayoutData(unsealing: bytes, for: mara, with: key) }
    #expect(throws: (any Error).self) { try PayoutData(unsealing: bytes, for: emil, with: SymmetricKey(size: .bits256)) }
  }

  @Test("B35: rates are read and written as people do, to two decimals")
  func rates() {
    for (text, rate) in [("19", 1900), ("12,5", 1250), ("0.05", 5), ("100", 10_000)] as [(String, Int64)] {
      #expect(Rate.read(text) == rate)
    }
    for text in ["", "-1", "1.234", "x", "1e3", "1234", "٣س"] { #expect(Rate.read(text) == nil) }
    #expect([1900, 1250, 5, 10].map(Rate.percent) == ["19", "12.5", "0.05", "0.1"])
  }

  @Test("B38: a cell that a spreadsheet would take for a formula is text")
  func cells() {
    let csv = CSVText([["=1+1", "-5.00", "-x", "a,\"b\"", "\u{40}c"]])
    #expect(csv.text == "'=1+1,-5.00,'-x,\"a,\"\"b\"\"\",'@c\r\n")
    // A line feed alone, and in a pair; an accent over the sign that begins a formula or ends a cell.
    #expect(CSVText([["a\n=1+1", "b\r\nc", "d\re"]]).text == "\"a\n=1+1\",\"b\r\nc\",\"d\re\"\r\n")
    #expect(CSVText([["=\u{301}1", "a,\u{301}b\"\u{301}"]]).text == "'=\u{301}1,\"a,\u{301}b\"\"\u{301}\"\r\n")
  }
}
