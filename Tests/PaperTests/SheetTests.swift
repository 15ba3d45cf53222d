import Paper
import TestKit
import Testing

/// What comes out of the printer, read back by poppler.
@Suite("Paper")
struct SheetTests {
  private static func sheet(lines: Int = 2) -> Sheet {
    var sheet = Sheet()
    sheet.name = "Receipt 23AB-45CD"
    sheet.house = "Harbour House"
    sheet.title = "Receipt"
    sheet.facts = [
      Sheet.Fact("For", "Lina Lindqvist\nlina@example.org"), Sheet.Fact("Reference", "23AB-45CD"),
      Sheet.Fact("Paid", "2026-11-21 14:32 UTC"),
    ]
    sheet.head = Sheet.Line("What", "Amount")
    sheet.lines = (1...lines).map { Sheet.Line("Line \($0)", "€\($0).00") }
    sheet.total = Sheet.Line("Total", "€99.00")
    sheet.foot = "Harbour House · https://harbour.example"
    sheet.time = "2026-11-21T14:32:07Z"
    return sheet
  }

  private static func print(_ sheet: Sheet) async throws -> [UInt8] {
    let printer = Printer()
    do {
      let bytes = try await printer.print(sheet)
      await printer.close()
      return bytes
    } catch {
      await printer.close()
      throw error
    }
  }

  @Test("B32: a sheet is one page of A4 with its name and moment, and of the same sheet come the same bytes")
  func same() async throws {
    let bytes = try await Self.print(Self.sheet())
    #expect(bytes.starts(with: Array("%PDF-".utf8)))
    #expect(try await Self.print(Self.sheet()) == bytes)
    let facts = try PaperReader.facts(bytes)
    #expect(facts["Pages"] == "1" && facts["Title"] == "Receipt 23AB-45CD" && facts["Author"] == "Harbour House")
    #expect(facts["CreationDate"] == "2026-11-21T14:32:07Z")
    #expect(facts["Page size"]?.contains("A4") == true)
    let text = try PaperReader.text(bytes)
    for words in ["Harbour House", "Lina Lindqvist", "lina@example.org", "Line 1", "€2.00", "€99.00", "https://harbour.example"] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test("B32: what is too long for a page goes on with the next one, each line once, the total with the last line, and pages are counted")
  func long() async throws {
    for count in [16, 17, 18, 19, 20, 21, 60] {
      let bytes = try await Self.print(Self.sheet(lines: count))
      let pages = try PaperReader.text(bytes).split(separator: "\u{C}").map(String.init).filter { $0.contains("Harbour") }
      let words = pages.joined().split(whereSeparator: \.isWhitespace).map(String.init)
      for line in 1...count { #expect(words.count { $0 == "€\(line).00" } == (line == 99 ? 2 : 1), "line \(line) of \(count)") }
      let last = try #require(pages.last)
      #expect(last.contains("€99.00") && last.contains("€\(count).00"), "\(count)")
      #expect(pages.count == 1 || last.filter { $0 != " " }.contains("\(pages.count)/\(pages.count)"), "\(count)")
    }
  }

  @Test("P11: an Arabic sheet is read from the right, with Latin names and numbers in their own order")
  func arabic() async throws {
    var sheet = Self.sheet()
    sheet.language = "ar"
    sheet.isRightToLeft = true
    sheet.title = "الإيصال"
    sheet.facts = [
      Sheet.Fact("إلى", "Lina Lindqvist\nسمير بن عمر"), Sheet.Fact("المرجع", "23AB-45CD"),
      Sheet.Fact("تاريخ الدفع", "2026-11-21 14:32 UTC"),
    ]
    sheet.total = Sheet.Line("المجموع", "\u{200F}24.500\u{A0}د.ت.\u{200F}")
    let bytes = try await Self.print(sheet)
    let text = try PaperReader.text(bytes)
    for words in ["سمير بن عمر", "Lina Lindqvist", "23AB-45CD", "2026-11-21 14:32 UTC", "المجموع", "24.500"] {
      #expect(text.contains(words), "\(words) in \(text)")
    }
  }

  @Test("B32: what somebody is called is text and nothing else, however long it is and whatever stands in it")
  func hostile() async throws {
    var sheet = Self.sheet()
    sheet.facts[0] = Sheet.Fact("For", "<b>Lina</b> & \u{202E}Co %s")
    #expect(try PaperReader.text(try await Self.print(sheet)).contains("<b>Lina</b> &"))
    sheet.facts[0] = Sheet.Fact("For", String(repeating: "W", count: 2000))
    sheet.lines[0] = Sheet.Line(String(repeating: "נa", count: 500), "€1.00")
    let text = try PaperReader.text(try await Self.print(sheet))
    #expect(text.contains("€99.00"))
  }
}
