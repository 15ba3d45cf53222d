import Base
import Web

/// Which ratings of chats somebody looks at.
struct RatingFilter: Hashable, Sendable {
  /// Counted back from now.
  enum Span: String, CaseIterable, Sendable {
    case week, month, quarter, ever

    /// Nil for all there are.
    var days: Int64? {
      switch self {
      case .week: 7
      case .month: 30
      case .quarter: 90
      case .ever: nil
      }
    }
  }

  var span = Span.month
  var site: SiteID?
  var agent: AccountID?
  /// After which the page of the list begins.
  var place: ChatPlace?

  func from(at now: Moment) -> Moment { span.days.map { now.adding(seconds: -$0 * 86_400) } ?? Moment(milliseconds: 0) }

  /// As the address has it, without the place.
  var query: String {
    var parts = ["span=\(span.rawValue)"]
    if let site { parts.append("site=\(site)") }
    if let agent { parts.append("agent=\(agent)") }
    return parts.joined(separator: "&")
  }
}

extension RatingFilter {
  /// `span=month&site=1&agent=2&after=…`
  init(_ query: Form) throws(Refusal) {
    func word<Value>(_ name: String, _ read: (String) -> Value?) throws(Refusal) -> Value? {
      guard !query[name].isEmpty else { return nil }
      guard let value = read(query[name]) else { throw Refusal(.notUnderstood) }
      return value
    }
    span = try word("span", Span.init(rawValue:)) ?? .month
    site = try word("site") { SiteID($0) }
    agent = try word("agent") { AccountID($0) }
    place = try word("after") { ChatPlace($0) }
  }
}
