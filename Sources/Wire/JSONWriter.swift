/// Writes JSON by hand, because an event is written for many readers and a general encoder takes four times as long.
///
/// Whether a comma is due is read from the last byte, so that there is no state besides the bytes.
public struct JSONWriter {
  public private(set) var bytes: [UInt8] = []

  public init(reserving capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  public mutating func object(_ fields: (inout JSONWriter) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    fields(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  public mutating func array<Element: JSONWritable>(_ elements: some Sequence<Element>) {
    separate()
    bytes.append(UInt8(ascii: "["))
    for element in elements { element.write(to: &self) }
    bytes.append(UInt8(ascii: "]"))
  }

  /// A field of the object that is being written. A nil `value` is written as null.
  public mutating func field(_ name: String, _ value: some JSONWritable) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    value.write(to: &self)
  }

  /// A field that is left out when there is no value.
  public mutating func field(_ name: String, ifAny value: (some JSONWritable)?) {
    if let value { field(name, value) }
  }

  public mutating func field(_ name: String, _ fields: (inout JSONWriter) -> Void) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    object(fields)
  }

  /// A list of what is JSON already.
  public mutating func list(_ name: String, of elements: some Sequence<some Sequence<UInt8>>) {
    string(name)
    bytes.append(contentsOf: ":[".utf8)
    for element in elements { literal(element) }
    bytes.append(UInt8(ascii: "]"))
  }

  public mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { appendEscaped($0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Digits, `true`, `null`, or a whole piece of JSON that is already written.
  public mutating func literal(_ json: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  private mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
    default: bytes.append(UInt8(ascii: ","))
    }
  }

  /// Runs of harmless bytes are copied whole; what must not stand in JSON, or in a script that JSON is put into, is escaped.
  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var copied = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      let length: Int
      switch byte {
      case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"): length = 1
      // U+2028 and U+2029 end a line of JavaScript.
      case 0xE2 where index + 2 < text.count && text[index + 1] == 0x80 && text[index + 2] & 0xFE == 0xA8: length = 3
      default:
        index += 1
        continue
      }
      bytes.append(contentsOf: text[copied..<index])
      appendEscape(length == 1 ? UInt16(byte) : 0x2000 | UInt16(text[index + 2] & 0x3F))
      index += length
      copied = index
    }
    bytes.append(contentsOf: text[copied...])
  }

  private mutating func appendEscape(_ unit: UInt16) {
    bytes.append(UInt8(ascii: "\\"))
    switch UInt8(truncatingIfNeeded: unit) {
    case UInt8(ascii: "\"") where unit < 0x80: bytes.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\") where unit < 0x80: bytes.append(UInt8(ascii: "\\"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    default:
      bytes.append(UInt8(ascii: "u"))
      for shift in stride(from: 12, through: 0, by: -4) { bytes.append(Self.digits[Int(unit >> shift & 15)]) }
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
