/// What happened to a chat that is paid by the minute, as both parties are told.
public struct MinuteNews: Hashable, Sendable {
  public enum Step: String, CaseIterable, Sendable {
    /// A customer agreed to the price and asks for it.
    case offered
    /// The expert took it.
    case started
    /// Both are there: the clock runs.
    case billing
    /// The minute that was set aside last is the last one that the credit is enough for.
    case low
    /// Nobody wrote for a while; soon the clock stops.
    case idle
    case paused, resumed, ended
  }

  public let step: Step
  /// Why it paused or ended.
  public let why: MinuteReason?
  /// What was billed, where it ended.
  public let bill: MinuteBill?

  public init(_ step: Step, why: MinuteReason? = nil, bill: MinuteBill? = nil) {
    self.step = step
    self.why = why
    self.bill = bill
  }
}

/// What a chat by the minute came to.
public struct MinuteBill: Hashable, Sendable {
  /// How long the clock ran and was paid for.
  public let seconds: Int64
  public let units: Units

  public init(seconds: Int64, units: Units) {
    self.seconds = seconds
    self.units = units
  }
}

/// Why the clock stands still or a chat by the minute is over.
public enum MinuteReason: String, CaseIterable, Codable, Sendable {
  /// Somebody's connection is weak, or the server was away.
  case connection
  /// Nobody wrote.
  case idle
  /// The customer buys credit.
  case recharge
  case funds
  /// A limit that the payer had set.
  case limit
  case customer, expert
  /// The expert needs a break.
  case rest
  case declined, cancelled, unanswered
}

/// The two who share a chat by the minute.
public enum MinuteSide: String, CaseIterable, Codable, Sendable {
  case customer, expert
}

/// What one of the two does about their chat by the minute.
public enum MinuteDeed: String, CaseIterable, Codable, Sendable {
  /// The customer: agrees to a price, gives the own request up, buys credit, goes on after that.
  case start, cancel, recharge, proceed
  /// The expert.
  case accept, decline, rest
  /// Either.
  case end

  /// Whose it is; nil for either.
  public var side: MinuteSide? {
    switch self {
    case .start, .cancel, .recharge, .proceed: .customer
    case .accept, .decline, .rest: .expert
    case .end: nil
    }
  }
}
