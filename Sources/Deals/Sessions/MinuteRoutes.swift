import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// The bill of a chat by the minute (X2): `/wallet/minutes`, `/earnings/minutes` and `/admin/minutes` show the same page to the customer, the
/// expert and those who look after the house.
struct MinuteRoutes: Sendable {
  static let path = "/admin/minutes"

  let deals: Deals

  func register(on routes: Routes) {
    routes.get("\(Self.path)/{session}", .to(.read, .deals)) { request, context in
      try await show(request, context, as: context.actor.may(.read, .administration) ? .administrator : .manager)
    }
    routes.get("/wallet/minutes/{session}", .ownDesk) { request, context in try await show(request, context, as: .customer) }
    routes.get("/earnings/minutes/{session}", .ownDesk) { request, context in try await show(request, context, as: .expert) }
    routes.form("/wallet/minutes/{session}/dispute", .ownDesk) { form, request, context in try await dispute(form, request, context) }
    routes.form("\(Self.path)/{session}/decide", .to(.write, .deals)) { form, request, context in
      try await decide(form, request, context)
    }
    routes.form("\(Self.path)/{session}/refund", .to(.write, .deals)) { form, request, context in
      try await giveBack(form, request, context)
    }
    // The language links of a page that answered a form lead here.
    routes.get("\(Self.path)/{session}/refund", .to(.write, .deals)) { _, context in
      .redirect("\(Self.path)/\(try context.identity("session", of: Kinds.MinuteSession.self))")
    }
    routes.get("/wallet/minutes/{session}/dispute", .ownDesk) { _, context in
      .redirect("/wallet/minutes/\(try context.identity("session", of: Kinds.MinuteSession.self))")
    }
    routes.get("\(Self.path)/{session}/decide", .to(.write, .deals)) { _, context in
      .redirect("\(Self.path)/\(try context.identity("session", of: Kinds.MinuteSession.self))")
    }
  }

  private func show(
    _ request: Request, _ context: WebContext, as reader: DealPage.Reader, refusal: Refusal? = nil, typed: DisputePart.Typed = .init()
  ) async throws -> Response {
    let found = try await found(context, as: reader)
    let isDone = try Form(query: request)["done"] == "yes"
    let page = MinuteBillPage(
      found, as: reader, isDone: isDone, refusal: refusal, typed: typed, at: deals.clock.now, deals.web.texts(context.language))
    return deals.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  /// Somebody else's bill and none at all look the same.
  private func found(_ context: WebContext, as reader: DealPage.Reader) async throws -> MinuteBillPage.Found {
    let (id, me): (MinuteSessionID, AccountID) = (try context.identity("session"), try context.person().member.id)
    let now = deals.clock.now
    let found = try await deals.store.read { session -> MinuteBillPage.Found? in
      guard let replay = try session.minuteReplay(id, at: now), let people = try session.people(of: replay.session) else { return nil }
      return MinuteBillPage.Found(replay: replay, people: people, charge: try session.charge(ofChat: id))
    }
    guard let found, reader.maySee(found.replay.session, me) else { throw Refusal(.notFound) }
    return found
  }

  /// The chat as what was charged for its first minute, by which the whole is disputed.
  private func first(_ context: WebContext, as reader: DealPage.Reader) async throws -> HoldID {
    guard let charge = try await found(context, as: reader).charge else { throw Refusal(.notFound) }
    return charge.holds[0].id
  }

  private func dispute(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    do {
      let hold = try await first(context, as: .customer)
      try await deals.dispute(hold, because: form["reason"], by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("/wallet/minutes/\(try context.identity("session", of: Kinds.MinuteSession.self))")
    } catch let refusal as Refusal where DealRoutes.refusedDisputes.contains(refusal.reason) {
      return try await show(request, context, as: .customer, refusal: refusal, typed: .init(words: form["reason"]))
    }
  }

  private func giveBack(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: MinuteSessionID = try context.identity("session")
    do {
      guard let key = Secret(form["refund"]) else { throw Refusal(.notUnderstood) }
      guard let units = Int64(typed: form["units"]) else { throw Refusal(.amountInvalid) }
      try await deals.giveBack(units, ofChat: id, formKey: key.text, by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)/\(id)?done=yes")
    } catch let refusal as Refusal where [.amountInvalid, .notRefundable].contains(refusal.reason) {
      return try await show(request, context, as: .administrator, refusal: refusal)
    }
  }

  private func decide(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    do {
      guard let outcome = Dispute.Outcome(rawValue: form["outcome"]) else { throw Refusal(.notUnderstood) }
      try await deals.decide(
        try await first(context, as: .administrator), outcome, units: Int64(typed: form["units"]) ?? 0, answer: form["answer"],
        by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)/\(try context.identity("session", of: Kinds.MinuteSession.self))")
    } catch let refusal as Refusal where DealRoutes.refusedDecisions.contains(refusal.reason) {
      return try await show(
        request, context, as: .administrator, refusal: refusal,
        typed: .init(words: form["answer"], outcome: form["outcome"], units: form["units"]))
    }
  }
}

extension DealPage.Reader {
  fileprivate func maySee(_ session: MinuteSession, _ account: AccountID) -> Bool {
    switch self {
    case .customer: session.deal.customer == account
    case .expert: session.deal.expert == account
    case .administrator, .manager: true
    }
  }
}

extension Session {
  fileprivate func people(of session: MinuteSession) throws -> DealPeople? {
    try row(
      """
      SELECT s.name, v.name, COALESCE(g.pseudonym, a.pseudonym)
      FROM conversations c
      JOIN sites s ON s.id = c.site_id
      JOIN visitors v ON v.id = c.visitor_id
      JOIN accounts a ON a.id = $2
      LEFT JOIN assignments g ON g.site_id = c.site_id AND g.account_id = $2
      WHERE c.id = $1
      """, session.conversation, session.deal.expert
    ).map { DealPeople(site: $0[0], customer: $0[1], expert: $0[2]) }
  }
}
