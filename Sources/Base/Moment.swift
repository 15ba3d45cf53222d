/// A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Moment: Hashable, Comparable, Sendable, Codable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }

  public func adding(seconds: Int64) -> Moment { Moment(milliseconds: milliseconds + seconds * 1000) }
  public func adding(milliseconds more: Int64) -> Moment { Moment(milliseconds: milliseconds + more) }

  /// How many milliseconds lie between `earlier` and this moment; negative when `earlier` is later.
  public func milliseconds(since earlier: Moment) -> Int64 { milliseconds - earlier.milliseconds }

  public static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }
}
