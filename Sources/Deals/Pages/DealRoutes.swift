import Access
import Accounts
import Base
import Hummingbird
import Ledger
import Payments
import Sites
import Store
import Web

/// `/admin/deals`: every question, tip and refund, and why each was charged. `/wallet/deals` and `/earnings/deals` show the same page to the two
/// whose deal it is (X2).
struct DealRoutes: Sendable {
  static let path = "/admin/deals"
  static let shown = 50
  /// What is said on the page again, beside what was typed.
  static let refusedDisputes: [Refusal.Reason] = [.textEmpty, .fieldTooLong, .disputeClosed, .featureOff]
  static let refusedDecisions: [Refusal.Reason] = [.textEmpty, .fieldTooLong, .amountInvalid]

  let deals: Deals

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .deals)) { request, context in try await list(request, context) }
    routes.get("\(Self.path)/{hold}", .to(.read, .deals)) { request, context in
      try await show(context, request, as: context.actor.may(.read, .administration) ? .administrator : .manager)
    }
    routes.form("\(Self.path)/{hold}/refund", .to(.write, .deals)) { form, request, context in
      try await giveBack(form, request, context)
    }
    // The language links of a page that answered a form lead here.
    routes.get("\(Self.path)/{hold}/refund", .to(.write, .deals)) { _, context in
      .redirect("\(Self.path)/\(try context.identity("hold", of: Kinds.Hold.self))")
    }
    routes.form("\(Self.path)/{hold}/decide", .to(.write, .deals)) { form, request, context in
      try await decide(form, request, context)
    }
    routes.get("\(Self.path)/{hold}/decide", .to(.write, .deals)) { _, context in
      .redirect("\(Self.path)/\(try context.identity("hold", of: Kinds.Hold.self))")
    }
    routes.form("/wallet/deals/{hold}/dispute", .ownDesk) { form, request, context in try await dispute(form, request, context) }
    routes.get("/wallet/deals/{hold}/dispute", .ownDesk) { _, context in
      .redirect("/wallet/deals/\(try context.identity("hold", of: Kinds.Hold.self))")
    }
    routes.get("/wallet/deals/{hold}", .ownDesk) { request, context in try await show(context, request, as: .customer) }
    routes.get("/earnings/deals/{hold}", .ownDesk) { request, context in try await show(context, request, as: .expert) }
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let query = try Form(query: request)
    let filter = DealFilter(
      kind: DealFilter.Kind(rawValue: query["state"]), site: SiteID(query["site"]), below: Int64(query["below"]), limit: Self.shown + 1)
    let (rows, sites) = try await deals.store.read { session in (try session.deals(filter), try session.sites()) }
    // Managers read times and money, and not who asked whom.
    let page = DealsPage(
      rows, filter, sites: sites, namesPeople: context.actor.may(.read, .administration), deals.web.texts(context.language))
    return deals.web.page(page, request, context)
  }

  private func show(
    _ context: WebContext, _ request: Request, as reader: DealPage.Reader, refusal: Refusal? = nil, typed: DisputePart.Typed = .init()
  ) async throws -> Response {
    let (id, me): (HoldID, AccountID) = (try context.identity("hold"), try context.person().member.id)
    let found = try await deals.store.read { [deals] session in try deals.found(id, in: session) }
    // Somebody else's deal and none at all look the same.
    guard let found, reader.maySee(found.hold, me) else { throw Refusal(.notFound) }
    let isDone = try Form(query: request)["done"] == "yes"
    let page = DealPage(
      found, as: reader, isDone: isDone, refusal: refusal, typed: typed, at: deals.clock.now, deals.web.texts(context.language))
    return deals.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func giveBack(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: HoldID = try context.identity("hold")
    do {
      guard let key = Secret(form["refund"]), let way = RefundWay(rawValue: form["way"]) else { throw Refusal(.notUnderstood) }
      guard let units = Int64(typed: form["units"]) else { throw Refusal(.amountInvalid) }
      try await deals.giveBack(
        units, of: id, to: way, formKey: key.text, by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)/\(id)?done=yes")
    } catch let refusal as Refusal where [.amountInvalid, .notRefundable, .creditUsed].contains(refusal.reason) {
      return try await show(context, request, as: .administrator, refusal: refusal)
    }
  }

  private func dispute(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: HoldID = try context.identity("hold")
    do {
      try await deals.dispute(id, because: form["reason"], by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("/wallet/deals/\(id)")
    } catch let refusal as Refusal where Self.refusedDisputes.contains(refusal.reason) {
      return try await show(context, request, as: .customer, refusal: refusal, typed: .init(words: form["reason"]))
    }
  }

  private func decide(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: HoldID = try context.identity("hold")
    do {
      guard let outcome = Dispute.Outcome(rawValue: form["outcome"]) else { throw Refusal(.notUnderstood) }
      try await deals.decide(
        id, outcome, units: Int64(typed: form["units"]) ?? 0, answer: form["answer"], by: context.person().member.id,
        from: Whereabouts(request, context))
      return .redirect("\(Self.path)/\(id)")
    } catch let refusal as Refusal where Self.refusedDecisions.contains(refusal.reason) {
      return try await show(
        context, request, as: .administrator, refusal: refusal,
        typed: .init(words: form["answer"], outcome: form["outcome"], units: form["units"]))
    }
  }
}

extension Deals {
  fileprivate func found(_ id: HoldID, in session: any Session) throws -> DealPage.Found? {
    guard let hold = try session.hold(id), let people = try session.people(of: hold), let charge = try session.charge(of: id) else {
      return nil
    }
    let worth = try session.worth(of: [id])[id]
    return DealPage.Found(
      hold: hold, way: try session.way(of: id), people: people, terms: try hold.terms.flatMap { try session.terms($0) },
      worth: worth?.worth ?? [],
      returned: worth?.returned ?? 0, returnable: try session.returnableUnits(of: hold), lines: try session.bookLines(about: hold),
      refunds: try session.refunds(of: id), isFromPurchase: try purchase(behind: hold, in: session) != nil, charge: charge)
  }
}
