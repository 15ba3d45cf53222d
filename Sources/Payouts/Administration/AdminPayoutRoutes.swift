import Access
import Accounts
import Base
import Hummingbird
import Ledger
import Store
import Web

/// `/admin/payouts`: what failed and what is due first, then what was approved.
struct AdminPayoutRoutes: Sendable {
  static let path = "/admin/payouts"
  static let batchesShown = 30

  let payouts: Payouts

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get(Self.path, read) { request, context in try await show(refusal: nil, request, context) }
    routes.form("\(Self.path)/approve", write) { form, request, context in
      do {
        return try await approve(form, request, context)
      } catch let refusal as Refusal where [.payoutChanged, .optionUnknown].contains(refusal.reason) {
        return try await show(refusal: refusal, request, context)
      }
    }
    // The language links of a page that answered a form lead here.
    routes.get("\(Self.path)/approve", read) { _, _ in .redirect(Self.path) }
    routes.form("\(Self.path)/{id}/seen", write) { _, request, context in
      try await payouts.acknowledge(context.identity("id"), by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect(Self.path)
    }
    routes.get("\(Self.path)/{id}/seen", read) { _, _ in .redirect(Self.path) }
  }

  private func approve(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    guard let currency = Currency(code: form["currency"]), let key = Secret(form["batch"]), let until = Int64(form["until"]) else {
      throw Refusal(.notUnderstood)
    }
    let claims = form.all("pay").compactMap { DueClaim($0, in: currency) }
    let id = try await payouts.approve(
      claims, in: currency, dueAt: Moment(milliseconds: until), formKey: key.text, by: context.person().member.id,
      from: Whereabouts(request, context))
    return .redirect("\(AdminBatchRoutes.path)/\(id)")
  }

  private func show(refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let now = payouts.clock.now
    let found = try await payouts.store.read { session in
      let sums = try session.unpaidEarnings(at: now)
      return AdminPayoutsPage.Found(
        sums: sums, names: try session.names(of: sums.map(\.account.rawValue), .expert),
        profiles: try session.payoutHints(of: Set(sums.map(\.account))), failed: try session.payouts(PayoutFilter(isUnseen: true)),
        batches: try session.payoutBatches(limit: Self.batchesShown), terms: try session.payoutTerms())
    }
    let page = AdminPayoutsPage(found, at: now, refusal: refusal, payouts.web.texts(context.language))
    return payouts.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

extension Session {
  /// Who has said where they are paid, and what of it is shown.
  func payoutHints(of accounts: Set<AccountID>) throws -> [AccountID: String] {
    var hints: [AccountID: String] = [:]
    let all = accounts.sorted()
    for start in stride(from: 0, to: all.count, by: SQLList.limit) {
      let list = SQLList(Array(all[start..<min(start + SQLList.limit, all.count)]), from: 1)
      for row in try rows("SELECT account_id, hint FROM payout_data WHERE account_id \(list.sql)", list.values) { hints[row[0]] = row[1] }
    }
    return hints
  }
}

struct AdminPayoutsPage: Page {
  struct Found: Sendable {
    let sums: [EarningSum]
    let names: [Int64: String]
    let profiles: [AccountID: String]
    let failed: [Payout]
    let batches: [PayoutBatch]
    let terms: PayoutTerms
  }

  struct Group: Sendable {
    let heading: String
    let currency: String
    let until: String
    let key: String
    let lines: [Line]
    let hasPayable: Bool
  }

  struct Line: Sendable {
    /// Nil for who cannot be paid now.
    let claim: String?
    let name: String
    let personURL: SafeURL?
    let account: String
    let due: String
    let maturing: String
    let disputed: String
  }

  struct Failed: Sendable {
    let name: String
    let amount: String
    let reason: String
    let time: ShownMoment?
    let batchURL: SafeURL?
    let seenURL: SafeURL?
  }

  struct BatchLine: Sendable {
    let batchURL: SafeURL?
    let time: ShownMoment
    let by: String
    let count: String
    let net: String
    let states: String
  }

  static let template = "admin-payouts"
  let title: String
  let problem: String?
  let needsPayer: Bool
  let failed: [Failed]
  let hasFailed: Bool
  let groups: [Group]
  let isEmpty: Bool
  let batches: [BatchLine]
  let hasBatches: Bool

  init(_ found: Found, at now: Moment, refusal: Refusal?, _ texts: Texts) {
    let money = MoneyWords(texts.language)
    title = texts["payouts.admin.title"]
    problem = refusal.map { texts[$0] }
    needsPayer = !found.terms.canPay
    failed = found.failed.map { payout in
      Failed(
        name: payout.name, amount: money[payout.slip.net], reason: payout.reason, time: payout.settledAt.map { ShownMoment($0) },
        batchURL: SafeURL("\(AdminBatchRoutes.path)/\(payout.batch)"), seenURL: SafeURL("\(AdminPayoutRoutes.path)/\(payout.id)/seen"))
    }
    hasFailed = !failed.isEmpty
    groups = Dictionary(grouping: found.sums, by: \.share.currency).sorted { $0.key.code < $1.key.code }.map { currency, sums in
      let lines = Self.lines(sums, found, currency, texts)
      return Group(
        heading: texts["payouts.admin.due", ["currency": currency.code]], currency: currency.code, until: "\(now.milliseconds)",
        key: Secret().text, lines: lines, hasPayable: lines.contains { $0.claim != nil })
    }
    isEmpty = groups.isEmpty
    batches = found.batches.map { batch in
      BatchLine(
        batchURL: SafeURL("\(AdminBatchRoutes.path)/\(batch.id)"), time: ShownMoment(batch.createdAt), by: batch.by,
        count: "\(batch.count)",
        net: money[batch.net],
        states: Payout.State.allCases.compactMap { state in
          batch.counts[state].map { "\(texts["payouts.state.\(state.rawValue)"]): \($0)" }
        }.joined(separator: ", "))
    }
    hasBatches = !batches.isEmpty
  }

  /// Those to whom most is due come first.
  private static func lines(_ sums: [EarningSum], _ found: Found, _ currency: Currency, _ texts: Texts) -> [Line] {
    let money = MoneyWords(texts.language)
    let payable = Set(sums.filter(\.isPayable).map(\.account))
    let people = Dictionary(grouping: sums, by: \.account).map { account, sums in
      (account: account, amounts: Dictionary(sums.map { ($0.standing, $0.share) }) { $0 + $1 })
    }
    func due(_ person: (account: AccountID, amounts: [EarningStanding: Money])) -> Int64 { person.amounts[.due]?.minor ?? 0 }
    return people.sorted { (due($1), $0.account) < (due($0), $1.account) }.map { person in
      func words(_ standing: EarningStanding) -> String { person.amounts[standing].map { money[$0] } ?? "–" }
      let hint = found.profiles[person.account]
      let isPayable = hint != nil && payable.contains(person.account)
      let name = found.names[person.account.rawValue] ?? ""
      return Line(
        claim: isPayable ? DueClaim(payee: person.account, share: Money(due(person), currency)).text : nil,
        name: name.isEmpty ? texts["payouts.reports.erased"] : name, personURL: SafeURL("/admin/agents/\(person.account)"),
        account: hint ?? texts["payouts.admin.noData"], due: words(.due), maturing: words(.maturing), disputed: words(.disputed))
    }
  }
}
