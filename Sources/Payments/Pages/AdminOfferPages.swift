import Base
import Web

/// `/admin/offers`.
struct AdminOffersPage: Page {
  struct Line: Sendable {
    let offerURL: SafeURL?
    let name: String
    let what: String
    let starts: ShownMoment
    let ends: ShownMoment
    let tone: String
    let word: String
    let inSegment: Int64
    let recipients: Int64
    let bought: Int64
    let cost: String
  }

  static let template = "admin-offers"
  let title: String
  let lines: [Line]
  let isEmpty: Bool

  init(_ found: [OfferReport], at now: Moment, _ texts: Texts) {
    title = texts["payments.offers.title"]
    lines = found.map { report in
      let special = report.special
      let state = special.state(at: now)
      return Line(
        offerURL: SafeURL("\(AdminOfferRoutes.path)/\(special.id)"), name: special.name, what: report.what(texts),
        starts: ShownMoment(special.startsAt), ends: ShownMoment(special.endedAt ?? special.endsAt), tone: state.tone,
        word: texts["payments.offers.state.\(state.rawValue)"], inSegment: report.inSegment, recipients: report.result.recipients,
        bought: report.result.bought, cost: report.cost(texts))
    }
    isEmpty = lines.isEmpty
  }
}

/// `/admin/offers/{id}`.
struct AdminOfferPage: Page {
  struct Fact: Sendable {
    let name: String
    let value: String
  }

  static let template = "admin-offer"
  let title: String
  let notice: String?
  let tone: String
  let word: String
  let what: String
  let starts: ShownMoment
  let ends: ShownMoment
  let segment: [String]
  let facts: [Fact]
  /// Nil when it is over.
  let endURL: SafeURL?

  init(_ report: OfferReport, notice: String?, at now: Moment, _ texts: Texts) {
    let special = report.special
    let state = special.state(at: now)
    title = special.name
    self.notice = notice
    tone = state.tone
    word = texts["payments.offers.state.\(state.rawValue)"]
    what = report.what(texts)
    starts = ShownMoment(special.startsAt)
    ends = ShownMoment(special.endedAt ?? special.endsAt)
    segment = report.segment(texts)
    facts = [
      Fact(name: texts["payments.offers.inSegment"], value: "\(report.inSegment)"),
      Fact(
        name: texts["payments.offers.recipients"],
        value: special.gatheredAt == nil && state == .running
          ? texts["payments.offers.gathering", ["count": "\(report.result.recipients)"]] : "\(report.result.recipients)"),
      Fact(name: texts["payments.offers.bought"], value: "\(report.result.bought)"),
      Fact(name: texts["payments.offers.cost"], value: report.cost(texts)),
    ]
    endURL = state == .ended ? nil : SafeURL("\(AdminOfferRoutes.path)/\(special.id)/end")
  }
}

/// `/admin/offers/new`: the form, and how many it would reach.
struct AdminOfferDraftPage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "admin-offer-draft"
  let title: String
  let problem: String?
  /// How many are in the segment that is typed.
  let reach: String?
  let name: Field
  let packs: [Choice]
  let price: Field
  let bonus: Field
  let from: Field
  let until: Field
  let bought: [Choice]
  let boughtDays: Field
  let balances: [Choice]
  let balanceUnits: Field
  let sites: [Choice]

  init(
    _ form: OfferForm, _ packs: [Pack], _ sites: [(id: SiteID, name: String)], count: Int64?, _ refusal: Refusal?, _ texts: Texts
  ) {
    title = texts["payments.offers.new"]
    problem = refusal.map { texts[$0] }
    reach = count.map { texts.counted("payments.offers.reach", Int($0)) }
    let errors = FieldErrors(refusal, texts)
    func field(_ name: String, _ value: String, _ type: String = "text", required: Bool = true, hint: Bool = false) -> Field {
      Field(
        name, label: texts["payments.offers.field.\(name)"], type: type, value: value, isRequired: required,
        hint: hint ? texts["payments.offers.hint.\(name)"] : nil, autocomplete: "off", errors: errors)
    }
    let (money, units) = (MoneyWords(texts.language), UnitWords(texts))
    name = field("name", form.name, hint: true)
    self.packs = packs.map { pack in
      Choice(
        value: "\(pack.id)", label: "\(units[pack.offer.total, pack.offer.unit]) · \(money[pack.offer.price])",
        isChosen: form.pack == "\(pack.id)")
    }
    price = field("price", form.price, required: false, hint: true)
    bonus = field("bonus", form.bonus, "number", required: false, hint: true)
    from = field("from", form.from, "datetime-local", hint: true)
    until = field("until", form.until, "datetime-local", hint: true)
    bought = Segment.Bought.allCases.map {
      Choice(value: $0.rawValue, label: texts["payments.offers.choice.\($0.rawValue)"], isChosen: form.bought == $0.rawValue)
    }
    boughtDays = field("boughtDays", form.boughtDays, "number")
    balances = Segment.Balance.allCases.map {
      Choice(value: $0.rawValue, label: texts["payments.offers.balance.\($0.rawValue)"], isChosen: form.balance == $0.rawValue)
    }
    balanceUnits = field("balanceUnits", form.balanceUnits, "number")
    self.sites =
      [Choice(value: "", label: texts["payments.offers.anywhere"], isChosen: form.site.isEmpty)]
      + sites.map { Choice(value: "\($0.id)", label: $0.name, isChosen: form.site == "\($0.id)") }
  }
}

extension SpecialOffer.State {
  var tone: String {
    switch self {
    case .planned: "wait"
    case .running: "good"
    case .ended: "plain"
    }
  }
}

extension OfferReport {
  /// What one gets for what, and what it usually is.
  func what(_ texts: Texts) -> String {
    guard let pack else { return "" }
    let (money, units) = (MoneyWords(texts.language), UnitWords(texts))
    let offer = special.offer(on: pack) ?? pack.offer
    return texts[
      "payments.offers.what",
      [
        "units": units[offer.total, offer.unit], "price": money[offer.price], "usual": units[pack.offer.total, pack.offer.unit],
        "usualPrice": money[pack.offer.price],
      ]]
  }

  func cost(_ texts: Texts) -> String { MoneyWords(texts.language)[Money(result.costMinor, special.currency)] }

  /// Each condition in words.
  func segment(_ texts: Texts) -> [String] {
    let segment = special.segment
    var words: [String] = []
    if segment.bought == .never { words.append(texts["payments.offers.choice.never"]) }
    if segment.bought == .before { words.append(texts.counted("payments.offers.boughtBefore", Int(segment.boughtDays))) }
    if segment.bought == .within { words.append(texts.counted("payments.offers.boughtWithin", Int(segment.boughtDays))) }
    let units = UnitWords(texts)[segment.balanceUnits, pack?.offer.unit ?? .credits]
    if segment.balance != .any { words.append(texts["payments.offers.has.\(segment.balance.rawValue)", ["units": units]]) }
    if let site { words.append(texts["payments.offers.askedAt", ["site": site]]) }
    return words.isEmpty ? [texts["payments.offers.everybody"]] : words
  }
}
