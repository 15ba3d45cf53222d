import Access
import Base
import Foundation
import Synchronization
import Testing

@Suite("Values")
struct ValueTests {
  @Test(
    "B7: a name is one line that turns nothing around",
    arguments: [
      ("Ada Moreau", "Ada Moreau"), ("  Ada \u{3000} Moreau ", "Ada \u{3000} Moreau"), ("Ada\r\nBcc: x@y.z", "Ada Bcc: x@y.z"),
      ("Ada\u{2028}\u{85}Moreau", "Ada Moreau"), ("gpj.\u{202E}exe\u{2066}", "gpj. exe"), ("\u{1B}[31mAda\t", "[31mAda"), ("\n\r", ""),
      ("نور الهدى", "نور الهدى"), ("👩‍👩‍👧", "👩‍👩‍👧"), ("A\0da", "A\0da"),
    ])
  func oneLine(text: String, wanted: String) { #expect(text.onOneLine == wanted) }

  @Test(
    "P11: a number is read in the digits of whoever types it",
    arguments: [
      ("250", 250), ("٢٥٠", 250), ("۲۵۰", 250), ("\u{200F}٣٠\u{200F}", 30), ("١٬٥٠٠", 1500), ("-٥", -5), ("٢٫٥", nil), ("٢٥٠ دينار", nil),
      ("", nil), ("½", nil),
    ] as [(String, Int64?)])
  func typedNumbers(text: String, wanted: Int64?) { #expect(Int64(typed: text) == wanted) }

  @Test("X4: identities grow, also when the clock of the machine steps back, and differ between nodes")
  func identitiesGrow() {
    let time = Mutex<Int64>(1_795_219_200_000)
    let maker = IDMaker(node: 5, time: { Moment(milliseconds: time.withLock { $0 }) })
    var last: SiteID = maker.next()
    for step in 0..<20_000 {
      if step == 7_000 { time.withLock { $0 -= 60_000 } }
      let next: SiteID = maker.next()
      #expect(next > last)
      #expect(next.rawValue >> 12 & 1023 == 5)
      last = next
    }
  }

  @Test("X4: a restarted maker starts above its high-water mark")
  func highWaterMark() {
    let first = IDMaker(node: 1, time: { Moment(milliseconds: 1_795_219_200_000) }).next(Kinds.Site.self)
    let second = IDMaker(node: 1, notBelow: first.rawValue, time: { Moment(milliseconds: 1_700_000_000_000) }).next(Kinds.Site.self)
    #expect(second > first)
  }

  @Test("An identity is read only from the digits that it prints")
  func identityText() {
    #expect(SiteID("42")?.description == "42")
    for bad in ["", "0", "-1", "042", "+42", "4 2", "9223372036854775808", "x"] { #expect(SiteID(bad) == nil) }
  }

  @Test("E76: a secret is 32 hexadecimal digits and never the same twice")
  func secrets() {
    let made = Set((0..<1000).map { _ in Secret().text })
    #expect(made.count == 1000)
    #expect(made.allSatisfy { Secret($0) != nil })
    #expect(Secret("0123456789abcdef0123456789ABCDEF") == nil)
    #expect(Secret("0123") == nil)
  }

  @Test("The clock is moved forward only")
  func clockMovesForward() {
    let clock = WallClock.fixed(at: Moment(milliseconds: 1000))
    clock.advance(milliseconds: 500)
    #expect(clock.now == Moment(milliseconds: 1500))
  }

  @Test("A hook is called as deep after a hundred thousand calls as after the first")
  func hookStaysFlat() {
    let counted = Mutex<Int>(0)
    let hook = Hook<(@Sendable (Int) -> Void)?>(nil)
    hook.set { number in counted.withLock { $0 += number } }
    for _ in 0..<100_000 { hook.function?(1) }
    #expect(counted.withLock { $0 } == 100_000)
  }
}
