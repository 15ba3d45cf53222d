import Access
import Accounts
import Base
import Hummingbird
import LedgerCore
import Web

/// `/earnings/account`: where an expert is paid.
struct PayoutDataRoutes: Sendable {
  static let path = "/earnings/account"

  let payouts: Payouts

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in
      let person = try context.expert()
      let profile = try await payouts.profile(of: person.member.id)
      let typed = PayoutDataPage.Typed(profile)
      return try await show(profile, typed, isDone: try Form(query: request)["done"] == "yes", refusal: nil, request, context)
    }
    routes.form(Self.path, .ownDesk) { form, request, context in try await save(form, request, context) }
  }

  private func save(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let person = try context.expert()
    let typed = PayoutDataPage.Typed(form)
    do {
      let data = try PayoutData(
        holder: typed.holder, account: typed.account, bic: typed.bic, identity: typed.identity, vatNumber: typed.vatNumber)
      try await payouts.change(
        data, method: typed.method, chargesVAT: typed.chargesVAT, of: person, password: form.exact("present"),
        from: Whereabouts(request, context))
      return .redirect("\(Self.path)?done=yes")
    } catch let refusal as Refusal where !refusal.fields.isEmpty || [.tooManyTries, .signInAgain].contains(refusal.reason) {
      return try await show(
        payouts.profile(of: person.member.id), typed, isDone: false, refusal: refusal, request, context)
    }
  }

  private func show(
    _ profile: PayoutProfile?, _ typed: PayoutDataPage.Typed, isDone: Bool, refusal: Refusal?, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let person = try context.person()
    let (terms, asks) = (
      try await payouts.store.read { try $0.payoutTerms() }, try await payouts.accounts.hasPassword(person.member.id)
    )
    let page = PayoutDataPage(
      profile, typed, terms: terms.slip, asksPassword: asks, isDone: isDone, refusal: refusal, payouts.web.texts(context.language))
    return payouts.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

extension WebContext {
  /// Who is signed in and answers for money.
  func expert() throws -> SignedIn {
    let person = try person()
    guard person.member.roles.contains(.expert) else { throw Refusal(.notAllowed) }
    return person
  }
}

struct PayoutDataPage: Page {
  /// What stands in the form. What is sealed is typed again: it is never shown whole.
  struct Typed: Sendable {
    var holder = ""
    var account = ""
    var bic = ""
    var identity = ""
    var vatNumber = ""
    var method = PayoutMethod.whole
    var chargesVAT = true

    init(_ profile: PayoutProfile?) {
      method = profile?.method ?? .whole
      chargesVAT = profile?.chargesVAT ?? true
    }

    init(_ form: Form) {
      (holder, account, bic) = (form["holder"], form["account"], form["bic"])
      (identity, vatNumber) = (form["identity"], form["vatNumber"])
      method = PayoutMethod(rawValue: form["method"]) ?? .whole
      chargesVAT = form["chargesVAT"] == "yes"
    }
  }

  struct Choice: Sendable {
    let value: String
    let label: String
    let hint: String
    let isChosen: Bool
  }

  static let template = "payout-data"
  let title: String
  let isDone: Bool
  let problem: String?
  let known: String?
  let changed: ShownMoment?
  let fields: [Field]
  let methods: [Choice]
  let chargesVAT: Bool
  let chargesLabel: String
  let present: Field?

  init(
    _ profile: PayoutProfile?, _ typed: Typed, terms: SlipTerms, asksPassword: Bool, isDone: Bool, refusal: Refusal?, _ texts: Texts
  ) {
    title = texts["payouts.data.title"]
    self.isDone = isDone
    problem = refusal.map { texts[$0] }
    known = profile.map { texts["payouts.data.known", ["account": $0.hint, "method": texts["payouts.method.\($0.method.rawValue)"]]] }
    changed = profile.map { ShownMoment($0.changedAt) }
    let errors = FieldErrors(refusal, texts)
    func field(_ name: String, _ value: String, isRequired: Bool = true, autocomplete: String = "off") -> Field {
      Field(
        name, label: texts["payouts.data.\(name)"], value: value, isRequired: isRequired, hint: texts["payouts.data.\(name)Hint"],
        autocomplete: autocomplete, errors: errors)
    }
    fields = [
      field("holder", typed.holder), field("account", typed.account), field("bic", typed.bic, isRequired: false),
      field("identity", typed.identity), field("vatNumber", typed.vatNumber, isRequired: false),
    ]
    methods = PayoutMethod.allCases.map { method in
      Choice(
        value: method.rawValue, label: texts["payouts.method.\(method.rawValue)"],
        hint: texts["payouts.method.\(method.rawValue)Hint", ["rate": Rate.percent(terms.withholding)]], isChosen: typed.method == method)
    }
    chargesVAT = typed.chargesVAT
    chargesLabel = texts["payouts.data.chargesVAT", ["rate": Rate.percent(terms.vat)]]
    present =
      asksPassword
      ? Field(
        "present", label: texts["pages.field.presentPassword"], type: "password", autocomplete: "current-password", errors: errors) : nil
  }
}

/// A rate in 1/10,000 as people read it: `19`, `12.5`.
enum Rate {
  static func percent(_ rate: Int64) -> String {
    let (whole, rest) = (rate / 100, rate % 100)
    if rest == 0 { return "\(whole)" }
    return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Reads percent with at most two decimals.
  static func read(_ typed: String) -> Int64? {
    let parts = typed.typedNumber.replacing(",", with: ".").split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = parts.first, (1...3).contains(whole.utf8.count) else { return nil }
    let rest = parts.count == 2 ? parts[1] : ""
    guard (whole + rest).utf8.allSatisfy({ (48...57).contains($0) }), rest.utf8.count <= 2 else { return nil }
    return Int64(whole + rest + String(repeating: "0", count: 2 - rest.utf8.count))
  }
}
