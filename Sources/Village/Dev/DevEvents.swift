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

  /// What was told, as it came: made into lines when somebody looks.
  private enum Told: Sendable {
    case words(name: String, detail: String)
    case publication(Publication)
  }

  private struct Ring: Sendable {
    var told: [(at: Moment, Told)] = []
    /// The place of the oldest one, once there are as many as may be.
    var oldest = 0
  }

  private let clock: WallClock
  private let ring = Mutex(Ring())

  public init(clock: WallClock) { self.clock = clock }

  /// - Parameter detail: anything short, best as JSON.
  public func note(_ name: String, _ detail: String = "") { keep(.words(name: name, detail: detail)) }

  /// What goes over the bus, as the team sees it: `bus.subscribe(events.note)`.
  public func note(_ publication: Publication) { keep(.publication(publication)) }

  /// Newest first.
  public var newest: [Line] {
    let ring = ring.withLock { $0 }
    return (ring.told[ring.oldest...] + ring.told[..<ring.oldest]).reversed().compactMap { Self.line(of: $1, at: $0) }
  }

  private func keep(_ told: Told) {
    let now = clock.now
    ring.withLock { ring in
      guard ring.told.count == Self.limit else { return ring.told.append((now, told)) }
      ring.told[ring.oldest] = (now, told)
      ring.oldest = (ring.oldest + 1) % Self.limit
    }
  }

  private static func line(of told: Told, at moment: Moment) -> Line? {
    switch told {
    case .words(let name, let detail): return Line(at: moment, name: name, detail: String(detail.prefix(detailLimit)))
    case .publication(let publication):
      let json =
        switch publication.content {
        case .entry(_, let everybody, let team): team?.json ?? everybody?.json
        case .event(let everybody, let team): team ?? everybody
        case .head, .stale: nil as [UInt8]?
        }
      guard let text = json.map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
      return Line(at: moment, name: name(in: text) ?? publication.topic, detail: String(text.prefix(detailLimit)))
    }
  }

  private static func name(in json: String) -> String? {
    guard let start = json.firstRange(of: #""event":""#)?.upperBound else { return nil }
    return String(json[start...].prefix { $0 != "\"" })
  }
}
