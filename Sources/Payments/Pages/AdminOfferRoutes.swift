import Access
import Accounts
import Base
import Foundation
import Hummingbird
import Store
import Web

/// `/admin/offers`: prices for some customers and for some time.
struct AdminOfferRoutes: Sendable {
  static let path = "/admin/offers"
  static let shown = 50

  let payments: Payments
  let web: WebFront

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get(Self.path, read) { request, context in try await list(request, context) }
    routes.get("\(Self.path)/new", read) { request, context in
      try await draft(OfferForm(at: payments.clock.now), count: nil, nil, request, context)
    }
    routes.form(Self.path, write) { form, request, context in try await make(form, request, context) }
    routes.get("\(Self.path)/{id}", read) { request, context in try await show(request, context) }
    routes.form("\(Self.path)/{id}/end", write) { _, request, context in
      let id: SpecialOfferID = try context.identity("id")
      try await payments.end(id, by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)/\(id)?done=ended")
    }
    routes.get("\(Self.path)/{id}/end", read) { _, context in
      .redirect("\(Self.path)/\(try context.identity("id", of: Kinds.SpecialOffer.self))")
    }
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let now = payments.clock.now
    let found = try await payments.store.read { session in
      try session.specialOffers(limit: Self.shown).map { try session.report($0, at: now) }
    }
    return web.page(AdminOffersPage(found, at: now, web.texts(context.language)), request, context)
  }

  private func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let (id, now): (SpecialOfferID, Moment) = (try context.identity("id"), payments.clock.now)
    guard
      let found = try await payments.store.read({ session in try session.specialOffer(id).map { try session.report($0, at: now) } })
    else { throw Refusal(.notFound) }
    let texts = web.texts(context.language)
    let done = try Form(query: request)["done"]
    let notice = ["made", "ended"].contains(done) ? texts["payments.offers.done.\(done)"] : nil
    return web.page(AdminOfferPage(found, notice: notice, at: now, texts), request, context)
  }

  private func draft(
    _ form: OfferForm, count: Int64?, _ refusal: Refusal?, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let (packs, sites) = try await payments.store.read { session in (try session.packsForOffers(), try session.siteNames()) }
    let page = AdminOfferDraftPage(form, packs, sites, count: count, refusal, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func make(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let (typed, now) = (OfferForm(form), payments.clock.now)
    do {
      let packs = try await payments.store.read { try $0.packsForOffers() }
      let offer = try typed.offer(id: payments.ids.next(), packs, at: now)
      guard form["do"] == "make" else {
        let unit = packs.first { $0.id == offer.pack }?.offer.unit ?? .credits
        let count = try await payments.store.read { try $0.count(offer.segment, unit, at: now) }
        return try await draft(typed, count: count, nil, request, context)
      }
      try await payments.make(offer, by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)/\(offer.id)?done=made")
    } catch let refusal as Refusal where [.formInvalid, .packNotOnSale].contains(refusal.reason) {
      return try await draft(typed, count: nil, refusal, request, context)
    }
  }
}

/// An offer with what came of it.
struct OfferReport: Sendable {
  let special: SpecialOffer
  let pack: Pack?
  let site: String?
  /// How many are in its segment now.
  let inSegment: Int64
  let result: OfferResult
}

extension Session {
  fileprivate func report(_ special: SpecialOffer, at now: Moment) throws -> OfferReport {
    let pack = try pack(special.pack)
    return OfferReport(
      special: special, pack: pack, site: try special.segment.site.flatMap { try row("SELECT name FROM sites WHERE id = $1", $0)?[0] },
      inSegment: try count(special.segment, pack?.offer.unit ?? .credits, at: now), result: try result(of: special.id))
  }

  /// What is paid again every month has its price for as long as it runs, so no offer is made of it.
  fileprivate func packsForOffers() throws -> [Pack] { try packsOnSale().filter { $0.plan == nil } }

  /// Websites to choose from, by name.
  fileprivate func siteNames() throws -> [(id: SiteID, name: String)] {
    try rows("SELECT id, name FROM sites WHERE active ORDER BY name, id LIMIT 500").map { ($0[0], $0[1]) }
  }
}

/// The form of an offer as it is typed.
struct OfferForm: Sendable {
  var name = ""
  var pack = ""
  var price = ""
  var bonus = ""
  var from = ""
  var until = ""
  var bought = Segment.Bought.any.rawValue
  var boughtDays = "30"
  var balance = Segment.Balance.any.rawValue
  var balanceUnits = "0"
  var site = ""

  init(at now: Moment) {
    from = now.minuteText
    until = now.adding(seconds: 14 * Payments.daySeconds).minuteText
  }

  init(_ form: Form) {
    (name, pack, price, bonus, site) = (form["name"], form["pack"], form["price"], form["bonus"], form["site"])
    (from, until) = (form["from"], form["until"])
    (bought, boughtDays, balance, balanceUnits) = (form["bought"], form["boughtDays"], form["balance"], form["balanceUnits"])
  }

  /// - Throws: `formInvalid` with a reason for each field; `packNotOnSale`.
  func offer(id: SpecialOfferID, _ packs: [Pack], at now: Moment) throws(Refusal) -> SpecialOffer {
    guard let chosen = PackID(pack).flatMap({ id in packs.first { $0.id == id } }) else { throw Refusal(.packNotOnSale) }
    var problems: [String: Refusal.Reason] = [:]
    func whole(_ name: String, _ text: String, _ range: ClosedRange<Int64>) -> Int64 {
      guard let number = Int64(typed: text), range.contains(number) else {
        problems[name] = .numberInvalid
        return range.lowerBound
      }
      return number
    }
    if name.isEmpty { problems["name"] = .fieldMissing }
    if name.unicodeScalars.count > SpecialOffer.nameLimit { problems["name"] = .fieldTooLong }
    let usual = chosen.offer.price
    let money = price.isEmpty ? nil : Money(decimal: price, usual.currency)
    if !price.isEmpty, !(money.map { (1..<usual.minor).contains($0.minor) } ?? false) { problems["price"] = .amountInvalid }
    let more = bonus.isEmpty ? 0 : whole("bonus", bonus, 0...Pack.unitLimit)
    if money == nil, more == 0, problems["price"] == nil { problems["price"] = .fieldMissing }
    let starts = Moment(minute: from)
    let ends = Moment(minute: until)
    if starts == nil { problems["from"] = .optionUnknown }
    if ends.map({ $0 <= max(now, starts ?? now) }) ?? true { problems["until"] = .optionUnknown }
    let segment = Segment(
      bought: Segment.Bought(rawValue: bought) ?? .any, boughtDays: whole("boughtDays", boughtDays, 1...3650),
      balance: Segment.Balance(rawValue: balance) ?? .any, balanceUnits: whole("balanceUnits", balanceUnits, 0...Pack.unitLimit),
      site: SiteID(site))
    guard problems.isEmpty, let starts, let ends else { throw Refusal(.formInvalid, fields: problems) }
    return SpecialOffer(
      id: id, name: name, pack: chosen.id, price: money, currency: usual.currency, bonus: more, startsAt: max(starts, now), endsAt: ends,
      segment: segment)
  }
}

extension Moment {
  /// A field of date and time, in universal time: `2026-12-01T10:00`.
  init?(minute text: String) {
    guard text.utf8.count == 16, let date = try? Date("\(text):00Z", strategy: .iso8601) else { return nil }
    self.init(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
  }

  var minuteText: String { String(isoText.prefix(16)) }
}
