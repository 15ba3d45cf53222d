import Foundation
import Testing

@testable import Wire

@Suite struct JSONWriterTests {
  @Test("E20: every character of a text arrives as it was sent")
  func escapes() throws {
    var scalars = (0...0x2100).compactMap(Unicode.Scalar.init) + (0xE000...0xE010).compactMap(Unicode.Scalar.init)
    scalars.append("\u{10FFFF}")
    let text = String(String.UnicodeScalarView(scalars))
    let read = try JSONDecoder().decode([String].self, from: Data([text, ""].json))
    #expect(read == [text, ""])
  }

  @Test("E20: control characters and line separators do not stand in JSON as they are")
  func separators() {
    #expect(String(decoding: "a\u{0}\u{1f}\n\"\\\u{2028}b\u{2029}\u{2027}".json, as: UTF8.self) == #""a\u0000\u001f\n\"\\\u2028b\u2029‧""#)
  }

  @Test("E20: empty lists and objects, nulls and neighbours are separated as JSON wants it")
  func structure() {
    var json = JSONWriter()
    json.object { object in
      object.field("empty", [String]())
      object.field("none", String?.none)
      object.field("left out", ifAny: String?.none)
      object.field("inner") { $0.field("yes", true) }
      object.field("lists", [[1, 2], [], [3]])
    }
    #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"empty":[],"none":null,"inner":{"yes":true},"lists":[[1,2],[],[3]]}"#)
  }
}
