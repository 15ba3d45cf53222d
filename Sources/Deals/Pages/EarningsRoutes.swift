import Accounts
import Base
import Hummingbird
import Ledger
import LedgerCore
import Store
import Web

/// `/earnings`: what an expert answered and earned.
struct EarningsRoutes: Sendable {
  let deals: Deals

  func register(on routes: Routes) {
    routes.get("/earnings", .ownDesk) { request, context in
      let person = try context.person()
      guard person.member.roles.contains(.expert) else { throw Refusal(.notAllowed) }
      let account = person.member.id
      let (record, readAt) = try await deals.store.read { session in
        (try session.record(of: account), try session.readGuidelines(edition: GuidelineRoutes.edition, by: account))
      }
      return deals.web.page(EarningsPage(record, isNew: readAt == nil, deals.web.texts(context.language)), request, context)
    }
  }
}

/// What an expert did for money.
struct ExpertRecord: Sendable {
  struct Line: Sendable {
    let at: Moment
    let site: String
    let customer: String?
    let units: Units
    /// Of the entry: what was captured, a tip, or what was given back of one of them.
    let kind: String
    let hold: HoldID
    let share: Money
    let commission: Money
  }

  let answered: Int64
  let waiting: Int64
  let missed: Int64
  let tips: Int64
  let rating: RatingSum
  /// From question to answer, on average; nil without an answer.
  let meanSeconds: Int64?
  let earned: [Money]
  let lines: [Line]
}

extension Session {
  static var earningsLines: Int { 50 }

  func record(of expert: AccountID) throws -> ExpertRecord {
    let sums = try row(
      """
      SELECT COUNT(*) FILTER (WHERE kind = 'question' AND captured > 0), COUNT(*) FILTER (WHERE kind = 'question' AND settled_at IS NULL),
        COUNT(*) FILTER (WHERE kind = 'question' AND captured = 0 AND settled_at IS NOT NULL),
        CAST(AVG(settled_at - held_at) FILTER (WHERE kind = 'question' AND captured > 0) AS DOUBLE PRECISION),
        COUNT(*) FILTER (WHERE kind = 'tip')
      FROM holds
      WHERE payee_id = $1
      """, expert)
    guard let sums else { preconditionFailure("A sum over nothing is a row") }
    let mean: Double? = sums[3]
    return ExpertRecord(
      answered: sums[0], waiting: sums[1], missed: sums[2], tips: sums[4], rating: try ratings(of: expert),
      meanSeconds: mean.map { Int64($0 / 1000) }, earned: try earned(by: expert),
      lines: try earningLines(of: expert))
  }

  private func earned(by expert: AccountID) throws -> [Money] {
    let account = BookAccount.earnings(expert)
    let units: [String] = try rows("SELECT DISTINCT unit FROM transfers WHERE credit = $1 ORDER BY unit", account.name).map { $0[0] }
    return try units.map { Money(try posted(account, $0), Currency(stored: $0)) }
  }

  private func earningLines(of expert: AccountID) throws -> [ExpertRecord.Line] {
    try rows(
      """
      SELECT t.at, s.name, v.name, h.unit, CASE WHEN h.kind IN ('minute', 'promotion') AND t.kind = 'capture' THEN h.kind ELSE t.kind END, t.unit, h.id,
        CASE WHEN t.credit = $1 THEN t.amount ELSE -t.amount END,
        (SELECT CAST(COALESCE(SUM(CASE WHEN r.credit = 'revenue' THEN r.amount ELSE -r.amount END), 0) AS BIGINT) FROM transfers r
          WHERE r.entry_id = t.entry_id AND (r.credit = 'revenue' OR r.debit = 'revenue') AND r.unit = t.unit),
        (SELECT CAST(COALESCE(SUM(u.amount), 0) AS BIGINT) FROM transfers u
          WHERE u.entry_id = t.entry_id AND u.unit = h.unit AND u.phase IN ('captured', 'posted'))
      FROM transfers t
      JOIN holds h ON h.id = t.hold_id
      JOIN conversations c ON c.id = h.conversation_id
      JOIN sites s ON s.id = c.site_id
      JOIN visitors v ON v.id = c.visitor_id
      WHERE t.credit = $1 OR t.debit = $1
      ORDER BY t.entry_id DESC, t.line
      LIMIT $2
      """, BookAccount.earnings(expert).name, Self.earningsLines
    ).map { row in
      let currency = Currency(stored: row[5])
      return ExpertRecord.Line(
        at: row[0], site: row[1], customer: row[2], units: Units(row[9], CreditUnit(stored: row[3])), kind: row[4], hold: row[6],
        share: Money(row[7], currency), commission: Money(row[8], currency))
    }
  }
}

struct EarningsPage: Page {
  struct Line: Sendable {
    let time: ShownMoment
    let customer: String
    let site: String
    let what: String
    let isReturned: Bool
    let dealURL: SafeURL?
    let paid: String
    let share: String
    let commission: String
  }

  static let template = "earnings"
  let title: String
  /// The guidelines were not read yet.
  let isNew: Bool
  let answered: String
  let waiting: String
  let missed: String
  let tips: String
  let rating: RatingView?
  let mean: String
  let earned: [String]
  let hasEarned: Bool
  let lines: [Line]
  let isEmpty: Bool

  init(_ record: ExpertRecord, isNew: Bool, _ texts: Texts) {
    self.isNew = isNew
    title = texts["deals.earnings.title"]
    answered = String(record.answered)
    waiting = String(record.waiting)
    missed = String(record.missed)
    tips = String(record.tips)
    rating = record.rating.count > 0 ? RatingView(record.rating, texts) : nil
    mean = record.meanSeconds.map { texts.counted("deals.earnings.minutes", Int(($0 + 30) / 60)) } ?? "–"
    earned = record.earned.map { MoneyWords(texts.language)[$0] }
    hasEarned = !earned.isEmpty
    lines = record.lines.map { line in
      Line(
        time: ShownMoment(line.at), customer: line.customer ?? texts["deals.earnings.somebody"], site: line.site,
        what: texts["deals.after.kind.\(line.kind)"], isReturned: line.share.minor < 0, dealURL: SafeURL("/earnings/deals/\(line.hold)"),
        paid: texts.counted("deals.price.\(line.units.unit.rawValue)", Int(line.units.count)),
        share: MoneyWords(texts.language)[line.share],
        commission: MoneyWords(texts.language)[line.commission])
    }
    isEmpty = lines.isEmpty
  }
}
