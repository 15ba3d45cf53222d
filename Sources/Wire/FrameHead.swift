import Base
import Crypto

/// The beginning of a frame as this program writes it: its event, and the id and the topic that come right after.
///
/// Read without looking at the rest, for those who carry frames and need not know what they mean.
public struct FrameHead {
  public let event: String
  public let id: String?
  public let topic: String?
  /// Where the fields after them begin.
  private let rest: Int

  /// Nil for anything that does not begin as our frames do.
  public init?(_ json: some RandomAccessCollection<UInt8>) {
    let bytes = Array(json.prefix(Self.lengthLimit))
    var reader = Reader(bytes: bytes)
    guard let event = reader.field("event", after: "{") else { return nil }
    self.event = event
    id = reader.field("id", after: ",")
    topic = reader.field("topic", after: ",")
    rest = reader.index
  }

  /// The state of a topic, as the frame tells it whole.
  public struct State {
    /// Equal for equal states, whoever asked and whatever they held of the log.
    public let tag: String
    /// Whether it brings lines of the log.
    public let comesWithEntries: Bool
  }

  /// Nil for frames that are no state: entries, patches, answers.
  public func state(in json: some RandomAccessCollection<UInt8>) -> State? {
    let bytes = Array(json.dropFirst(rest))
    switch event {
    case "Snapshot": return State(tag: Self.tag(bytes[...]), comesWithEntries: false)
    case "Subscribed":
      guard let entries = bytes.firstRange(of: Array(#""entries":["#.utf8)) else { return nil }
      let end = Self.endOfList(in: bytes, from: entries.upperBound)
      let comesWithEntries = end > entries.upperBound
      // An empty log always says that it begins anew, which is news only to who held something.
      let isEmpty = !comesWithEntries && bytes[..<entries.lowerBound].firstRange(of: Array(#""reset":true"#.utf8)) != nil
      return State(tag: Self.tag(bytes[end...]) + (isEmpty ? "-" : ""), comesWithEntries: comesWithEntries)
    default: return nil
    }
  }

  /// More than the longest id and topic.
  private static let lengthLimit = 1024

  private static func tag(_ bytes: ArraySlice<UInt8>) -> String {
    SHA256.hash(data: bytes).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Where the list ends that began before `start`.
  private static func endOfList(in bytes: [UInt8], from start: Int) -> Int {
    var depth = 0
    var index = start
    var isInString = false
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\\") where isInString: index += 1
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "[") where !isInString: depth += 1
      case UInt8(ascii: "]") where !isInString:
        if depth == 0 { return index }
        depth -= 1
      default: break
      }
      index += 1
    }
    return bytes.count
  }

  /// Reads `,"name":"text"` where it stands next.
  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    mutating func field(_ name: String, after separator: String) -> String? {
      let start = Array("\(separator)\"\(name)\":\"".utf8)
      guard bytes[index...].starts(with: start) else { return nil }
      var text: [UInt8] = []
      var at = index + start.count
      while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
        if bytes[at] == UInt8(ascii: "\\") {
          guard let (letters, length) = escape(at) else { return nil }
          text += letters
          at += length
        } else {
          text.append(bytes[at])
          at += 1
        }
      }
      guard at < bytes.count else { return nil }
      index = at + 1
      return String(decoding: text, as: UTF8.self)
    }

    /// The escapes that `JSONWriter` writes.
    private func escape(_ at: Int) -> (letters: [UInt8], length: Int)? {
      guard at + 1 < bytes.count else { return nil }
      switch bytes[at + 1] {
      case UInt8(ascii: "n"): return ([0x0A], 2)
      case UInt8(ascii: "r"): return ([0x0D], 2)
      case UInt8(ascii: "t"): return ([0x09], 2)
      case UInt8(ascii: "u"):
        guard at + 6 <= bytes.count, let unit = UInt32(String(decoding: bytes[(at + 2)..<(at + 6)], as: UTF8.self), radix: 16),
          let scalar = Unicode.Scalar(unit)
        else { return nil }
        return (Array(String(Character(scalar)).utf8), 6)
      default: return ([bytes[at + 1]], 2)
      }
    }
  }
}
