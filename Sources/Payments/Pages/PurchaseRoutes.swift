import Access
import Accounts
import Base
import HTTPTypes
import Hummingbird
import NIOCore
import Paper
import Web

/// `/wallet/purchases/…`: one purchase, from the way to its payment to the receipt.
struct PurchaseRoutes: Sendable {
  static let path = "/wallet/purchases"
  /// How often the page asks by itself, and how many times.
  static let lookSeconds = 3
  static let lookLimit = 40

  let payments: Payments
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { _, _ in .redirect(ShopRoutes.walletPath) }
    routes.get("\(Self.path)/{id}", .ownDesk) { request, context in try await show(request, context) }
    routes.get("\(Self.path)/{id}/pay", .ownDesk) { request, context in try await goOn(request, context) }
    routes.form("\(Self.path)/{id}/pay", .ownDesk) { _, _, context in
      let purchase = try await payments.tryAgain(try await purchase(context))
      if purchase.state.isOpen, purchase.checkout == nil {
        do {
          _ = try await payments.open(purchase)
        } catch let refusal as Refusal where [.paymentUnavailable, .cardDeclined].contains(refusal.reason) {
          return .redirect("\(Self.path)/\(purchase.id)?back=\(refusal.reason.rawValue)")
        }
      }
      return .redirect("\(Self.path)/\(purchase.id)/pay")
    }
    routes.form("\(Self.path)/{id}/cancel", .ownDesk) { _, _, context in
      let purchase = try await purchase(context)
      try await payments.cancel(purchase.id, by: purchase.buyer)
      return .redirect("\(Self.path)/\(purchase.id)")
    }
    routes.get("\(Self.path)/{id}/cancel", .ownDesk) { _, context in .redirect("\(Self.path)/\(try await purchase(context).id)") }
    routes.form("\(Self.path)/{id}/give-back", .ownDesk) { _, request, context in
      let purchase = try await purchase(context)
      do {
        try await payments.giveBack(purchase.id, by: purchase.buyer, from: Whereabouts(request, context))
        return .redirect("\(Self.path)/\(purchase.id)?done=givenBack")
      } catch let refusal as Refusal where [.notRefundable, .creditUsed].contains(refusal.reason) {
        return .redirect("\(Self.path)/\(purchase.id)?back=\(refusal.reason.rawValue)")
      }
    }
    routes.get("\(Self.path)/{id}/give-back", .ownDesk) { _, context in .redirect("\(Self.path)/\(try await purchase(context).id)") }
    routes.get("\(Self.path)/{id}/receipt", .ownDesk) { request, context in
      web.page(ReceiptPage(try await receipt(context), web.texts(context.language)), request, context)
    }
    routes.get("\(Self.path)/{id}/receipt.pdf", .ownDesk) { _, context in
      let sheet = try await receipt(context).sheet(web.texts(context.language), address: web.settings.baseAddress)
      return Response(
        status: .ok,
        headers: [
          .contentType: "application/pdf", .cacheControl: "no-store",
          .contentDisposition: contentDisposition("attachment", "\(sheet.name).pdf"),
        ],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try await payments.printer.print(sheet))))
    }
  }

  /// What was not paid has no receipt.
  private func receipt(_ context: WebContext) async throws -> Receipt {
    let purchase = try await purchase(context)
    guard purchase.facts.isPaid else { throw Refusal(.notFound) }
    return Receipt(purchase, of: try context.person(), house: payments.mail.house, web.texts(context.language))
  }

  /// Somebody else's purchase and none at all look the same.
  private func purchase(_ context: WebContext) async throws -> Purchase {
    let id: PurchaseID = try context.identity("id")
    guard let purchase = try await payments.purchase(id, of: context.person().member.id) else { throw Refusal(.notFound) }
    return purchase
  }

  private func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let purchase = try await purchase(context)
    let query = try Form(query: request)
    let looks = Int(query["look"]) ?? 0
    if query["back"] == "paid", looks == 0, purchase.provider.isCaptured, purchase.state.isOpen, purchase.checkout != nil {
      try await payments.store.write { [payments] in try payments.lookNow(at: purchase.id, in: $0) }
    }
    // Whoever comes back from the provider, or paid with a kept card, waits for its word.
    let isBack = purchase.state.isOpen && (query["back"] == "paid" || purchase.checkout.map { $0.address == nil } ?? false)
    // After a card that was declined another one may have paid: once it is asked, and after that nobody is kept waiting for it.
    let asksAgain = isBack && looks < Self.lookLimit
    let waits = isBack && !purchase.isValidating && (purchase.state != .declined || looks == 0 && query["back"] == "paid")
    let left = try await payments.store.read { [payments] in try payments.returnable(purchase, at: payments.clock.now, in: $0) }
    let page = PurchasePage(
      purchase, back: query["back"], left: left, isGivenBack: query["done"] == "givenBack", waits: waits, isTired: waits && !asksAgain,
      bankAccount: payments.terms.bankAccount, thread: ComingThread(request, web.cookies),
      web.texts(context.language))
    var response = web.page(page, request, context)
    if asksAgain, let name = HTTPField.Name("Refresh") {
      response.headers[name] = "\(Self.lookSeconds); url=\(Self.path)/\(purchase.id)?back=paid&look=\(looks + 1)"
    }
    return response
  }

  /// On to the provider. A page in between, because a form of ours may be sent nowhere else, with redirects neither.
  private func goOn(_ request: Request, _ context: WebContext) async throws -> Response {
    let purchase = try await purchase(context)
    guard purchase.state.isOpen, !purchase.isValidating, let address = purchase.checkout?.address else {
      return .redirect("\(Self.path)/\(purchase.id)")
    }
    try await payments.refuseExcluded(purchase.buyer)
    if address.hasPrefix("/") { return .redirect(address) }
    var response = web.page(LeavingPage(purchase, to: address, web.texts(context.language)), request, context)
    if let name = HTTPField.Name("Refresh"), SafeURL(address) != nil { response.headers[name] = "0; url=\(address)" }
    return response
  }
}

/// Where what providers tell comes in. It is judged by its signature and by nothing else.
struct WebhookRoutes: Sendable {
  /// An event is some kB.
  static let byteLimit = 262_144

  let payments: Payments

  func register(on routes: Routes) {
    routes.on(
      .post, "/webhooks/payments/{provider}", .decidedInside("Payments.receive"), origin: .decidedInside("Payments.receive")
    ) { request, context in
      guard let name = context.parameters.get("provider").flatMap({ ProviderName(rawValue: $0) }),
        let provider = payments.provider(name)
      else { throw Refusal(.notFound) }
      let body = try await request.body.collect(upTo: Self.byteLimit)
      var seals: [String: String] = [:]
      for seal in provider.seals { seals[seal] = HTTPField.Name(seal).flatMap { request.headers[$0] } }
      try await payments.receive(Delivery(seals: seals, body: Array(body.readableBytesView)), from: name)
      return Response(status: .noContent)
    }
  }
}
