import Accounts
import Base
import Hummingbird
import Meter
import Sites
import Store
import Web

/// `/admin/terms`: what an answer costs at each website, and what is promised for it.
struct TermsRoutes: Sendable {
  let deals: Deals

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get("/admin/terms", read) { request, context in try await list(request, context) }
    routes.get("/admin/terms/{site}", read) { request, context in try await show(typed: nil, nil, request, context) }
    routes.form("/admin/terms/{site}", write) { form, request, context in try await change(form, request, context) }
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let rows = try await deals.store.read { session in try session.sites().map { ($0, try session.terms(at: $0.id)) } }
    return web.page(TermsListPage(rows, web.texts(context.language)), request, context)
  }

  private func show(
    typed: TermsForm?, _ refusal: Refusal?, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let id: SiteID = try context.identity("site")
    let found = try await deals.store.read { session in try session.site(id).map { ($0, try session.terms(at: id)) } }
    guard let (site, terms) = found else { throw Refusal(.notFound) }
    let isDone = try Form(query: request)["done"] == "yes"
    let page = TermsPage(site, typed ?? TermsForm(terms), refusal, isDone: isDone, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func change(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: SiteID = try context.identity("site")
    let typed = TermsForm(form)
    do {
      let terms = try typed.terms(id: deals.ids.next(), at: id)
      let (now, auditID, me) = (deals.clock.now, deals.ids.next(Kinds.AuditLine.self), try context.person().member.id)
      let line = AuditLine(
        by: me, deed: "site.termsChanged", thing: "site.\(id)", address: context.address.text,
        detail: ["price": typed.isPaid ? "\(typed.price) \(typed.unit)" : "free"])
      try await deals.store.write(locking: [.site(id)]) { session in
        guard try session.site(id) != nil else { throw Refusal(.notFound) }
        try session.write(terms, isFree: !typed.isPaid, by: me, at: now)
        try session.audit(line, id: auditID, at: now)
      }
      return .redirect("/admin/terms/\(id)?done=yes")
    } catch let refusal as Refusal where refusal.reason == .formInvalid {
      return try await show(typed: typed, refusal, request, context)
    }
  }

  private var web: WebFront { deals.web }
}

/// The terms of a website as they are typed.
struct TermsForm: Sendable {
  var isPaid = false
  var unit = CreditUnit.credits.rawValue
  var price = "1"
  /// Empty: video messages are not answered.
  var videoPrice = ""
  /// Empty: nobody is asked by the minute.
  var minutePrice = ""
  var byStartedMinute = false
  /// Empty: what is left for an expert who is not there is a question as any other.
  var offlinePrice = ""
  /// Empty: nothing goes to an expert's telephone.
  var smsPrice = ""
  var offlineHours = "24"
  var freeSeconds = "0"
  var expertsSetPrices = false
  /// In percent, with up to two decimals.
  var commission = "20"
  var tipCommission = "0"
  var answerMinutes = "60"
  var noticeMinutes = "45"
  var openLimit = "10"

  init(_ terms: Terms?) {
    guard let terms else { return }
    isPaid = true
    unit = terms.price.unit.rawValue
    price = String(terms.price.count)
    videoPrice = terms.videoPrice.map { String($0) } ?? ""
    minutePrice = terms.minutePrice.map { String($0) } ?? ""
    byStartedMinute = terms.minuteIncrement == .minute
    freeSeconds = String(terms.freeSeconds)
    offlinePrice = terms.offlinePrice.map { String($0) } ?? ""
    smsPrice = terms.smsPrice.map { String($0) } ?? ""
    offlineHours = String(terms.offlineSeconds / 3600)
    expertsSetPrices = terms.expertsSetPrices
    commission = Self.percent(terms.commission)
    tipCommission = Self.percent(terms.tipCommission)
    answerMinutes = String(terms.answerSeconds / 60)
    noticeMinutes = String(terms.noticeSeconds / 60)
    openLimit = String(terms.openLimit)
  }

  init(_ form: Form) {
    isPaid = form["paid"] == "yes"
    unit = form["unit"]
    videoPrice = form["videoPrice"]
    minutePrice = form["minutePrice"]
    byStartedMinute = form["byStartedMinute"] == "yes"
    freeSeconds = form["freeSeconds"].isEmpty ? "0" : form["freeSeconds"]
    (offlinePrice, smsPrice) = (form["offlinePrice"], form["smsPrice"])
    offlineHours = form["offlineHours"].isEmpty ? "24" : form["offlineHours"]
    expertsSetPrices = form["expertsSetPrices"] == "yes"
    (price, commission, openLimit) = (form["price"], form["commission"], form["openLimit"])
    tipCommission = form["tipCommission"].isEmpty ? "0" : form["tipCommission"]
    (answerMinutes, noticeMinutes) = (form["answerMinutes"], form["noticeMinutes"])
  }

  /// - Throws: `formInvalid` with a reason for each field.
  func terms(id: TermsID, at site: SiteID) throws(Refusal) -> Terms {
    var problems: [String: Refusal.Reason] = [:]
    func whole(_ name: String, _ text: String, _ range: ClosedRange<Int64>) -> Int64 {
      guard let number = Int64(typed: text.trimmed), range.contains(number) else {
        problems[name] = .numberInvalid
        return range.lowerBound
      }
      return number
    }
    let price = whole("price", price, 1...10_000)
    func optional(_ name: String, _ text: String) -> Int64? { text.trimmed.isEmpty ? nil : whole(name, text, 1...10_000) }
    let (video, minute) = (optional("videoPrice", videoPrice), optional("minutePrice", minutePrice))
    let (offline, sms) = (optional("offlinePrice", offlinePrice), optional("smsPrice", smsPrice))
    // An SMS is an offline message that arrives at once.
    if sms != nil, offline == nil { problems["smsPrice"] = .numberInvalid }
    let offlineHours = whole("offlineHours", offlineHours, 1...168)
    let free = whole("freeSeconds", freeSeconds, 0...3600)
    let answer = whole("answerMinutes", answerMinutes, 2...10_080)
    let notice = whole("noticeMinutes", noticeMinutes, 1...10_079)
    let limit = whole("openLimit", openLimit, 1...1000)
    if problems.isEmpty, notice >= answer { problems["noticeMinutes"] = .numberInvalid }
    func part(_ name: String, _ text: String) -> Int64 {
      let part = Self.hundredths(text) ?? -1
      if !(0...10_000).contains(part) { problems[name] = .numberInvalid }
      return part
    }
    let (commission, tipCommission) = (part("commission", commission), part("tipCommission", tipCommission))
    let unit = CreditUnit(rawValue: unit)
    if unit == nil { problems["unit"] = .optionUnknown }
    // Message credits cost one each, whoever answers.
    if expertsSetPrices, unit != .coins { problems["expertsSetPrices"] = .optionUnknown }
    guard problems.isEmpty, let unit else { throw Refusal(.formInvalid, fields: problems) }
    return Terms(
      id: id, site: site, price: Units(price, unit), videoPrice: video, expertsSetPrices: expertsSetPrices, commission: commission,
      answerSeconds: answer * 60, noticeSeconds: notice * 60, openLimit: limit, tipCommission: tipCommission,
      minutePrice: minute, minuteIncrement: byStartedMinute ? .minute : .second, freeSeconds: free, offlinePrice: offline, smsPrice: sms,
      offlineSeconds: offlineHours * 3600)
  }

  private static func percent(_ hundredths: Int64) -> String { Money(hundredths, .euro).decimal.replacing(".00", with: "") }

  /// `12.5` and `12,5` are 1250; nil for what is no number with at most two decimals.
  private static func hundredths(_ text: String) -> Int64? {
    let parts = text.trimmed.typedNumber.split(separator: /[.,]/, omittingEmptySubsequences: false)
    guard let whole = parts.first.flatMap({ Int64($0) }), whole >= 0, whole <= 100, parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return whole * 100 }
    guard (1...2).contains(parts[1].count), let rest = Int64(parts[1]), rest >= 0 else { return nil }
    return whole * 100 + (parts[1].count == 1 ? rest * 10 : rest)
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}

struct TermsListPage: Page {
  struct Line: Sendable {
    let name: String
    let price: String
    let termsURL: SafeURL?
  }

  static let template = "terms-list"
  let title: String
  let lines: [Line]
  let isEmpty: Bool

  init(_ rows: [(Site, Terms?)], _ texts: Texts) {
    title = texts["deals.terms.title"]
    lines = rows.map { site, terms in
      Line(
        name: site.name,
        price: terms.map { texts.counted("deals.price.\($0.price.unit.rawValue)", Int($0.price.count)) } ?? texts["deals.terms.free"],
        termsURL: SafeURL("/admin/terms/\(site.id)"))
    }
    isEmpty = lines.isEmpty
  }
}

struct TermsPage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "terms"
  let title: String
  let actionURL: SafeURL?
  let isDone: Bool
  let problem: String?
  let isPaid: Bool
  let units: [Choice]
  let expertsSetPrices: Bool
  let byStartedMinute: Bool
  let expertsProblem: String?
  let fields: [Field]

  init(_ site: Site, _ typed: TermsForm, _ refusal: Refusal?, isDone: Bool, _ texts: Texts) {
    title = site.name
    actionURL = SafeURL("/admin/terms/\(site.id)")
    self.isDone = isDone
    problem = refusal.map { texts[$0] }
    isPaid = typed.isPaid
    units = CreditUnit.spendable.map {
      Choice(value: $0.rawValue, label: texts["deals.unit.\($0.rawValue)"], isChosen: typed.unit == $0.rawValue)
    }
    let errors = FieldErrors(refusal, texts)
    expertsSetPrices = typed.expertsSetPrices
    byStartedMinute = typed.byStartedMinute
    expertsProblem = refusal?.fields["expertsSetPrices"].map { _ in texts["deals.terms.expertsSetPricesProblem"] }
    fields = [
      ("price", typed.price), ("videoPrice", typed.videoPrice), ("minutePrice", typed.minutePrice),
      ("freeSeconds", typed.freeSeconds), ("offlinePrice", typed.offlinePrice), ("smsPrice", typed.smsPrice),
      ("offlineHours", typed.offlineHours), ("commission", typed.commission), ("tipCommission", typed.tipCommission),
      ("answerMinutes", typed.answerMinutes),
      ("noticeMinutes", typed.noticeMinutes),
      ("openLimit", typed.openLimit),
    ].map { name, value in
      Field(
        name, label: texts["deals.terms.\(name)"], value: value,
        isRequired: !["videoPrice", "minutePrice", "offlinePrice", "smsPrice"].contains(name),
        hint: texts["deals.terms.\(name)Hint"],
        errors: errors)
    }
  }
}
