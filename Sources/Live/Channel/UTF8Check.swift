/// Checks that bytes are UTF-8 while they come in pieces: a letter may be cut by the end of a fragment.
struct UTF8Check {
  /// How many bytes of the letter are still to come, and between what the next one must lie.
  private var missing = 0
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xBF

  /// Whether no letter is cut.
  var isWhole: Bool { missing == 0 }

  /// False as soon as it can no longer become UTF-8.
  mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < bytes.count {
      // Most text is ASCII: eight letters at a time.
      if missing == 0, index + 8 <= bytes.count,
        bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        index += 8
        continue
      }
      guard accept(bytes[index]) else { return false }
      index += 1
    }
    return true
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    if missing > 0 {
      guard (lower...upper).contains(byte) else { return false }
      expect(missing - 1)
      return true
    }
    // Table 3-7 of the Unicode Standard: no overlong forms, no surrogates, nothing above U+10FFFF.
    switch byte {
    case 0x00...0x7F: break
    case 0xC2...0xDF: expect(1)
    case 0xE0: expect(2, from: 0xA0)
    case 0xED: expect(2, to: 0x9F)
    case 0xE1...0xEF: expect(2)
    case 0xF0: expect(3, from: 0x90)
    case 0xF1...0xF3: expect(3)
    case 0xF4: expect(3, to: 0x8F)
    default: return false
    }
    return true
  }

  private mutating func expect(_ count: Int, from lower: UInt8 = 0x80, to upper: UInt8 = 0xBF) {
    missing = count
    self.lower = lower
    self.upper = upper
  }
}
