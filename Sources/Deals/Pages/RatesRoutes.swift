import Base
import Hummingbird
import Pricing
import Store
import Web

/// `/earnings/prices`: what an expert asks for (B12).
struct RatesRoutes: Sendable {
  static let path = "/earnings/prices"

  let deals: Deals

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in
      let expert = try expert(context)
      let rates = try await deals.store.read { try $0.rates(of: expert) }
      return try await show(RatesForm(rates), nil, request, context)
    }
    routes.form(Self.path, .ownDesk) { form, request, context in
      let expert = try expert(context)
      let typed = RatesForm(form)
      do {
        let (rates, id, now) = (try typed.rates(), deals.ids.next(Kinds.Rates.self), deals.clock.now)
        try await deals.store.write(locking: [.account(expert)]) { session in
          // A press that came twice wrote it down already.
          if try session.rates(of: expert) != rates { try session.write(rates, id: id, of: expert, at: now) }
        }
        return .redirect("\(Self.path)?done=yes")
      } catch let refusal as Refusal where refusal.reason == .formInvalid {
        return try await show(typed, refusal, request, context)
      }
    }
  }

  private func expert(_ context: WebContext) throws -> AccountID {
    let person = try context.person()
    guard person.member.roles.contains(.expert) else { throw Refusal(.notAllowed) }
    return person.member.id
  }

  private func show(_ typed: RatesForm, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let expert = try expert(context)
    let counts = try await deals.store.read { try $0.setsPrices(expert) }
    let page = RatesPage(
      typed, refusal, isDone: try Form(query: request)["done"] == "yes", counts: counts, deals.web.texts(context.language))
    return deals.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

/// Prices as they are typed; empty where the website's price stands.
struct RatesForm: Sendable {
  var text = ""
  var video = ""
  var minute = ""

  init(_ rates: Rates) {
    text = rates.text.map { String($0) } ?? ""
    video = rates.video.map { String($0) } ?? ""
    minute = rates.minute.map { String($0) } ?? ""
  }

  init(_ form: Form) { (text, video, minute) = (form["text"], form["video"], form["minute"]) }

  /// - Throws: `formInvalid` with a reason for each field.
  func rates() throws(Refusal) -> Rates {
    var problems: [String: Refusal.Reason] = [:]
    func price(_ name: String, _ typed: String) -> Int64? {
      guard typed.contains(where: { !$0.isWhitespace }) else { return nil }
      guard let number = Int64(typed: typed.filter { !$0.isWhitespace }), Rates.limits.contains(number) else {
        problems[name] = .numberInvalid
        return nil
      }
      return number
    }
    let rates = Rates(text: price("text", text), video: price("video", video), minute: price("minute", minute))
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return rates
  }
}

struct RatesPage: Page {
  static let template = "rates"
  let title: String
  let isDone: Bool
  let problem: String?
  /// None of the expert's websites lets them set prices.
  let isIdle: Bool
  let fields: [Field]

  init(_ typed: RatesForm, _ refusal: Refusal?, isDone: Bool, counts: Bool, _ texts: Texts) {
    title = texts["deals.rates.title"]
    self.isDone = isDone
    problem = refusal.map { texts[$0] }
    isIdle = !counts
    let errors = FieldErrors(refusal, texts)
    fields = [("text", typed.text), ("video", typed.video), ("minute", typed.minute)].map { name, value in
      Field(
        name, label: texts["deals.rates.\(name)"], value: value, isRequired: false, hint: texts["deals.rates.\(name)Hint"], errors: errors)
    }
  }
}
