import Access
import Accounts
import Base
import Hummingbird
import Ledger
import Store
import Web

/// `/admin/payments`: all purchases, what waits for somebody first.
struct AdminPaymentRoutes: Sendable {
  static let path = "/admin/payments"
  static let shown = 50

  let payments: Payments
  let web: WebFront

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get(Self.path, read) { request, context in try await list(request, context) }
    routes.get("\(Self.path)/{id}", read) { request, context in
      let done = try Form(query: request)["done"]
      return try await show(context.identity("id"), done: done, refusal: nil, request, context)
    }
    routes.form("\(Self.path)/{id}/credit", write) { form, request, context in
      try await act(request, context, done: "credited") { id, place in
        let currency = try await currency(of: id)
        guard let received = Money(decimal: form["received"], currency), let units = Int64(typed: form["units"]) else {
          throw Refusal(.amountInvalid)
        }
        try await payments.credit(id, received: received, units: units, by: context.person().member.id, from: place)
      }
    }
    routes.form("\(Self.path)/{id}/refund", write) { form, request, context in
      try await act(request, context, done: "refunded") { id, place in
        guard let units = Int64(typed: form["units"]) else { throw Refusal(.amountInvalid) }
        try await payments.refund(units, of: id, by: context.person().member.id, from: place)
      }
    }
    routes.form("\(Self.path)/{id}/looked", write) { _, request, context in
      try await act(request, context, done: "lookedAt") { id, place in
        try await payments.settleAttention(id, by: context.person().member.id, from: place)
      }
    }
    // The language links of a page that answered a form lead here.
    for part in ["credit", "refund", "looked"] {
      routes.get("\(Self.path)/{id}/\(part)", read) { _, context in
        .redirect("\(Self.path)/\(try context.identity("id", of: Kinds.Purchase.self))")
      }
    }
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let query = try Form(query: request)
    let below = PurchaseID(query["below"])
    let texts = web.texts(context.language)
    let (waiting, all, names) = try await payments.store.read { session in
      let waiting = try session.purchases(PurchaseFilter(isWaiting: true, limit: Self.shown))
      let all = try session.purchases(PurchaseFilter(below: below, limit: Self.shown + 1))
      return (waiting, all, try session.names(of: Set((waiting + all).map(\.buyer))))
    }
    let page = AdminPaymentsPage(waiting: below == nil ? waiting : [], all: all, names: names, isFirst: below == nil, texts)
    return web.page(page, request, context)
  }

  private func show(
    _ id: PurchaseID, done: String, refusal: Refusal?, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let texts = web.texts(context.language)
    let found = try await payments.store.read { session in
      try session.purchase(id).map { purchase in
        AdminPaymentPage.Found(
          purchase: purchase, name: try session.account(purchase.buyer)?.name ?? "",
          free: try purchase.lot.flatMap { try session.lotView($0)?.free } ?? 0, events: try session.events(of: id))
      }
    }
    guard let found else { throw Refusal(.notFound) }
    let page = AdminPaymentPage(found, done: AdminPaymentPage.Done(rawValue: done), refusal: refusal, texts)
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func act(
    _ request: Request, _ context: WebContext, done: String, _ deed: (PurchaseID, Whereabouts) async throws -> Void
  ) async throws -> Response {
    let id: PurchaseID = try context.identity("id")
    do {
      try await deed(id, Whereabouts(request, context))
      return .redirect("\(Self.path)/\(id)?done=\(done)")
    } catch let refusal as Refusal where [.amountInvalid, .notRefundable, .creditUsed].contains(refusal.reason) {
      return try await show(id, done: "", refusal: refusal, request, context)
    }
  }

  private func currency(of id: PurchaseID) async throws -> Currency {
    guard let purchase = try await payments.store.read({ try $0.purchase(id) }) else { throw Refusal(.notFound) }
    return purchase.offer.price.currency
  }
}

extension Session {
  fileprivate func names(of accounts: Set<AccountID>) throws -> [AccountID: String] {
    let list = SQLList(accounts.sorted().prefix(SQLList.limit).map(\.self), from: 1)
    let found = try rows("SELECT id, name FROM accounts WHERE id \(list.sql)", list.values)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
  }
}

extension Money {
  /// Reads what somebody typed: digits, and after a point or comma at most as many decimals as the currency has.
  init?(decimal text: String, _ currency: Currency) {
    let parts = text.typedNumber.replacing(",", with: ".").split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = parts.first, !whole.isEmpty, whole.count <= 12 else { return nil }
    let rest = parts.count == 2 ? parts[1] : ""
    guard (whole + rest).utf8.allSatisfy({ (48...57).contains($0) }), rest.count <= currency.decimals else { return nil }
    let padded = whole + rest + String(repeating: "0", count: currency.decimals - rest.count)
    guard let minor = Int64(padded) else { return nil }
    self.init(minor, currency)
  }
}
