import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/wallet/limits`: what a payer holds themselves to. All of it works without scripts.
struct LimitsRoutes: Sendable {
  static let path = "/wallet/limits"

  let brakes: Brakes

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in try await show(typed: nil, nil, request, context) }
    routes.form(Self.path, .ownDesk) { form, request, context in try await setCaps(form, request, context) }
    routes.form("\(Self.path)/exclusion", .ownDesk) { form, request, context in try await exclude(form, request, context) }
    routes.get("\(Self.path)/exclusion", .ownDesk) { _, _ in .redirect(Self.path) }
    routes.form("\(Self.path)/currency", .ownDesk) { form, _, context in
      let currency = Currency(code: form["currency"])
      guard currency != nil || form["currency"].isEmpty else { throw Refusal(.notUnderstood) }
      try await brakes.show(currency, to: context.person().member.id)
      return .redirect("\(Self.path)?done=currency")
    }
    routes.get("\(Self.path)/currency", .ownDesk) { _, _ in .redirect(Self.path) }
  }

  private func show(typed: Form?, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let (me, now) = (try context.person().member.id, brakes.clock.now)
    let found = try await brakes.store.read { try LimitsPage.Found(of: me, at: now, in: $0) }
    let done = LimitsPage.Done(rawValue: try Form(query: request)["done"])
    let page = LimitsPage(found, typed: typed, refusal, done: done, at: now, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func setCaps(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    guard let unit = CreditUnit.spendable.first(where: { $0.rawValue == form["unit"] }) else { throw Refusal(.notUnderstood) }
    do {
      try await brakes.set(try Self.caps(form, unit), in: unit, of: context.person().member.id)
      return .redirect("\(Self.path)?done=caps")
    } catch let refusal as Refusal where refusal.reason == .formInvalid {
      return try await show(typed: form, refusal, request, context)
    }
  }

  private static func caps(_ form: Form, _ unit: CreditUnit) throws(Refusal) -> [CapSpan: Int64?] {
    var caps: [CapSpan: Int64?] = [:]
    var problems: [String: Refusal.Reason] = [:]
    for span in CapSpan.allCases {
      let name = span.field(unit)
      switch CapFigure(form[name]) {
      case .none: problems[name] = .numberInvalid
      case .some(let figure): caps.updateValue(figure.units, forKey: span)
      }
    }
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return caps
  }

  private func exclude(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    guard let span = ExclusionSpan(rawValue: form["span"]), form["sure"] == "yes" else {
      return try await show(typed: form, Refusal(.formInvalid, fields: ["sure": .fieldMissing]), request, context)
    }
    try await brakes.exclude(context.person().member.id, for: span, from: Whereabouts(request, context))
    return .redirect("\(Self.path)?done=excluded")
  }

  private var web: WebFront { brakes.web }
}

/// What somebody typed for a cap: a whole number, or nothing for none.
struct CapFigure {
  let units: Int64?

  init?(_ text: String) {
    guard !text.isEmpty else {
      units = nil
      return
    }
    guard let number = Int64(typed: text), (0...Cap.unitLimit).contains(number) else { return nil }
    units = number
  }
}

extension CapSpan {
  func field(_ unit: CreditUnit) -> String { "\(unit.rawValue)-\(rawValue)" }
}
