import Base
import Testing
import Web

@Suite struct MoneyWordsTests {
  /// What `Intl.NumberFormat(language, {style: "currency", currency})` writes.
  @Test(
    "A6, B26: an amount is written as its reader's language writes it",
    arguments: [
      (Language.english, Money(1000, .euro), "€10.00"), (.english, Money(1_234_567, .euro), "€12,345.67"),
      (.english, Money(24_500, .dinar), "TND\u{A0}24.500"), (.english, Money(-330, .euro), "-€3.30"),
      (.english, Money(5, .dollar), "$0.05"),
      (.french, Money(1000, .euro), "10,00\u{A0}€"), (.french, Money(1_234_567, .euro), "12\u{202F}345,67\u{A0}€"),
      (.french, Money(24_500, .dinar), "24,500\u{A0}TND"), (.french, Money(1000, .dollar), "10,00\u{A0}$US"),
      (.italian, Money(123_450, .euro), "1234,50\u{A0}€"), (.italian, Money(1_234_567, .euro), "12.345,67\u{A0}€"),
      (.italian, Money(1000, .dollar), "10,00\u{A0}USD"), (.arabic, Money(1000, .euro), "\u{200F}10.00\u{A0}€"),
      (.arabic, Money(24_500, .dinar), "\u{200F}24.500\u{A0}د.ت.\u{200F}"), (.arabic, Money(-330, .euro), "\u{200F}\u{200E}-3.30\u{A0}€"),
    ])
  func written(language: Language, money: Money, text: String) { #expect(MoneyWords(language)[money] == text) }

  @Test("A6: a currency without decimals has none")
  func whole() throws {
    let yen = try #require(Currency(code: "JPY"))
    #expect(MoneyWords(.english)[Money(1500, yen)] == "¥1,500")
    #expect(MoneyWords(.italian)[Money(1500, yen)] == "1500\u{A0}JPY")
  }
}
