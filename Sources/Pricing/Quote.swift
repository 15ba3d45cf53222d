import Base

/// What something costs, line by line: each names the clause that made it, and the total is the sum of the lines.
public struct Quote: Hashable, Sendable, Codable {
  /// Where a line comes from.
  public enum Clause: String, CaseIterable, Sendable, Codable {
    /// The terms of the website.
    case siteText, siteVideo, siteOffline, siteSMS
    /// The expert's own prices.
    case expertText, expertVideo
    /// A subscription includes it.
    case subscription
  }

  public struct Line: Hashable, Sendable, Codable {
    public let clause: Clause
    /// Less than nothing where a clause takes something off.
    public let units: Int64

    public init(_ clause: Clause, _ units: Int64) {
      self.clause = clause
      self.units = units
    }
  }

  public let unit: CreditUnit
  public let lines: [Line]

  public init(_ unit: CreditUnit, _ lines: [Line]) {
    self.unit = unit
    self.lines = lines
  }

  /// What its payer is charged.
  public var total: Units { Units(lines.reduce(0) { $0 + $1.units }, unit) }

  /// What the service is worth, whoever pays for it.
  public var price: Units { Units(lines.reduce(0) { $0 + max(0, $1.units) }, unit) }

  public var isIncluded: Bool { lines.contains { $0.clause == .subscription } }
}

/// What is asked for.
public enum Service: String, CaseIterable, Sendable {
  /// The answer to a text message, and to a video message.
  case text, video
  /// The answer to what was left while the expert was not there, and to what went to their telephone.
  case offline, sms
}

/// What a website asks for, as its terms say.
public struct Tariff: Hashable, Sendable {
  public let unit: CreditUnit
  public let text: Int64
  /// Nil: video messages are not answered.
  public let video: Int64?
  /// What was left while the expert was not there; nil: it is a question as any other.
  public let offline: Int64?
  /// The same, to the expert's telephone; nil: nothing goes there.
  public let sms: Int64?
  /// A minute of a chat; nil: nobody is asked by the minute.
  public let minute: Int64?
  /// Experts who named prices of their own get those.
  public let expertsSetPrices: Bool

  public init(
    _ unit: CreditUnit, text: Int64, video: Int64? = nil, offline: Int64? = nil, sms: Int64? = nil, minute: Int64? = nil,
    expertsSetPrices: Bool = false
  ) {
    self.offline = offline
    self.sms = sms
    self.minute = minute
    self.unit = unit
    self.text = text
    self.video = video
    self.expertsSetPrices = expertsSetPrices
  }
}

/// What an expert asks for, in coins; nil where the website's price stands.
public struct Rates: Hashable, Sendable {
  public static let unit = CreditUnit.coins
  public static let limits: ClosedRange<Int64> = 1...10_000

  public let text: Int64?
  public let video: Int64?
  public let minute: Int64?

  public init(text: Int64? = nil, video: Int64? = nil, minute: Int64? = nil) {
    self.text = text
    self.video = video
    self.minute = minute
  }
}

extension Quote {
  /// As a hold keeps it: `{"unit":"coins","lines":[{"clause":"expertText","units":40}]}`.
  public var json: String {
    let lines = lines.map { #"{"clause":"\#($0.clause.rawValue)","units":\#($0.units)}"# }
    return #"{"unit":"\#(unit.rawValue)","lines":[\#(lines.joined(separator: ","))]}"#
  }

  /// What a minute of a chat costs; nil where none is offered.
  public static func minutePrice(_ tariff: Tariff, _ rates: Rates = Rates()) -> Int64? {
    guard let site = tariff.minute else { return nil }
    return tariff.expertsSetPrices && tariff.unit == Rates.unit ? rates.minute ?? site : site
  }

  /// What one answer costs.
  ///
  /// - Parameter isIncluded: a subscription of the customer includes it.
  /// - Returns: nil for what is not offered there.
  public static func of(_ service: Service, _ tariff: Tariff, _ rates: Rates = Rates(), isIncluded: Bool = false) -> Quote? {
    guard let line = line(of: service, tariff, rates) else { return nil }
    return Quote(tariff.unit, isIncluded ? [line, Line(.subscription, -line.units)] : [line])
  }

  private static func line(of service: Service, _ tariff: Tariff, _ rates: Rates) -> Line? {
    // Message credits cost one each, whoever answers; an expert's own prices are in coins.
    let own = tariff.expertsSetPrices && tariff.unit == Rates.unit ? rates : Rates()
    return switch service {
    case .text: own.text.map { Line(.expertText, $0) } ?? Line(.siteText, tariff.text)
    case .video: tariff.video.map { site in own.video.map { Line(.expertVideo, $0) } ?? Line(.siteVideo, site) }
    case .offline: tariff.offline.map { Line(.siteOffline, $0) }
    case .sms: tariff.sms.map { Line(.siteSMS, $0) }
    }
  }
}
