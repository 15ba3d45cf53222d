import Access
import Accounts
import Base
import Hummingbird
import Ledger
import Store
import Web

/// `/admin/customers/{account}/credit`: units that the house gives to one customer, with a reason.
struct AdminGiftRoutes: Sendable {
  static let path = "/admin/customers"
  static let shown = 20

  let payments: Payments
  let web: WebFront

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get("\(Self.path)/{account}/credit", read) { request, context in
      let notice = try Form(query: request)["done"] == "given"
      return try await show(GiftForm(id: payments.ids.next()), nil, isDone: notice, request, context)
    }
    routes.form("\(Self.path)/{account}/credit", write) { form, request, context in
      let owner: AccountID = try context.identity("account")
      guard let id = GiftID(form["gift"]) else { throw Refusal(.notUnderstood) }
      let typed = GiftForm(id: id, form)
      do {
        let (count, unit, days) = try typed.read()
        let (by, place) = (try context.person().member.id, Whereabouts(request, context))
        if let unit {
          try await payments.credit(id, Units(count, unit), to: owner, because: typed.reason, validDays: days, by: by, from: place)
        } else {
          try await payments.giveMinutes(id, count, to: owner, because: typed.reason, validDays: days, by: by, from: place)
        }
        return .redirect("\(Self.path)/\(owner)/credit?done=given")
      } catch let refusal as Refusal where [.formInvalid, .packNotOnSale].contains(refusal.reason) {
        return try await show(typed, refusal, isDone: false, request, context)
      }
    }
  }

  private func show(
    _ form: GiftForm, _ refusal: Refusal?, isDone: Bool, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let owner: AccountID = try context.identity("account")
    let found = try await payments.store.read { session -> AdminGiftPage.Found? in
      guard let account = try session.account(owner) else { return nil }
      return AdminGiftPage.Found(
        account: account, balances: try CreditUnit.spendable.map { ($0, try session.wallet(of: owner, in: $0).free) },
        worths: try CreditUnit.spendable.compactMap { try session.worth(of: 1, $0) },
        gifts: try session.gifts(of: owner, limit: Self.shown),
        freeMinutes: try session.freeMinutes(of: owner, at: payments.clock.now))
    }
    guard let found else { throw Refusal(.notFound) }
    let page = AdminGiftPage(found, form, refusal, isDone: isDone, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

struct GiftForm: Sendable {
  /// Made with the page: its form sent twice gives once.
  let id: GiftID
  var units = "1"
  var unit = CreditUnit.credits.rawValue
  var validDays = "365"
  var reason = ""

  init(id: GiftID) { self.id = id }

  init(id: GiftID, _ form: Form) {
    self.id = id
    (units, unit, validDays, reason) = (form["units"], form["unit"], form["validDays"], form["reason"].onOneLine)
  }

  /// What is chosen instead of a unit.
  static let minutes = "minutes"

  /// - Returns: no unit where minutes of chats are given.
  func read() throws(Refusal) -> (count: Int64, unit: CreditUnit?, validDays: Int64?) {
    var problems: [String: Refusal.Reason] = [:]
    let count = Int64(typed: units).flatMap { (1...10_000).contains($0) ? $0 : nil }
    if count == nil { problems["units"] = .numberInvalid }
    let days = Int64(typed: validDays).flatMap { (1...3650).contains($0) ? $0 : nil }
    if !validDays.isEmpty, days == nil { problems["validDays"] = .daysInvalid }
    if reason.isEmpty { problems["reason"] = .fieldMissing }
    if reason.unicodeScalars.count > Given.reasonLimit { problems["reason"] = .fieldTooLong }
    let known = CreditUnit.spendable.first { $0.rawValue == unit }
    guard problems.isEmpty, let count, known != nil || unit == Self.minutes else { throw Refusal(.formInvalid, fields: problems) }
    return (count, known, days)
  }
}

struct AdminGiftPage: Page {
  struct Found: Sendable {
    let account: Account
    let balances: [(unit: CreditUnit, free: Int64)]
    let worths: [Money]
    let gifts: [(given: Given, at: Moment)]
    let freeMinutes: [FreeMinutes]
  }

  struct Line: Sendable {
    let what: String
    let why: String
    let worth: String
    let time: ShownMoment
    let ends: ShownMoment?
  }

  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "admin-gift"
  let title: String
  let person: String
  let personURL: SafeURL?
  let balance: String
  let worth: String
  let notice: String?
  let problem: String?
  let gift: String
  let units: Field
  let choices: [Choice]
  let validDays: Field
  let reason: Field
  let lines: [Line]
  let hasLines: Bool

  init(_ found: Found, _ form: GiftForm, _ refusal: Refusal?, isDone: Bool, _ texts: Texts) {
    let (money, words) = (MoneyWords(texts.language), UnitWords(texts))
    title = texts["payments.gifts.give"]
    person = found.account.name.isEmpty ? texts["pages.audit.deleted"] : found.account.name
    personURL = SafeURL("/admin/agents/\(found.account.id)")
    let minutes = found.freeMinutes.reduce(0) { $0 + $1.left } / 60
    balance = (found.balances.map { words[$0.free, $0.unit] } + [texts.counted("payments.gifts.minutes", Int(minutes))])
      .joined(separator: ", ")
    worth = texts["payments.gifts.worth", ["worth": found.worths.map { money[$0] }.joined(separator: ", ")]]
    notice = isDone ? texts["payments.gifts.done"] : nil
    problem = refusal.map { texts[$0] }
    gift = "\(form.id)"
    let errors = FieldErrors(refusal, texts)
    units = Field(
      "units", label: texts["payments.gifts.units"], type: "number", value: form.units, autocomplete: "off", errors: errors)
    choices =
      CreditUnit.spendable.map {
        Choice(value: $0.rawValue, label: texts["payments.buy.unit.\($0.rawValue)"], isChosen: form.unit == $0.rawValue)
      } + [Choice(value: GiftForm.minutes, label: texts["payments.gifts.minutesTitle"], isChosen: form.unit == GiftForm.minutes)]
    validDays = Field(
      "validDays", label: texts["payments.packs.validDays"], type: "number", value: form.validDays, isRequired: false,
      hint: texts["payments.packs.validDaysHint"], autocomplete: "off", errors: errors)
    reason = Field(
      "reason", label: texts["payments.gifts.reason"], value: form.reason, hint: texts["payments.gifts.reasonHint"], autocomplete: "off",
      errors: errors)
    lines = found.gifts.map { given, at in
      Line(
        what: words[given.units, given.unit], why: given.words(texts), worth: money[given.worth], time: ShownMoment(at),
        ends: given.expiresAt.map { ShownMoment($0) })
    }
    hasLines = !lines.isEmpty
  }
}
