import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/codes`: what can be typed in the shop, and what friends brought.
struct AdminCodeRoutes: Sendable {
  static let path = "/admin/codes"
  static let shown = 100

  let payments: Payments
  let web: WebFront

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get(Self.path, read) { request, context in try await list(request, context) }
    routes.get("\(Self.path)/new", read) { request, context in
      web.page(AdminCodePage(CodeForm(at: payments.clock.now), nil, nil, web.texts(context.language)), request, context)
    }
    routes.form(Self.path, write) { form, request, context in try await save(form, nil, request, context) }
    routes.get("\(Self.path)/{id}", read) { request, context in
      let code = try await code(context)
      return web.page(AdminCodePage(CodeForm(code), code, nil, web.texts(context.language)), request, context)
    }
    routes.form("\(Self.path)/{id}", write) { form, request, context in try await save(form, code(context), request, context) }
  }

  private func code(_ context: WebContext) async throws -> PromotionCode {
    let id: PromotionCodeID = try context.identity("id")
    guard let code = try await payments.store.read({ try $0.promotionCode(id) }) else { throw Refusal(.notFound) }
    return code
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let (codes, friends) = try await payments.store.read { session in
      let counted = try session.countedReferrals(limit: Self.shown)
      let friends = try counted.compactMap { referrer, friend, purchase -> AdminCodesPage.Friend? in
        guard let bought = try session.purchase(purchase) else { return nil }
        return AdminCodesPage.Friend(
          referrer: try session.account(referrer)?.name ?? "", friend: try session.account(friend)?.name ?? "", purchase: bought,
          gifts: try session.gifts(with: purchase).filter { $0.occasion == .friend || $0.occasion == .welcome })
      }
      return (try session.promotionCodes(limit: Self.shown), friends)
    }
    let isSaved = try Form(query: request)["done"] == "saved"
    let page = AdminCodesPage(codes, friends, isSaved: isSaved, at: payments.clock.now, web.texts(context.language))
    return web.page(page, request, context)
  }

  private func save(_ form: Form, _ known: PromotionCode?, _ request: Request, _ context: WebContext) async throws -> Response {
    let typed = CodeForm(form)
    do {
      let code = try typed.code(known, id: payments.ids.next())
      try await payments.save(code, isNew: known == nil, by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)?done=saved")
    } catch let refusal as Refusal where refusal.reason == .formInvalid {
      let page = AdminCodePage(typed, known, refusal, web.texts(context.language))
      return web.page(page, request, context, status: refusal.reason.status)
    }
  }
}

/// The form of a code as it is typed.
struct CodeForm: Sendable {
  var code = ""
  var kind = PromotionCode.Kind.units.rawValue
  var unit = CreditUnit.credits.rawValue
  var units = "1"
  var validDays = "365"
  var until = ""
  var useLimit = "100"

  init(at now: Moment) { until = now.adding(seconds: 30 * Payments.daySeconds).minuteText }

  init(_ code: PromotionCode) {
    (self.code, kind, unit) = (code.code, code.kind.rawValue, code.unit.rawValue)
    (units, validDays) = ("\(code.units)", code.validDays.map { "\($0)" } ?? "")
    (until, useLimit) = (code.endsAt.minuteText, "\(code.useLimit)")
  }

  init(_ form: Form) {
    (code, kind, unit, units) = (form["code"], form["kind"], form["unit"], form["units"])
    (validDays, until, useLimit) = (form["validDays"], form["until"], form["useLimit"])
  }

  /// - Parameter known: the code that is changed; what it is called and what it gives stay.
  func code(_ known: PromotionCode?, id: PromotionCodeID) throws(Refusal) -> PromotionCode {
    var problems: [String: Refusal.Reason] = [:]
    let read = known?.code ?? PromotionCode.read(code)
    if read == nil { problems["code"] = .optionUnknown }
    let count = Int64(typed: units).flatMap { (1...10_000).contains($0) ? $0 : nil }
    if count == nil { problems["units"] = .numberInvalid }
    let days = Int64(typed: validDays).flatMap { (1...3650).contains($0) ? $0 : nil }
    if !validDays.isEmpty, days == nil { problems["validDays"] = .daysInvalid }
    let end = Moment(minute: until)
    if end == nil { problems["until"] = .optionUnknown }
    let limit = Int64(typed: useLimit).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
    if limit == nil { problems["useLimit"] = .numberInvalid }
    guard problems.isEmpty, let read, let count, let end, let limit,
      let kind = known?.kind ?? PromotionCode.Kind(rawValue: kind),
      let unit = known?.unit ?? CreditUnit.spendable.first(where: { $0.rawValue == unit })
    else { throw Refusal(.formInvalid, fields: problems) }
    return PromotionCode(
      id: known?.id ?? id, code: read, kind: kind, unit: unit, units: count, validDays: days, endsAt: end, useLimit: limit)
  }
}

struct AdminCodesPage: Page {
  struct Friend: Sendable {
    let referrer: String
    let friend: String
    let purchase: Purchase
    let gifts: [Given]
  }

  struct Line: Sendable {
    let codeURL: SafeURL?
    let code: String
    let what: String
    let ends: ShownMoment
    let uses: String
    let tone: String
    let word: String
  }

  struct FriendLine: Sendable {
    let purchaseURL: SafeURL?
    let reference: String
    let referrer: String
    let friend: String
    let given: String
    let state: StateTag
  }

  static let template = "admin-codes"
  let title: String
  let notice: String?
  let lines: [Line]
  let isEmpty: Bool
  let friends: [FriendLine]
  let hasFriends: Bool

  init(_ codes: [PromotionCode], _ friends: [Friend], isSaved: Bool, at now: Moment, _ texts: Texts) {
    title = texts["payments.codes.title"]
    notice = isSaved ? texts["pages.form.saved"] : nil
    let words = UnitWords(texts)
    lines = codes.map { code in
      let isOpen = code.isOpen(at: now)
      let units = code.kind == .minutes ? texts.counted("payments.gifts.minutes", Int(code.units)) : words[code.units, code.unit]
      return Line(
        codeURL: SafeURL("\(AdminCodeRoutes.path)/\(code.id)"), code: code.code,
        what: texts["payments.codes.what.\(code.kind.rawValue)", ["units": units]], ends: ShownMoment(code.endsAt),
        uses: texts["payments.codes.uses", ["uses": "\(code.uses)", "limit": "\(code.useLimit)"]], tone: isOpen ? "good" : "plain",
        word: texts[isOpen ? "payments.codes.open" : "payments.codes.over"])
    }
    isEmpty = lines.isEmpty
    self.friends = friends.map { one in
      FriendLine(
        purchaseURL: SafeURL("\(AdminPaymentRoutes.path)/\(one.purchase.id)"), reference: one.purchase.reference,
        referrer: one.referrer.isEmpty ? texts["pages.audit.deleted"] : one.referrer,
        friend: one.friend.isEmpty ? texts["pages.audit.deleted"] : one.friend,
        given: words[one.gifts.reduce(0) { $0 + $1.units }, .credits], state: StateTag(one.purchase, texts))
    }
    hasFriends = !friends.isEmpty
  }
}

struct AdminCodePage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "admin-code"
  let title: String
  let problem: String?
  let saveURL: SafeURL?
  /// What a code is called and gives is chosen once.
  let isNew: Bool
  let code: Field
  let kinds: [Choice]
  let unitChoices: [Choice]
  let fields: [Field]

  init(_ form: CodeForm, _ known: PromotionCode?, _ refusal: Refusal?, _ texts: Texts) {
    title = known?.code ?? texts["payments.codes.add"]
    problem = refusal.map { texts[$0] }
    saveURL = SafeURL(known.map { "\(AdminCodeRoutes.path)/\($0.id)" } ?? AdminCodeRoutes.path)
    isNew = known == nil
    let errors = FieldErrors(refusal, texts)
    code = Field(
      "code", label: texts["payments.codes.code"], value: form.code, hint: texts["payments.codes.codeHint"], autocomplete: "off",
      errors: errors)
    kinds = PromotionCode.Kind.allCases.map {
      Choice(value: $0.rawValue, label: texts["payments.codes.kind.\($0.rawValue)"], isChosen: form.kind == $0.rawValue)
    }
    unitChoices = CreditUnit.spendable.map {
      Choice(value: $0.rawValue, label: texts["payments.buy.unit.\($0.rawValue)"], isChosen: form.unit == $0.rawValue)
    }
    fields = [
      Field("units", label: texts["payments.gifts.units"], type: "number", value: form.units, autocomplete: "off", errors: errors),
      Field(
        "validDays", label: texts["payments.packs.validDays"], type: "number", value: form.validDays, isRequired: false,
        hint: texts["payments.packs.validDaysHint"], autocomplete: "off", errors: errors),
      Field(
        "until", label: texts["payments.offers.field.until"], type: "datetime-local", value: form.until,
        hint: texts["payments.offers.hint.until"], autocomplete: "off", errors: errors),
      Field(
        "useLimit", label: texts["payments.codes.useLimit"], type: "number", value: form.useLimit,
        hint: texts["payments.codes.useLimitHint"],
        autocomplete: "off", errors: errors),
    ]
  }
}
