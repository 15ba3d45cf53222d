import Base
import Ledger
import Store
import Web

/// `/wallet/limits`: caps with what is spent of each, self-exclusion, and the currency in which prices are read.
struct LimitsPage: Page {
  enum Done: String {
    case caps, excluded, currency
  }

  struct Meter: Sendable {
    let max: Int64
    let value: Int64
    let label: String
  }

  struct Line: Sendable {
    let field: Field
    let meter: Meter?
    let spent: String
    let waiting: String?
  }

  struct Group: Sendable {
    let unit: String
    let heading: String
    let lines: [Line]
  }

  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "limits"
  let title: String
  let notice: String?
  let problem: String?
  let excluded: String?
  let zone: String
  let groups: [Group]
  let spans: [Choice]
  let isUnsure: Bool
  let currencies: [Choice]

  init(_ found: Found, typed: Form?, _ refusal: Refusal?, done: Done?, at now: Moment, _ texts: Texts) {
    title = texts["brakes.limits.title"]
    notice = done.map { texts["brakes.limits.done.\($0.rawValue)"] }
    problem = refusal.map { texts[$0] }
    excluded = found.excludedUntil.map { texts["brakes.exclusion.until", ["until": $0.text(in: found.zone)]] }
    zone = texts["brakes.limits.zone", ["zone": found.zone]]
    let errors = FieldErrors(refusal, texts)
    groups = found.spending.map { spending in
      Group(
        unit: spending.unit.rawValue, heading: texts["brakes.unit.\(spending.unit.rawValue)"],
        lines: CapSpan.allCases.map { span in
          Self.line(span, spending, typed: typed, errors, zone: found.zone, at: now, texts)
        })
    }
    spans = ExclusionSpan.allCases.map {
      Choice(value: $0.rawValue, label: texts["brakes.exclusion.span.\($0.rawValue)"], isChosen: typed?["span"] == $0.rawValue)
    }
    isUnsure = refusal?.fields["sure"] != nil
    let own = found.currency?.code ?? ""
    currencies =
      [Choice(value: "", label: texts["brakes.currency.none"], isChosen: own.isEmpty)]
      + found.offered.map { Choice(value: $0.code, label: $0.code, isChosen: $0.code == own) }
  }

  private static func line(
    _ span: CapSpan, _ spending: Spending, typed: Form?, _ errors: FieldErrors, zone: String, at now: Moment, _ texts: Texts
  ) -> Line {
    let name = span.field(spending.unit)
    let (cap, spent) = (spending.caps[span] ?? .none, spending.spent[span] ?? 0)
    let label = texts["brakes.limits.span.\(span.rawValue)"]
    let limit = cap.limit(at: now)
    let end = span.window(at: now, in: zone)?.end.text(in: zone)
    let words: String
    if let limit {
      words = texts["brakes.limits.spentOf", ["spent": String(spent), "limit": String(limit)]]
    } else {
      words = texts["brakes.limits.spent", ["spent": String(spent)]]
    }
    let until = end.map { texts["brakes.limits.until", ["until": $0]] } ?? texts["brakes.limits.untilClosed"]
    // Spending from before a tighter cap fills the meter and not more.
    let meter = limit.flatMap { $0 > 0 ? Meter(max: $0, value: min(spent, $0), label: words) : nil }
    let waiting = cap.change(at: now).map { change in
      let from = change.from.text(in: zone)
      return change.units.map { texts["brakes.limits.waiting", ["units": String($0), "from": from]] }
        ?? texts["brakes.limits.waitingNone", ["from": from]]
    }
    // The form of another unit that was sent has no field of this one.
    let kept = typed.flatMap { $0.has(name) ? $0[name] : nil } ?? cap.wanted.map(String.init) ?? ""
    return Line(
      field: Field(
        name, label: label, value: kept, isRequired: false, hint: texts["brakes.limits.hint.\(span.rawValue)"], errors: errors),
      meter: meter, spent: "\(words) \(until)", waiting: waiting)
  }
}

extension LimitsPage {
  struct Spending: Sendable {
    let unit: CreditUnit
    let caps: [CapSpan: Cap]
    let spent: [CapSpan: Int64]
  }

  struct Found: Sendable {
    let zone: String
    let excludedUntil: Moment?
    let spending: [Spending]
    let currency: Currency?
    /// What a rate is known of.
    let offered: [Currency]

    init(of account: AccountID, at now: Moment, in session: any Session) throws {
      let zone = try session.zone(of: account)
      self.zone = zone
      excludedUntil = try session.exclusionEnd(of: account, at: now)
      spending = try session.unitsOfInterest(to: account).map { unit in
        var spent: [CapSpan: Int64] = [.session: try session.mostSpentInOneRound(by: account, in: unit)]
        for span in CapSpan.allCases {
          guard let window = span.window(at: now, in: zone) else { continue }
          spent[span] = try session.spent(by: account, in: unit, since: window.start)
        }
        return Spending(unit: unit, caps: try session.caps(of: account, in: unit), spent: spent)
      }
      currency = try session.ownCurrency(of: account)?.currency
      offered = Set(try session.exchangeRates().keys).union([.euro]).sorted { $0.code < $1.code }
    }
  }
}
