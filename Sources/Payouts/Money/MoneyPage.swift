import Base
import Ledger
import LedgerCore
import Web

/// A tag with how a payout stands.
struct PayoutTag: Sendable {
  let tone: String
  let word: String

  init(_ state: Payout.State, _ texts: Texts) {
    tone = state.tone
    word = texts["payouts.state.\(state.rawValue)"]
  }
}

extension Texts {
  func amounts(_ money: [Money]) -> String { money.isEmpty ? "–" : money.map { MoneyWords(language)[$0] }.joined(separator: " + ") }
}

/// What an expert earned, by day, month or chat, and what of it was paid.
struct MoneyPage: Page {
  enum Span: String, CaseIterable, Sendable {
    case day, month, chat
  }

  struct Found: Sendable {
    let unpaid: [EarningSum]
    let payouts: [Payout]
    let sums: [Payout.State: [Money]]
    let figures: [Figure]
    let names: [Int64: String]
    let profile: PayoutProfile?
  }

  struct Fact: Sendable {
    let label: String
    let text: String
    let hint: String?
  }

  struct Choice: Sendable {
    let spanURL: SafeURL?
    let label: String
    let isCurrent: Bool
  }

  struct Line: Sendable {
    let name: String
    let transactions: String
    let paid: String
    let gross: String
    let refunds: String
    let commission: String
    let share: String
  }

  struct PaidLine: Sendable {
    let slipURL: SafeURL?
    let reference: String
    let time: ShownMoment
    let amount: String
    let account: String
    let state: PayoutTag
  }

  static let template = "money"
  static let shown = 400
  let title: String
  let needsData: Bool
  let facts: [Fact]
  let spans: [Choice]
  let column: String
  let lines: [Line]
  let isEmpty: Bool
  let payouts: [PaidLine]
  let hasPayouts: Bool

  init(_ found: Found, by span: Span, _ texts: Texts) {
    title = texts["payouts.money.title"]
    needsData = found.profile == nil
    func unpaid(_ standing: EarningStanding) -> [Money] { found.unpaid.filter { $0.standing == standing }.map(\.share) }
    func fact(_ name: String, _ money: [Money]) -> Fact {
      Fact(label: texts["payouts.money.\(name)"], text: texts.amounts(money), hint: texts["payouts.money.\(name)Hint"])
    }
    facts = [
      fact("due", unpaid(.due)), fact("maturing", unpaid(.maturing)), fact("disputed", unpaid(.disputed)),
      fact("underWay", found.sums[.underWay] ?? []), fact("received", found.sums[.paid] ?? []),
    ]
    spans = Span.allCases.map {
      Choice(
        spanURL: SafeURL("\(MoneyRoutes.path)?by=\($0.rawValue)"), label: texts["payouts.money.by.\($0.rawValue)"], isCurrent: $0 == span)
    }
    column = texts["payouts.money.by.\(span.rawValue)"]
    lines = Self.lines(found, by: span, texts)
    isEmpty = lines.isEmpty
    payouts = found.payouts.map { payout in
      PaidLine(
        slipURL: SafeURL("\(MoneyRoutes.payoutsPath)/\(payout.id)"), reference: payout.reference, time: ShownMoment(payout.createdAt),
        amount: MoneyWords(texts.language)[payout.slip.net], account: payout.hint, state: PayoutTag(payout.state, texts))
    }
    hasPayouts = !payouts.isEmpty
  }

  /// One for each day, month or chat, the newest first: what was paid in units stands beside what it came to in money.
  private static func lines(_ found: Found, by span: Span, _ texts: Texts) -> [Line] {
    func name(_ key: Int64) -> String {
      switch span {
      case .day: Moment(day: key).dayText
      case .month: String(Moment(day: key).dayText.prefix(7))
      case .chat: found.names[key].flatMap { $0.isEmpty ? nil : $0 } ?? texts["deals.earnings.somebody"]
      }
    }
    // Chats of two people with one name stay two.
    let groups = Dictionary(grouping: found.figures) { span == .chat ? "\($0.key)" : name($0.key) }
    let newest = groups.sorted { ($0.value.map(\.key).max() ?? 0, $0.key) > ($1.value.map(\.key).max() ?? 0, $1.key) }
    return newest.prefix(shown).map { _, figures in
      let money = figures.filter { Currency(code: $0.unit) != nil }
      func sum(_ part: (Figure) -> Int64) -> [Money] {
        Dictionary(grouping: money, by: \.unit).sorted { $0.key < $1.key }.compactMap { code, figures in
          Currency(code: code).map { Money(figures.reduce(0) { $0 + part($1) }, $0) }
        }
      }
      let units = Dictionary(grouping: figures.filter { Currency(code: $0.unit) == nil }, by: \.unit).sorted { $0.key < $1.key }
      let count = units.isEmpty ? money.reduce(0) { $0 + $1.transactions } : units.flatMap(\.value).reduce(0) { $0 + $1.transactions }
      return Line(
        name: name(figures.map(\.key).max() ?? 0), transactions: String(count),
        paid: units.map { unit, figures in
          texts.counted("payments.units.\(unit)", Int(figures.reduce(0) { $0 + $1.gross - $1.refunds }))
        }.joined(separator: " + "), gross: texts.amounts(sum(\.gross)), refunds: texts.amounts(sum(\.refunds)),
        commission: texts.amounts(sum(\.commission)), share: texts.amounts(sum(\.share)))
    }
  }
}
