import Base
import LedgerCore
import Testing

@Suite("Payout slips") struct SlipTests {
  private func dinar(_ minor: Int64) -> Money { Money(minor, .dinar) }

  @Test("B34: gross 50.000, commission 10.000, share 40.000 of which 6.387 are value added tax, nothing withheld: net 40.000")
  func whole() {
    let slip = Slip(gross: dinar(50_000), commission: dinar(10_000), by: .whole, chargesVAT: true, under: .standard)
    #expect(slip.lines.map(\.step) == [.commission, .vat])
    #expect(slip.lines.map(\.amount.description) == ["-10.000 TND", "6.387 TND"])
    #expect(slip.lines.map(\.effect) == [.moves, .contained])
    #expect(slip.share.description == "40.000 TND" && slip.net.description == "40.000 TND")
    #expect(slip.vat.minor == 6387 && slip.vatOnTop.minor == 0 && slip.withheld.minor == 0)
  }

  @Test("B35: with 15 % withheld at source 6.000 go to the tax office: net 34.000")
  func withheld() {
    let slip = Slip(gross: dinar(50_000), commission: dinar(10_000), by: .withheld, chargesVAT: true, under: .standard)
    #expect(slip.lines.map(\.step) == [.commission, .vat, .withholding])
    #expect(slip.lines.map(\.amount.description) == ["-10.000 TND", "6.387 TND", "-6.000 TND"])
    #expect(slip.lines.map(\.after.description) == ["40.000 TND", "40.000 TND", "34.000 TND"])
    #expect(slip.withheld.minor == 6000 && slip.net.description == "34.000 TND")
  }

  @Test("B35: rates, order and whether value added tax is contained or on top are data")
  func terms() {
    let onTop = SlipTerms(vat: 1900, isVATOnTop: true)
    let slip = Slip(gross: dinar(50_000), commission: dinar(10_000), by: .withheld, chargesVAT: true, under: onTop)
    #expect(slip.vatOnTop.minor == 7600 && slip.withheld.minor == 7140, "withheld of 47.600")
    #expect(slip.net.minor == 40_000 + 7600 - 7140)
    let first = SlipTerms(steps: [.commission, .withholding, .vat], isVATOnTop: true)
    let other = Slip(gross: dinar(50_000), commission: dinar(10_000), by: .withheld, chargesVAT: true, under: first)
    #expect(other.withheld.minor == 6000 && other.vatOnTop.minor == 6460, "19 % of 34.000")
    let ofGross = SlipTerms(steps: [.withholding, .commission, .vat], withholding: 1000)
    #expect(Slip(gross: dinar(50_000), commission: dinar(10_000), by: .withheld, chargesVAT: false, under: ofGross).net.minor == 35_000)
    let none = Slip(gross: dinar(7), commission: dinar(1), by: .withheld, chargesVAT: true, under: SlipTerms(vat: 0, withholding: 0))
    #expect(none.lines.map(\.step) == [.commission] && none.net.minor == 6)
  }

  @Test("B34: taxes are rounded half up, also of amounts that fill an integer")
  func rounding() {
    #expect(Slip.part(1500, of: dinar(1), outOf: 10_000).minor == 0)
    #expect(Slip.part(5000, of: dinar(1), outOf: 10_000).minor == 1)
    #expect(Slip.part(1500, of: dinar(333), outOf: 10_000).minor == 50)
    #expect(Slip.part(1900, of: dinar(.max), outOf: 10_000).minor == 1_752_440_687_002_407_403)
  }
}
