import Access
import Accounts
import Base
import Hummingbird
import LedgerCore
import Sites
import Store
import Web

/// `/admin/payouts/terms`: how payouts are reckoned, from which account the house pays, and for how long each website's customers may dispute.
struct PayoutTermsRoutes: Sendable {
  static let path = "/admin/payouts/terms"
  static let hoursPath = "/admin/payouts/terms/disputes"
  static let longestHours: Int64 = 8760

  let payouts: Payouts

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get(Self.path, read) { request, context in
      let terms = try await payouts.store.read { try $0.payoutTerms() }
      return try await show(PayoutTermsForm(terms), refusal: nil, isDone: try Form(query: request)["done"] == "yes", request, context)
    }
    routes.form(Self.path, write) { form, request, context in
      let typed = PayoutTermsForm(form)
      do {
        try await payouts.save(try typed.terms(), by: context.person().member.id, from: Whereabouts(request, context))
        return .redirect("\(Self.path)?done=yes")
      } catch let refusal as Refusal where refusal.reason == .formInvalid {
        return try await show(typed, refusal: refusal, isDone: false, request, context)
      }
    }
    routes.form(Self.hoursPath, write) { form, request, context in
      guard let site = SiteID(form["site"]) else { throw Refusal(.notUnderstood) }
      guard let hours = Int64(typed: form["hours"]), (0...Self.longestHours).contains(hours) else {
        let terms = try await payouts.store.read { try $0.payoutTerms() }
        return try await show(
          PayoutTermsForm(terms), hours: (site, form["hours"]), refusal: Refusal(.formInvalid, fields: ["hours": .numberInvalid]),
          isDone: false, request, context)
      }
      try await payouts.setDisputeHours(hours, at: site, by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)?done=yes")
    }
    routes.get(Self.hoursPath, read) { _, _ in .redirect(Self.path) }
  }

  private func show(
    _ typed: PayoutTermsForm, hours typedHours: (site: SiteID, text: String)? = nil, refusal: Refusal?, isDone: Bool, _ request: Request,
    _ context: WebContext
  ) async throws -> Response {
    let (sites, hours) = try await payouts.store.read { (try $0.sites(), try $0.disputeWindows()) }
    let page = PayoutTermsPage(
      typed, sites: sites, hours: hours, typedHours: typedHours, refusal: refusal, isDone: isDone, payouts.web.texts(context.language))
    return payouts.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

extension Payouts {
  /// What is approved from now on is reckoned so.
  func save(_ terms: PayoutTerms, by administrator: AccountID, from place: Whereabouts) async throws {
    let (now, id, auditID): (Moment, PayoutTermsID, AuditLineID) = (clock.now, ids.next(), ids.next())
    let slip = terms.slip
    let line = AuditLine(
      by: administrator, deed: "payout.termsChanged", thing: "payoutTerms.\(id)", address: place.address.text,
      detail: [
        "steps": slip.steps.map(\.rawValue).joined(separator: " "), "vat": Rate.percent(slip.vat), "onTop": "\(slip.isVATOnTop)",
        "withholding": Rate.percent(slip.withholding), "payer": AccountNumber(terms.iban)?.hint ?? "",
      ])
    try await store.write { session in
      try session.write(terms, id: id, by: administrator, at: now)
      try session.audit(line, id: auditID, at: now)
    }
  }

  /// What is agreed from now on may be disputed for so long.
  func setDisputeHours(_ hours: Int64, at site: SiteID, by administrator: AccountID, from place: Whereabouts) async throws {
    let (now, id, auditID): (Moment, DisputeWindowID, AuditLineID) = (clock.now, ids.next(), ids.next())
    let line = AuditLine(
      by: administrator, deed: "site.disputeHoursChanged", thing: "site.\(site)", address: place.address.text, detail: ["hours": "\(hours)"]
    )
    try await store.write { session in
      guard try session.site(site) != nil else { throw Refusal(.notFound) }
      try session.setDisputeHours(hours, at: site, id: id, by: administrator, at: now)
      try session.audit(line, id: auditID, at: now)
    }
  }
}

/// The form of the terms as it is typed.
struct PayoutTermsForm: Sendable {
  var steps = ""
  var vat = ""
  var isVATOnTop = false
  var withholding = ""
  var holder = ""
  var account = ""
  var bic = ""

  /// The orders that a slip can have.
  static let orders: [[SlipTerms.Step]] = [
    [.commission, .vat, .withholding], [.commission, .withholding, .vat], [.vat, .commission, .withholding],
    [.vat, .withholding, .commission], [.withholding, .commission, .vat], [.withholding, .vat, .commission],
  ]

  static func text(_ steps: [SlipTerms.Step]) -> String { steps.map(\.rawValue).joined(separator: " ") }

  init(_ terms: PayoutTerms) {
    (steps, vat, withholding) = (Self.text(terms.slip.steps), Rate.percent(terms.slip.vat), Rate.percent(terms.slip.withholding))
    (isVATOnTop, holder, account, bic) = (terms.slip.isVATOnTop, terms.holder, AccountNumber(terms.iban)?.description ?? "", terms.bic)
  }

  init(_ form: Form) {
    (steps, vat, withholding) = (form["steps"], form["vat"], form["withholding"])
    (isVATOnTop, holder, account, bic) = (form["vatWay"] == "onTop", form["holder"], form["account"], form["bic"])
  }

  func terms() throws(Refusal) -> PayoutTerms {
    var problems: [String: Refusal.Reason] = [:]
    let order = Self.orders.first { Self.text($0) == steps }
    if order == nil { problems["steps"] = .optionUnknown }
    let tax = Rate.read(vat).flatMap { (0...10_000).contains($0) ? $0 : nil }
    if tax == nil { problems["vat"] = .numberInvalid }
    let kept = Rate.read(withholding).flatMap { (0..<10_000).contains($0) ? $0 : nil }
    if kept == nil { problems["withholding"] = .numberInvalid }
    // The house's own account may be left out for now; then no file can be made.
    let number = AccountNumber(account)
    if number == nil, !account.isEmpty { problems["account"] = .accountNumberInvalid }
    let name = BankText.of(holder)
    if number != nil || !holder.isEmpty, (name?.utf8.count ?? .max) > PayoutData.holderLimit { problems["holder"] = .holderInvalid }
    let bank = bic.uppercased().filter { !$0.isWhitespace }
    if !bank.isEmpty, !PayoutData.isBIC(bank) { problems["bic"] = .bankCodeInvalid }
    guard problems.isEmpty, let order, let tax, let kept else { throw Refusal(.formInvalid, fields: problems) }
    return PayoutTerms(
      slip: SlipTerms(steps: order, vat: tax, isVATOnTop: isVATOnTop, withholding: kept), holder: name ?? "", iban: number?.iban ?? "",
      bic: bank)
  }
}

struct PayoutTermsPage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  struct SiteLine: Sendable {
    let site: String
    let name: String
    let hours: String
    let error: String?
  }

  static let template = "payout-terms"
  let title: String
  let isDone: Bool
  let problem: String?
  let orders: [Choice]
  let ways: [Choice]
  let rates: [Field]
  let fields: [Field]
  let sites: [SiteLine]
  let hasSites: Bool

  /// - Parameter typedHours: what was refused, which stays in its field.
  init(
    _ typed: PayoutTermsForm, sites: [Site], hours: [SiteID: Int64], typedHours: (site: SiteID, text: String)?, refusal: Refusal?,
    isDone: Bool, _ texts: Texts
  ) {
    title = texts["payouts.terms.title"]
    self.isDone = isDone
    problem = refusal.map { texts[$0] }
    let errors = FieldErrors(refusal, texts)
    orders = PayoutTermsForm.orders.map { steps in
      Choice(
        value: PayoutTermsForm.text(steps), label: steps.map { texts["payouts.terms.step.\($0.rawValue)"] }.joined(separator: " → "),
        isChosen: typed.steps == PayoutTermsForm.text(steps))
    }
    ways = ["contained", "onTop"].map {
      Choice(value: $0, label: texts["payouts.terms.\($0)"], isChosen: typed.isVATOnTop == ($0 == "onTop"))
    }
    func field(_ name: String, _ value: String, isRequired: Bool = true) -> Field {
      Field(
        name, label: texts["payouts.terms.\(name)"], value: value, isRequired: isRequired, hint: texts["payouts.terms.\(name)Hint"],
        autocomplete: "off", errors: errors)
    }
    rates = [field("vat", typed.vat), field("withholding", typed.withholding)]
    fields = [
      field("holder", typed.holder, isRequired: false), field("account", typed.account, isRequired: false),
      field("bic", typed.bic, isRequired: false),
    ]
    self.sites = sites.map { site in
      let refused = typedHours.flatMap { $0.site == site.id ? $0.text : nil }
      return SiteLine(
        site: "\(site.id)", name: site.name, hours: refused ?? "\(hours[site.id] ?? 48)", error: refused == nil ? nil : errors["hours"])
    }
    hasSites = !sites.isEmpty
  }
}
