import Base
import Hummingbird
import Store
import Web

/// `/wallet/limits/threads/{conversation}`: "stop after so many more" in one paid thread.
struct StopRoutes: Sendable {
  let brakes: Brakes

  func register(on routes: Routes) {
    let path = "\(LimitsRoutes.path)/threads/{conversation}"
    routes.get(path, .ownDesk) { request, context in try await show(typed: nil, nil, request, context) }
    routes.form(path, .ownDesk) { form, request, context in
      let thread = try await thread(context)
      guard let figure = CapFigure(form["units"]) else {
        let refusal = Refusal(.formInvalid, fields: ["units": .numberInvalid])
        return try await show(typed: form["units"], refusal, request, context)
      }
      try await brakes.stop(after: figure.units, in: thread.conversation, unit: thread.unit, by: thread.payer)
      return .redirect("/conversations/\(thread.conversation)")
    }
  }

  private struct Thread: Sendable {
    let conversation: ConversationID
    let payer: AccountID
    let unit: CreditUnit
  }

  /// Somebody else's thread, one that nobody pays for, and none at all look the same.
  private func thread(_ context: WebContext) async throws -> Thread {
    let (conversation, me): (ConversationID, AccountID) = (try context.identity("conversation"), try context.person().member.id)
    let unit = try await brakes.store.read { try $0.unitOfThread(conversation, paidBy: me) }
    guard let unit else { throw Refusal(.notFound) }
    return Thread(conversation: conversation, payer: me, unit: unit)
  }

  private func show(typed: String?, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let thread = try await thread(context)
    let now = brakes.clock.now
    let (stop, zone) = try await brakes.store.read { session in
      (
        try session.stop(in: thread.conversation, of: thread.payer, unit: thread.unit, at: now), try session.zone(of: thread.payer)
      )
    }
    let page = StopPage(
      stop, in: thread.conversation, unit: thread.unit, typed: typed, refusal, zone: zone, brakes.web.texts(context.language))
    return brakes.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

extension Session {
  /// A website sells in one unit.
  fileprivate func unitOfThread(_ conversation: ConversationID, paidBy payer: AccountID) throws -> CreditUnit? {
    let found = try row(
      """
      SELECT t.unit
      FROM conversations c
      JOIN terms t ON t.site_id = c.site_id
      WHERE c.id = $1 AND c.customer_id = $2
      ORDER BY t.id DESC
      LIMIT 1
      """, conversation, payer)
    return found.flatMap { CreditUnit(rawValue: $0[0]) }
  }

  /// How many more may be spent in a thread of theirs, before the next question.
  public func threadStop(in conversation: ConversationID, of payer: AccountID, unit: CreditUnit, at now: Moment) throws -> ThreadStop {
    try stop(in: conversation, of: payer, unit: unit, at: now)
  }
}

struct StopPage: Page {
  static let template = "thread-stop"
  let title: String
  let problem: String?
  let left: String
  let waiting: String?
  let actionURL: SafeURL?
  let threadURL: SafeURL?
  let units: Field

  init(
    _ stop: ThreadStop, in conversation: ConversationID, unit: CreditUnit, typed: String?, _ refusal: Refusal?, zone: String, _ texts: Texts
  ) {
    title = texts["brakes.stop.title"]
    problem = refusal.map { texts[$0] }
    left = stop.left.map { texts.counted("brakes.stop.left.\(unit.rawValue)", Int($0)) } ?? texts["brakes.stop.none"]
    waiting = stop.change.map { change in
      let from = change.from.text(in: zone)
      return change.units.map { texts["brakes.limits.waiting", ["units": String($0), "from": from]] }
        ?? texts["brakes.limits.waitingNone", ["from": from]]
    }
    actionURL = SafeURL("\(LimitsRoutes.path)/threads/\(conversation)")
    threadURL = SafeURL("/conversations/\(conversation)")
    let wanted = stop.change.map(\.units) ?? stop.left
    units = Field(
      "units", label: texts["brakes.stop.after.\(unit.rawValue)"], value: typed ?? wanted.map(String.init) ?? "", isRequired: false,
      hint: texts["brakes.stop.hint"], errors: FieldErrors(refusal, texts))
  }
}
