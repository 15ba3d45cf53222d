import CCBOR

/// A value of CBOR (RFC 8949), as far as authenticators write them: definite lengths, no key twice (CTAP 2.1, section 8).
///
/// libcbor reads piece by piece, so that a length that somebody only claims costs nothing. Its pointers stay in this file.
indirect enum CBOR: Hashable, Sendable {
  case integer(Int64)
  case bytes([UInt8])
  case text(String)
  case array([CBOR])
  case map([CBOR: CBOR])
  /// Tags, fractions, flags: nothing that a passkey is made of.
  case other

  struct Unreadable: Error {}

  /// Deeper and longer than any authenticator writes.
  private static let depthLimit = 8
  private static let itemLimit = 512

  /// Reads one value from the front; what follows it stays.
  init(readingFrom rest: inout ArraySlice<UInt8>) throws(Unreadable) {
    var items = 0
    self = try Self.value(&rest, depth: 0, items: &items)
  }

  subscript(label: Int64) -> CBOR? { self[.integer(label)] }
  subscript(name: String) -> CBOR? { self[.text(name)] }
  private subscript(key: CBOR) -> CBOR? { if case .map(let pairs) = self { pairs[key] } else { nil } }

  var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
  var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

  private static func value(_ rest: inout ArraySlice<UInt8>, depth: Int, items: inout Int) throws(Unreadable) -> CBOR {
    items += 1
    guard depth < depthLimit, items <= itemLimit else { throw Unreadable() }
    switch try piece(&rest) {
    case .whole(let value): return value
    case .tag:
      _ = try value(&rest, depth: depth + 1, items: &items)
      return .other
    case .array(let count):
      var values: [CBOR] = []
      for _ in 0..<count { values.append(try value(&rest, depth: depth + 1, items: &items)) }
      return .array(values)
    case .map(let count):
      var pairs: [CBOR: CBOR] = [:]
      for _ in 0..<count {
        let key = try value(&rest, depth: depth + 1, items: &items)
        let value = try value(&rest, depth: depth + 1, items: &items)
        guard pairs.updateValue(value, forKey: key) == nil else { throw Unreadable() }
      }
      return .map(pairs)
    }
  }

  // MARK: libcbor

  private enum Piece {
    case whole(CBOR)
    case tag
    case array(Int)
    case map(Int)
  }

  private static func piece(_ rest: inout ArraySlice<UInt8>) throws(Unreadable) -> Piece {
    var found: Piece?
    let result = rest.withUnsafeBufferPointer { bytes in
      withUnsafeMutablePointer(to: &found) { place in
        withUnsafePointer(to: callbacks) { cbor_stream_decode(bytes.baseAddress, bytes.count, $0, place) }
      }
    }
    guard result.status == CBOR_DECODER_FINISHED, let found, result.read > 0 else { throw Unreadable() }
    rest = rest.dropFirst(result.read)
    return found
  }

  private static func put(_ piece: Piece, _ place: UnsafeMutableRawPointer?) {
    place?.assumingMemoryBound(to: Piece?.self).pointee = piece
  }

  private static func put(_ magnitude: UInt64, isNegative: Bool = false, _ place: UnsafeMutableRawPointer?) {
    // CBOR writes -1 - n for a negative number.
    put(.whole(Int64(exactly: magnitude).map { .integer(isNegative ? -1 - $0 : $0) } ?? .other), place)
  }

  /// What each kind of piece becomes. Kinds without a line, such as those of indefinite length, leave nothing and are unreadable.
  private static var callbacks: cbor_callbacks {
    var callbacks = empty_callbacks()
    callbacks.uint8 = { CBOR.put(UInt64($1), $0) }
    callbacks.uint16 = { CBOR.put(UInt64($1), $0) }
    callbacks.uint32 = { CBOR.put(UInt64($1), $0) }
    callbacks.uint64 = { CBOR.put($1, $0) }
    callbacks.negint8 = { CBOR.put(UInt64($1), isNegative: true, $0) }
    callbacks.negint16 = { CBOR.put(UInt64($1), isNegative: true, $0) }
    callbacks.negint32 = { CBOR.put(UInt64($1), isNegative: true, $0) }
    callbacks.negint64 = { CBOR.put($1, isNegative: true, $0) }
    callbacks.byte_string = { CBOR.put(.whole(.bytes(Array(UnsafeBufferPointer(start: $1, count: $2)))), $0) }
    callbacks.string = { place, start, count in
      let text = String(validating: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
      CBOR.put(.whole(text.map { .text($0) } ?? .other), place)
    }
    // Swift sees a C size as a signed number: the largest claims are negative here.
    callbacks.array_start = { if $1 >= 0 { CBOR.put(.array($1), $0) } }
    callbacks.map_start = { if $1 >= 0 { CBOR.put(.map($1), $0) } }
    callbacks.tag = { place, _ in CBOR.put(.tag, place) }
    callbacks.float2 = { place, _ in CBOR.put(.whole(.other), place) }
    callbacks.float4 = { place, _ in CBOR.put(.whole(.other), place) }
    callbacks.float8 = { place, _ in CBOR.put(.whole(.other), place) }
    callbacks.boolean = { place, _ in CBOR.put(.whole(.other), place) }
    callbacks.null = { CBOR.put(.whole(.other), $0) }
    callbacks.undefined = { CBOR.put(.whole(.other), $0) }
    return callbacks
  }
}
