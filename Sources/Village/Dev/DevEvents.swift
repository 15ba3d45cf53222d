import Base
import Live
import Synchronization

/// The latest things that happened, for `/dev`: kept in memory, and only as many as a person reads.
///
/// A class, because everybody who tells and the page that shows share it.
public final class DevEvents: Sendable {
  public static let limit = 200
  static let detailLimit = 600

  public struct Line: Sendable {
    public let at: Moment
    public let name: String
    public let detail: String
  }

  private let clock: WallClock
  private let lines = Mutex<[Line]>([])

  public init(clock: WallClock) { self.clock = clock }

  /// - Parameter detail: anything short, best as JSON.
  public func note(_ name: String, _ detail: String = "") {
    let line = Line(at: clock.now, name: name, detail: String(detail.prefix(Self.detailLimit)))
    lines.withLock { lines in
      if lines.count == Self.limit { lines.removeFirst() }
      lines.append(line)
    }
  }

  /// What goes over the bus, as the team sees it: `bus.subscribe(events.note)`.
  public func note(_ publication: Publication) {
    let json =
      switch publication.content {
      case .entry(_, let everybody, let team): team?.json ?? everybody?.json
      case .event(let everybody, let team): team ?? everybody
      case .head, .stale: nil as [UInt8]?
      }
    guard let text = json.map({ String(decoding: $0, as: UTF8.self) }) else { return }
    note(Self.name(in: text) ?? publication.topic, text)
  }

  /// Newest first.
  public var newest: [Line] { lines.withLock { $0.reversed() } }

  private static func name(in json: String) -> String? {
    guard let start = json.firstRange(of: #""event":""#)?.upperBound else { return nil }
    return String(json[start...].prefix { $0 != "\"" })
  }
}
