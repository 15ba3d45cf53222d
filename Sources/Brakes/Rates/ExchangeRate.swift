import Base
import Web

/// How many of a currency one euro is, in millionths, and since when that is said.
public struct ExchangeRate: Hashable, Sendable {
  public static let decimals = 6
  /// Beyond it no currency is counted.
  static let limitMillionths: Int64 = 1_000_000_000_000_000
  static let euro = ExchangeRate(millionths: 1_000_000, setAt: nil)

  public let millionths: Int64
  /// Nil for the euro itself.
  public let setAt: Moment?

  public init(millionths: Int64, setAt: Moment?) {
    self.millionths = millionths
    self.setAt = setAt
  }

  /// `0.9312` or `0,9312`; nil for what is no number above zero with at most six decimals.
  static func millionths(_ text: String) -> Int64? {
    let parts = text.typedNumber.replacing(",", with: ".").split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = parts.first, !whole.isEmpty, whole.count <= 10 else { return nil }
    let rest = parts.count == 2 ? parts[1] : ""
    guard (whole + rest).utf8.allSatisfy({ (48...57).contains($0) }), rest.count <= decimals else { return nil }
    let number = Int64(whole + rest + String(repeating: "0", count: decimals - rest.count))
    return number.flatMap { (1...limitMillionths).contains($0) ? $0 : nil }
  }

  /// As it is typed: `0.9312`, `3.38`, `160`.
  var decimal: String {
    let digits = String(millionths)
    let padded = String(repeating: "0", count: max(0, Self.decimals + 1 - digits.count)) + digits
    let rest = padded.suffix(Self.decimals).reversed().drop { $0 == "0" }.reversed()
    let whole = String(padded.dropLast(Self.decimals))
    return rest.isEmpty ? whole : "\(whole).\(String(rest))"
  }
}

/// An amount as its reader thinks of it. It is shown and never booked.
public struct RoughAmount: Hashable, Sendable {
  public let money: Money
  /// The day of the older of the rates that it was made with; nil where none was needed.
  public let day: String?
}

/// Turns prices into the currency that somebody chose to read them in.
public struct OwnCurrency: Sendable {
  public let currency: Currency
  let rates: [Currency: ExchangeRate]

  public init(_ currency: Currency, rates: [Currency: ExchangeRate]) {
    self.currency = currency
    self.rates = rates.merging([.euro: .euro]) { $1 }
  }

  /// To the nearest smallest unit of the currency, halves up.
  ///
  /// - Returns: nil where a rate is missing.
  public func rough(_ money: Money) -> RoughAmount? {
    if money.currency == currency { return RoughAmount(money: money, day: nil) }
    guard let from = rates[money.currency], let to = rates[currency] else { return nil }
    let numerator = Int128(money.minor) * Int128(to.millionths) * Self.power(currency.decimals)
    let denominator = Int128(from.millionths) * Self.power(money.currency.decimals)
    let minor = (2 * numerator + denominator) / (2 * denominator)
    guard let exact = Int64(exactly: minor) else { return nil }
    let oldest = [from, to].compactMap(\.setAt).min()
    return RoughAmount(money: Money(exact, currency), day: oldest.map { String($0.isoText.prefix(10)) })
  }

  /// What several amounts come to.
  public func rough(_ amounts: [Money]) -> RoughAmount? {
    var sum = RoughAmount(money: Money(0, currency), day: nil)
    for amount in amounts {
      guard let part = rough(amount) else { return nil }
      sum = RoughAmount(money: sum.money + part.money, day: [sum.day, part.day].compactMap(\.self).min())
    }
    return sum
  }

  private static func power(_ decimals: Int) -> Int128 { (0..<decimals).reduce(Int128(1)) { power, _ in power * 10 } }
}
