/// A request to somebody else's server.
public struct HTTPQuestion: Sendable {
  public var method: String
  public var url: String
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]?
  public var reach: Reach
  public var connectSeconds = 10
  /// For everything, from the name to the last byte.
  public var totalSeconds = 30
  /// A longer answer is `OutsideFailure.tooLarge`.
  public var answerLimitBytes = 1_048_576
  /// How many redirects are followed. A question that goes into the private network follows none.
  public var redirectLimit = 0

  public init(
    _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
    reach: Reach = .publicNetwork
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.reach = reach
  }
}

/// Where a connection may go.
public enum Reach: Sendable {
  /// Nothing that is only reachable from here. For addresses that people gave: of a push service, a webhook, a feed.
  case publicNetwork
  /// Anything, for an address that the owner wrote into the settings.
  case anywhere
}

public struct HTTPAnswer: Sendable {
  public let status: Int
  public let headers: [(name: String, value: String)]
  public let body: [UInt8]

  /// The last header of this name, whose case does not matter.
  public func header(_ name: String) -> String? { headers.last { $0.name.lowercased() == name.lowercased() }?.value }
}
