import Base

/// `application/x-www-form-urlencoded`, as browsers send forms.
public enum FormCoding {
  static let fieldLimit = 1000

  /// - Parameter keepsLineEnds: for values that somebody signed as they were sent.
  public static func decode(
    _ bytes: some Collection<UInt8>, keepsLineEnds: Bool = false
  ) throws(Refusal) -> [(name: String, value: String)] {
    let parts = bytes.split(separator: UInt8(ascii: "&"))
    guard parts.count <= fieldLimit else { throw Refusal(.tooLarge) }
    var fields: [(name: String, value: String)] = []
    for part in parts {
      let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let value = pair.count == 2 ? try unescape(pair[1]) : ""
      // Browsers send the line ends of a text area as CR LF.
      fields.append((try unescape(pair[0]), keepsLineEnds ? value : value.replacing("\r\n", with: "\n")))
    }
    return fields
  }

  /// A text as one value of a query.
  public static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { encoded, byte in
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126, 47: encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default: encoded += ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
  }

  private static func unescape(_ bytes: some Collection<UInt8>) throws(Refusal) -> String {
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "+"): plain.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else { throw Refusal(.notUnderstood) }
        plain.append(high << 4 | low)
      default: plain.append(byte)
      }
    }
    guard let text = String(validating: plain, as: UTF8.self) else { throw Refusal(.notUnderstood) }
    guard !plain.contains(0) else { throw Refusal(.textHasNull) }
    return text
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
