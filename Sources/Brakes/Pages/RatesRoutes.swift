import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/rates`: how many of each currency one euro is, for prices that are read in another one.
struct RatesRoutes: Sendable {
  static let path = "/admin/rates"

  let brakes: Brakes

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in try await show(typed: nil, nil, request, context) }
    routes.form(Self.path, .to(.write, .administration)) { form, request, context in
      do {
        let rates = try Self.rates(form)
        try await brakes.set(rates, by: context.person().member.id, from: Whereabouts(request, context))
        return .redirect("\(Self.path)?saved=yes")
      } catch let refusal as Refusal where refusal.reason == .formInvalid {
        return try await show(typed: form, refusal, request, context)
      }
    }
  }

  private func show(typed: Form?, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let rates = try await brakes.store.read { try $0.exchangeRates() }
    let isSaved = try Form(query: request).has("saved")
    let page = RatesPage(rates, typed: typed, refusal, isSaved: isSaved, brakes.web.texts(context.language))
    return brakes.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private static func rates(_ form: Form) throws(Refusal) -> [Currency: Int64] {
    var rates: [Currency: Int64] = [:]
    var problems: [String: Refusal.Reason] = [:]
    for currency in Currency.all where currency != .euro && !form[currency.code].isEmpty {
      if let millionths = ExchangeRate.millionths(form[currency.code]) {
        rates[currency] = millionths
      } else {
        problems[currency.code] = .numberInvalid
      }
    }
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return rates
  }
}

struct RatesPage: Page {
  static let template = "exchange-rates"
  let title: String
  let notice: String?
  let problem: String?
  let setAt: ShownMoment?
  let fields: [Field]

  init(_ rates: [Currency: ExchangeRate], typed: Form?, _ refusal: Refusal?, isSaved: Bool, _ texts: Texts) {
    title = texts["brakes.rates.title"]
    notice = isSaved ? texts["pages.form.saved"] : nil
    problem = refusal.map { texts[$0] }
    setAt = rates.values.compactMap(\.setAt).max().map { ShownMoment($0) }
    let errors = FieldErrors(refusal, texts)
    fields = Currency.all.filter { $0 != .euro }.map { currency in
      Field(
        currency.code, label: currency.code, value: typed?[currency.code] ?? rates[currency]?.decimal ?? "", isRequired: false,
        errors: errors)
    }
  }
}
