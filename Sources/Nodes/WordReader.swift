/// Reads what `WordLine` wrote, from memory that belongs to the caller.
///
/// Another version of the program may have written it, so nothing is taken for granted.
struct WordReader {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  mutating func word() throws(NotUnderstood) -> String {
    let word = try slice()
    return String(decoding: word, as: UTF8.self)
  }

  /// Nil for a dash.
  mutating func number() throws(NotUnderstood) -> Int64? {
    let word = try slice()
    if word.count == 1, word[word.startIndex] == UInt8(ascii: "-") { return nil }
    if word.count == 1, word[word.startIndex] == UInt8(ascii: "=") { return WordLine.same }
    guard (1...18).contains(word.count) || word.count == 19 else { throw NotUnderstood() }
    var value: Int64 = 0
    for byte in word {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw NotUnderstood() }
      let (tens, isTooMuch) = value.multipliedReportingOverflow(by: 10)
      let (next, isMore) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      guard !isTooMuch, !isMore else { throw NotUnderstood() }
      value = next
    }
    return value
  }

  /// The line has no more words.
  mutating func endLine() throws(NotUnderstood) {
    guard place > 0, bytes[place - 1] == UInt8(ascii: "\n") else { throw NotUnderstood() }
  }

  /// The bytes of a frame; nil where there is none.
  mutating func frame(_ length: Int64?) throws(NotUnderstood) -> [UInt8]? {
    guard let length else { return nil }
    guard length >= 0, length <= bytes.count - place else { throw NotUnderstood() }
    defer { place += Int(length) }
    return Array(bytes[place..<place + Int(length)])
  }

  /// The next word, whose end is left behind.
  private mutating func slice() throws(NotUnderstood) -> Slice<UnsafeRawBufferPointer> {
    // The words of a line that has ended are not those of the next.
    let start = place
    while place < bytes.count, bytes[place] != UInt8(ascii: " "), bytes[place] != UInt8(ascii: "\n") { place += 1 }
    guard place < bytes.count, place > start else { throw NotUnderstood() }
    defer { place += 1 }
    return bytes[start..<place]
  }
}

/// Bytes that no node of this version wrote.
struct NotUnderstood: Error {}
