/// A currency by its code and its number of decimals, as ISO 4217 lists them.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
  public let code: String
  /// How many decimals an amount has: the euro two, the dinar three, the yen none.
  public let decimals: Int

  /// - Returns: nil for a code that Parley does not keep books in.
  public init?(code: String) {
    guard let decimals = Self.decimals[code] else { return nil }
    self.code = code
    self.decimals = decimals
  }

  private init(_ code: String, _ decimals: Int) {
    self.code = code
    self.decimals = decimals
  }

  public static let euro = Currency("EUR", 2)
  public static let dinar = Currency("TND", 3)
  public static let dollar = Currency("USD", 2)

  public static let all: [Currency] = decimals.keys.sorted().compactMap { Currency(code: $0) }

  private static let decimals: [String: Int] = [
    "AED": 2, "AUD": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CZK": 2, "DKK": 2, "DZD": 2, "EGP": 2, "EUR": 2, "GBP": 2, "HUF": 2,
    "INR": 2, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "LBP": 2, "LYD": 3, "MAD": 2, "MXN": 2, "NOK": 2, "NZD": 2, "OMR": 3, "PLN": 2,
    "QAR": 2, "RON": 2, "SAR": 2, "SEK": 2, "SGD": 2, "TND": 3, "TRY": 2, "USD": 2, "ZAR": 2,
  ]

  public var description: String { code }
}

extension Currency: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let found = Currency(code: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "No currency of ours.")
    }
    self = found
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }
}

/// An amount in the smallest unit of its currency. Amounts of different currencies never meet.
public struct Money: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public let minor: Int64
  public let currency: Currency

  public init(_ minor: Int64, _ currency: Currency) {
    self.minor = minor
    self.currency = currency
  }

  public static func + (left: Money, right: Money) -> Money { Money(left.minor + left.same(right), left.currency) }
  public static func - (left: Money, right: Money) -> Money { Money(left.minor - left.same(right), left.currency) }
  public static func < (left: Money, right: Money) -> Bool { left.minor < left.same(right) }

  private func same(_ other: Money) -> Int64 {
    precondition(currency == other.currency, "Amounts of different currencies never meet")
    return other.minor
  }

  /// For logs and the books: `10.00 EUR`. People read it in their language, from `MoneyWords`.
  public var description: String { "\(decimal) \(currency.code)" }

  /// The amount with its decimals and a point, e.g. `10.00`.
  public var decimal: String {
    let digits = String(minor.magnitude)
    let padded = String(repeating: "0", count: max(0, currency.decimals + 1 - digits.count)) + digits
    let whole = padded.dropLast(currency.decimals)
    let sign = minor < 0 ? "-" : ""
    return currency.decimals == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(padded.suffix(currency.decimals))"
  }
}

/// What a wallet counts in. A site sells in one of them; wallets of different units never mix.
public enum CreditUnit: String, CaseIterable, Codable, Hashable, Sendable {
  /// Every message costs one.
  case credits
  /// 1 coin = 500 millimes; each expert names a price in coins.
  case coins
  /// Of a subscription without a limit: one for each month that was paid. Nothing is asked for with them; as long as there is one, questions
  /// are included.
  case months

  /// What customers see as a balance, and pay with.
  public static let spendable: [CreditUnit] = [.credits, .coins]
}

/// So many credits, or coins.
public struct Units: Hashable, Sendable {
  public let count: Int64
  public let unit: CreditUnit

  public init(_ count: Int64, _ unit: CreditUnit) {
    self.count = count
    self.unit = unit
  }
}

/// Divides an amount among shares so that nothing is lost: each gets its part rounded down, and what is left goes, one by one, to those with the
/// largest remainders (Hamilton's method), the earlier first among equals.
///
/// - Precondition: no weight is negative and their sum is positive.
public func divided(_ total: Int64, by weights: [Int64]) -> [Int64] {
  let sum = weights.reduce(0, +)
  precondition(total >= 0 && sum > 0 && weights.allSatisfy { $0 >= 0 }, "Shares are of something, for somebody")
  let exact = weights.map { weight -> (quotient: Int64, remainder: Int64) in
    let (quotient, remainder) = sum.dividingFullWidth(total.multipliedFullWidth(by: weight))
    return (quotient, remainder)
  }
  var shares = exact.map(\.quotient)
  var left = total - shares.reduce(0, +)
  for index in exact.indices.sorted(by: { (exact[$1].remainder, $0) < (exact[$0].remainder, $1) }) where left > 0 {
    shares[index] += 1
    left -= 1
  }
  return shares
}
