import Live

/// What one node tells the others.
enum Message: Hashable, Sendable {
  case publication(Publication)
  /// Something that is kept in the memory of every node.
  case signal(name: String, body: [UInt8])
}

// On the wire a message is a line of words, and then the frames whose lengths the line gives:
//
//   e chat.5 12 11 180 = 180↵{…}        entry 12 with the frame for everybody; the team's is the same
//   v visitors.2 - 95↵{…}               an event for the team alone
//   h chat.5 12 -                       a log came to 12 for everybody
//   s visitors.2                        a state to be read whole
//   g revoked 12↵…                      a signal
//
// Text, because PostgreSQL carries nothing else; and copied, not encoded, because every message of every chat comes this way.
extension Message {
  /// - Parameter frameBytes: what the frames of one message may take together; longer ones are left out, and the receiver reads them.
  func encoded(frameBytes: Int) -> [UInt8] {
    var line = WordLine()
    switch self {
    case .signal(let name, let body): line.write("g", name, body.count, frames: [body])
    case .publication(let publication):
      let topic = publication.topic
      switch publication.content {
      case .entry(let n, let everybody, let team):
        let isSame = everybody != nil && everybody?.json == team?.json
        guard (everybody?.json.count ?? 0) + (isSame ? 0 : team?.json.count ?? 0) <= frameBytes else {
          let head = Publication.head(topic, everybody: everybody.map { _ in n }, team: team.map { _ in n })
          return Message.publication(head).encoded(frameBytes: frameBytes)
        }
        line.write(
          "e", topic, n, everybody?.after, everybody?.json.count, team?.after, isSame ? WordLine.same : team?.json.count,
          frames: [everybody?.json, isSame ? nil : team?.json])
      case .event(let everybody, let team):
        let isSame = everybody != nil && everybody == team
        guard (everybody?.count ?? 0) + (isSame ? 0 : team?.count ?? 0) <= frameBytes else {
          return Message.publication(.stale(topic)).encoded(frameBytes: frameBytes)
        }
        line.write("v", topic, everybody?.count, isSame ? WordLine.same : team?.count, frames: [everybody, isSame ? nil : team])
      case .head(let everybody, let team): line.write("h", topic, everybody, team, frames: [])
      case .stale: line.write("s", topic, frames: [])
      }
    }
    return line.bytes
  }

  /// - Throws: `NotUnderstood`.
  init(_ parcel: inout WordReader) throws(NotUnderstood) {
    switch try parcel.word() {
    case "g":
      let name = try parcel.word()
      let length = try parcel.number()
      try parcel.endLine()
      self = .signal(name: name, body: try parcel.frame(length) ?? [])
    case "e":
      let (topic, n) = (try parcel.word(), try parcel.number())
      let (everybodyAfter, everybodyLength) = (try parcel.number(), try parcel.number())
      let (teamAfter, teamLength) = (try parcel.number(), try parcel.number())
      try parcel.endLine()
      let everybody = try parcel.frame(everybodyLength)
      let team = teamLength == WordLine.same ? everybody : try parcel.frame(teamLength)
      guard let n else { throw NotUnderstood() }
      self = .publication(
        .entry(topic, n: n, everybody: try Self.entry(everybodyAfter, everybody), team: try Self.entry(teamAfter, team)))
    case "v":
      let (topic, everybodyLength, teamLength) = (try parcel.word(), try parcel.number(), try parcel.number())
      try parcel.endLine()
      let everybody = try parcel.frame(everybodyLength)
      let team = teamLength == WordLine.same ? everybody : try parcel.frame(teamLength)
      self = .publication(.event(topic, everybody: everybody, team: team))
    case "h":
      let (topic, everybody, team) = (try parcel.word(), try parcel.number(), try parcel.number())
      try parcel.endLine()
      self = .publication(.head(topic, everybody: everybody, team: team))
    case "s":
      let topic = try parcel.word()
      try parcel.endLine()
      self = .publication(.stale(topic))
    default: throw NotUnderstood()
    }
  }

  private static func entry(_ after: Int64?, _ json: [UInt8]?) throws(NotUnderstood) -> Publication.Entry? {
    guard let json else { return nil }
    guard let after else { throw NotUnderstood() }
    return Publication.Entry(after: after, json: json)
  }
}

/// A line of words and what follows it.
struct WordLine {
  /// Stands for a length: the frame before it once more.
  static let same: Int64 = -1

  private(set) var bytes: [UInt8] = []

  mutating func write(_ words: (any Word)?..., frames: [[UInt8]?]) {
    bytes.reserveCapacity(96 + frames.reduce(0) { $0 + ($1?.count ?? 0) })
    for word in words {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
      if let word { word.append(to: &bytes) } else { bytes.append(UInt8(ascii: "-")) }
    }
    bytes.append(UInt8(ascii: "\n"))
    for case let frame? in frames { bytes.append(contentsOf: frame) }
  }
}

/// What can stand in a line.
protocol Word {
  func append(to bytes: inout [UInt8])
}

extension String: Word {
  func append(to bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
}

extension Int64: Word {
  func append(to bytes: inout [UInt8]) {
    if self == WordLine.same { return bytes.append(UInt8(ascii: "=")) }
    precondition(self >= 0, "Numbers on the bus are not negative")
    let first = bytes.count
    var rest = self
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[first...].reverse()
  }
}

extension Int: Word {
  func append(to bytes: inout [UInt8]) { Int64(self).append(to: &bytes) }
}
