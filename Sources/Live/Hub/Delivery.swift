import NIOCore

/// A publication with its frames made, shared by all who get it.
struct Delivery: Sendable {
  let topic: String
  let content: Content

  enum Content: Sendable {
    case entry(n: Int64, everybody: Entry?, team: Entry?)
    case event(everybody: Packet?, team: Packet?)
    case head(everybody: Int64?, team: Int64?)
    case stale
  }

  struct Entry: Sendable {
    let after: Int64
    let packet: Packet
  }

  init(_ publication: Publication) {
    topic = publication.topic
    switch publication.content {
    case .entry(let n, let everybody, let team):
      let forTeam = team.map(Self.entry)
      content = .entry(n: n, everybody: everybody == team ? forTeam : everybody.map(Self.entry), team: forTeam)
    case .event(let everybody, let team) where everybody == team:
      let packet = everybody.map { Packet(json: $0) }
      content = .event(everybody: packet, team: packet)
    case .event(let everybody, let team):
      content = .event(everybody: everybody.map { Packet(json: $0) }, team: team.map { Packet(json: $0) })
    case .head(let everybody, let team): content = .head(everybody: everybody, team: team)
    case .stale: content = .stale
    }
  }

  private static func entry(_ entry: Publication.Entry) -> Entry { Entry(after: entry.after, packet: Packet(json: entry.json)) }

  /// What one audience gets of it.
  func part(for audience: Audience) -> Part? {
    switch (content, audience) {
    case (.entry(let n, let entry?, _), .everybody), (.entry(let n, _, let entry?), .team):
      .entry(n: n, after: entry.after, entry.packet)
    case (.event(let packet?, _), .everybody), (.event(_, let packet?), .team): .event(packet)
    case (.head(let n?, _), .everybody), (.head(_, let n?), .team): .head(n)
    case (.stale, _): .stale
    default: nil
    }
  }

  enum Part {
    case entry(n: Int64, after: Int64, Packet)
    case event(Packet)
    case head(Int64)
    case stale

    var byteCount: Int {
      switch self {
      case .entry(_, _, let packet), .event(let packet): packet.bytes.readableBytes
      case .head, .stale: 0
      }
    }
  }
}
