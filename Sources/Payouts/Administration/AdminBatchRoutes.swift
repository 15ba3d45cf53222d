import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/payouts/batches`: one batch, its files for the bank, and what the bank made of it.
struct AdminBatchRoutes: Sendable {
  static let path = "/admin/payouts/batches"
  static let reasonLimit = 200

  let payouts: Payouts

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get(Self.path, read) { _, _ in .redirect(AdminPayoutRoutes.path) }
    routes.get("\(Self.path)/{id}", read) { request, context in try await show(context.identity("id"), refusal: nil, request, context) }
    routes.get("\(Self.path)/{id}/transfer.xml", read) { request, context in
      try await file(request, context) { order in .download("\(order.id).xml", "application/xml", Array(order.xml.utf8)) }
    }
    routes.get("\(Self.path)/{id}/transfer.csv", read) { request, context in
      try await file(request, context) { order in .download("\(order.id).csv", "text/csv; charset=utf-8", Array(order.csv.text.utf8)) }
    }
    routes.form("\(Self.path)/{id}/paid", write) { form, request, context in
      let batch: PayoutBatchID = try context.identity("id")
      try await settle(form, in: batch, failed: nil, request, context)
      return .redirect("\(Self.path)/\(batch)")
    }
    routes.form("\(Self.path)/{id}/failed", write) { form, request, context in
      let batch: PayoutBatchID = try context.identity("id")
      do {
        try await settle(form, in: batch, failed: try reason(form), request, context)
        return .redirect("\(Self.path)/\(batch)")
      } catch let refusal as Refusal where [.fieldMissing, .fieldTooLong].contains(refusal.reason) {
        return try await show(batch, refusal: refusal, request, context)
      }
    }
    routes.form("\(Self.path)/{id}/returned", write) { form, request, context in
      let batch: PayoutBatchID = try context.identity("id")
      do {
        let reason = try reason(form)
        guard let payout = try await payout(form, in: batch).first else { throw Refusal(.notFound) }
        try await payouts.comeBack(payout.id, because: reason, by: context.person().member.id, from: Whereabouts(request, context))
        return .redirect("\(Self.path)/\(batch)")
      } catch let refusal as Refusal where [.fieldMissing, .fieldTooLong].contains(refusal.reason) {
        return try await show(batch, refusal: refusal, request, context)
      }
    }
    // The language links of a page that answered a form lead here.
    for part in ["paid", "failed", "returned"] {
      routes.get("\(Self.path)/{id}/\(part)", read) { _, context in
        .redirect("\(Self.path)/\(try context.identity("id", of: Kinds.PayoutBatch.self))")
      }
    }
  }

  private func reason(_ form: Form) throws(Refusal) -> String {
    let reason = form["reason"]
    guard !reason.isEmpty else { throw Refusal(.fieldMissing) }
    guard reason.unicodeScalars.count <= Self.reasonLimit else { throw Refusal(.fieldTooLong) }
    guard !reason.contains("\0") else { throw Refusal(.textHasNull) }
    return reason
  }

  private func payout(_ form: Form, in batch: PayoutBatchID) async throws -> [Payout] {
    try await payouts.store.read { try $0.payouts(PayoutFilter(batch: batch)) }.filter { "\($0.id)" == form["payout"] }
  }

  /// One payout of the batch, or all that are under way.
  private func settle(_ form: Form, in batch: PayoutBatchID, failed reason: String?, _ request: Request, _ context: WebContext) async throws
  {
    let all = try await payouts.store.read { try $0.payouts(PayoutFilter(batch: batch)) }
    let meant =
      reason == nil && form["payout"] == "all" ? all.filter { $0.state == .underWay } : all.filter { "\($0.id)" == form["payout"] }
    guard !meant.isEmpty || form["payout"] == "all" else { throw Refusal(.notFound) }
    for payout in meant {
      try await payouts.settle(payout.id, failed: reason, by: context.person().member.id, from: Whereabouts(request, context))
    }
  }

  private func file(
    _ request: Request, _ context: WebContext, _ answer: (CreditTransfer) -> Response
  ) async throws -> Response {
    let id: PayoutBatchID = try context.identity("id")
    do {
      return try await answer(payouts.order(of: id, by: context.person().member.id, from: Whereabouts(request, context)))
    } catch let refusal as Refusal where refusal.reason == .payerUnknown {
      return try await show(id, refusal: refusal, request, context)
    }
  }

  private func show(_ id: PayoutBatchID, refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let (batch, rows) = try await payouts.store.read { session in
      (try session.payoutBatches(id, limit: 1).first, try session.payouts(PayoutFilter(batch: id)))
    }
    guard let batch else { throw Refusal(.notFound) }
    let page = AdminBatchPage(batch, rows, refusal: refusal, payouts.web.texts(context.language))
    return payouts.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

struct AdminBatchPage: Page {
  struct Line: Sendable {
    let payout: String
    let reference: String
    let name: String
    let account: String
    let gross: String
    let commission: String
    let vat: String
    let withheld: String
    let net: String
    let state: PayoutTag
    let settled: ShownMoment?
    let reason: String?
    let isUnderWay: Bool
    let isPaid: Bool
  }

  static let template = "admin-batch"
  let title: String
  let problem: String?
  let time: ShownMoment
  let by: String
  let net: String
  let orderURL: SafeURL?
  let listURL: SafeURL?
  let paidURL: SafeURL?
  let failedURL: SafeURL?
  let returnedURL: SafeURL?
  let lines: [Line]
  let open: [Line]
  let hasOpen: Bool
  /// Those that the bank may still send back.
  let paid: [Line]
  let hasPaid: Bool

  init(_ batch: PayoutBatch, _ payouts: [Payout], refusal: Refusal?, _ texts: Texts) {
    let (money, path) = (MoneyWords(texts.language), "\(AdminBatchRoutes.path)/\(batch.id)")
    title = texts["payouts.batch.title", ["number": "PARLEY-\(batch.id)"]]
    problem = refusal.map { texts[$0] }
    time = ShownMoment(batch.createdAt)
    by = batch.by
    net = money[batch.net]
    orderURL = SafeURL("\(path)/transfer.xml")
    listURL = SafeURL("\(path)/transfer.csv")
    paidURL = SafeURL("\(path)/paid")
    failedURL = SafeURL("\(path)/failed")
    returnedURL = SafeURL("\(path)/returned")
    lines = payouts.reversed().map { payout in
      Line(
        payout: "\(payout.id)", reference: payout.reference, name: payout.name.isEmpty ? texts["payouts.reports.erased"] : payout.name,
        account: payout.hint, gross: money[payout.slip.gross], commission: money[payout.slip.commission], vat: money[payout.slip.vat],
        withheld: money[payout.slip.withheld], net: money[payout.slip.net], state: PayoutTag(payout.state, texts),
        settled: payout.settledAt.map { ShownMoment($0) }, reason: payout.reason.isEmpty ? nil : payout.reason,
        isUnderWay: payout.state == .underWay, isPaid: payout.state == .paid)
    }
    open = lines.filter(\.isUnderWay)
    hasOpen = !open.isEmpty
    paid = lines.filter(\.isPaid)
    hasPaid = !paid.isEmpty
  }
}
