import Access
import Accounts
import Base
import Hummingbird
import Store
import Web

/// `/admin/packs`: price lists, their packs, and which of them is on sale.
struct AdminPackRoutes: Sendable {
  static let path = "/admin/packs"

  let payments: Payments
  let web: WebFront

  func register(on routes: Routes) {
    let (read, write) = (Need.to(.read, .administration), Need.to(.write, .administration))
    routes.get(Self.path, read) { request, context in try await list(refusal: nil, typed: "", request, context) }
    routes.form(Self.path, write) { form, request, context in
      do {
        let name = try Self.name(form["name"])
        guard let unit = CreditUnit(rawValue: form["unit"]) else { throw Refusal(.notUnderstood) }
        let id = try await payments.add(name, unit, by: context.person().member.id, from: Whereabouts(request, context))
        return .redirect("\(Self.path)/\(id)")
      } catch let refusal as Refusal where [.formInvalid, .listIsFull].contains(refusal.reason) {
        return try await list(refusal: refusal, typed: form["name"], request, context)
      }
    }
    routes.get("\(Self.path)/{list}", read) { request, context in
      try await show(typed: nil, refusal: nil, saved: try Form(query: request).has("saved"), request, context)
    }
    routes.form("\(Self.path)/{list}", write) { form, request, context in try await change(form, request, context) }
    routes.form("\(Self.path)/{list}/sale", write) { form, request, context in
      let id: PriceListID = try context.identity("list")
      try await payments.sell(id, form["sale"] == "on", by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect(Self.path)
    }
    routes.get("\(Self.path)/{list}/sale", read) { _, _ in .redirect(Self.path) }
  }

  private func list(refusal: Refusal?, typed: String, _ request: Request, _ context: WebContext) async throws -> Response {
    let found = try await payments.store.read { session in try session.priceLists().map { ($0, try session.packs(of: $0.id)) } }
    let page = AdminPacksPage(found, typed: typed, refusal: refusal, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func show(
    typed: Form?, refusal: Refusal?, saved: Bool, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let id: PriceListID = try context.identity("list")
    guard
      let (list, packs) = try await payments.store.read({ session in
        try session.priceList(id).map { ($0, try session.packs(of: id)) }
      })
    else { throw Refusal(.notFound) }
    let page = AdminPackListPage(list, packs, typed: typed, refusal: refusal, saved: saved, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  private func change(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let id: PriceListID = try context.identity("list")
    do {
      let (name, days, packs) = try PackForm.read(form)
      try await payments.change(
        id, name: name, validDays: days, packs: packs, by: context.person().member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)/\(id)?saved=yes")
    } catch let refusal as Refusal where [.formInvalid, .amountInvalid, .listIsFull].contains(refusal.reason) {
      return try await show(typed: form, refusal: refusal, saved: false, request, context)
    }
  }

  static func name(_ text: String) throws(Refusal) -> String {
    guard !text.isEmpty else { throw Refusal(.formInvalid, fields: ["name": .fieldMissing]) }
    guard text.unicodeScalars.count <= PriceList.nameLimit else { throw Refusal(.formInvalid, fields: ["name": .fieldTooLong]) }
    return text
  }
}

/// The form of a price list: its fields, and a line for each pack and for one more.
enum PackForm {
  /// What a line asks for.
  static func fields(_ kind: PackKind, isNew: Bool) -> [String] {
    let once = ["units", "bonus", "price", "currency", "position"]
    if isNew { return once + ["answer", "atOnce"] }
    return kind == .unlimited ? ["price", "currency", "position", "answer", "atOnce"] : once
  }

  static func read(_ form: Form) throws(Refusal) -> (name: String, validDays: Int64?, packs: [PackDraft]) {
    let name = try AdminPackRoutes.name(form["name"])
    var days: Int64?
    if !form["validDays"].isEmpty {
      guard let count = Int64(typed: form["validDays"]), (1...36_500).contains(count) else {
        throw Refusal(.formInvalid, fields: ["validDays": .daysInvalid])
      }
      days = count
    }
    var packs: [PackDraft] = []
    for line in form.all("pack").prefix(PriceList.packLimit + 1) {
      // The last line is for a new one and may stay empty.
      if line == "new", form["price-new"].isEmpty, form["units-new"].isEmpty { continue }
      packs.append(try draft(line, form))
    }
    return (name, days, packs)
  }

  private static func draft(_ line: String, _ form: Form) throws(Refusal) -> PackDraft {
    func problem(_ field: String) -> Refusal { Refusal(.formInvalid, fields: ["\(field)-\(line)": .amountInvalid]) }
    let chosen = form["kind-\(line)"]
    guard let kind = chosen.isEmpty ? .once : PackKind(rawValue: chosen) else {
      throw Refusal(.formInvalid, fields: ["kind-\(line)": .optionUnknown])
    }
    let typed = kind == .unlimited ? "1" : form["units-\(line)"]
    guard let units = Int64(typed: typed), (1...Pack.unitLimit).contains(units) else { throw problem("units") }
    let bonusText = form["bonus-\(line)"]
    guard let bonus = bonusText.isEmpty ? 0 : Int64(typed: bonusText), (0...Pack.unitLimit).contains(bonus) else { throw problem("bonus") }
    guard let currency = Currency(code: form["currency-\(line)"].uppercased()) else { throw problem("currency") }
    guard let price = Money(decimal: form["price-\(line)"], currency), (1...Pack.priceLimitMinor).contains(price.minor) else {
      throw problem("price")
    }
    let position = Int64(typed: form["position-\(line)"]).map { min(max($0, 0), 1000) } ?? 1000
    let answer = Money(decimal: form["answer-\(line)"], currency).flatMap { (1...Pack.priceLimitMinor).contains($0.minor) ? $0 : nil }
    let atOnce = Int64(typed: form["atOnce-\(line)"]).flatMap { (1...Plan.Unlimited.mostAtOnce).contains($0) ? $0 : nil }
    return PackDraft(
      id: PackID(line), position: position, units: units, bonus: kind == .unlimited ? 0 : bonus, price: price,
      active: form.has("active-\(line)"), kind: kind, answer: answer, atOnce: atOnce)
  }
}
