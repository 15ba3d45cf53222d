import Base
import Web

/// `/admin/packs`.
struct AdminPacksPage: Page {
  struct Line: Sendable {
    let listURL: SafeURL?
    let saleURL: SafeURL?
    let name: String
    let unit: String
    let packs: String
    let isOnSale: Bool
  }

  struct Choice: Sendable {
    let value: String
    let label: String
  }

  static let template = "admin-packs"
  let title: String
  let problem: String?
  let lists: [Line]
  let name: Field
  let units: [Choice]

  init(_ lists: [(PriceList, [Pack])], typed: String, refusal: Refusal?, _ texts: Texts) {
    title = texts["payments.packs.title"]
    problem = refusal.map { texts[$0] }
    let money = MoneyWords(texts.language)
    self.lists = lists.map { list, packs in
      let shown = packs.filter(\.active).map { pack in
        if let plan = pack.plan { return "\(PlanWords(texts)[plan, pack.offer]) · \(money[pack.offer.price])" }
        let bonus = pack.offer.bonus > 0 ? "+\(pack.offer.bonus)" : ""
        return "\(pack.offer.units)\(bonus) · \(money[pack.offer.price])"
      }
      return Line(
        listURL: SafeURL("\(AdminPackRoutes.path)/\(list.id)"), saleURL: SafeURL("\(AdminPackRoutes.path)/\(list.id)/sale"),
        name: list.name, unit: texts["payments.buy.unit.\(list.unit.rawValue)"], packs: shown.joined(separator: ", "),
        isOnSale: list.isOnSale)
    }
    name = Field(
      "name", label: texts["payments.packs.name"], value: typed, autocomplete: "off", errors: FieldErrors(refusal, texts))
    units = CreditUnit.spendable.map { Choice(value: $0.rawValue, label: texts["payments.buy.unit.\($0.rawValue)"]) }
  }
}

/// `/admin/packs/{list}`.
struct AdminPackListPage: Page {
  struct Cell: Sendable {
    let name: String
    let label: String
    let value: String
    let isNumber: Bool
    let isWrong: Bool
  }

  struct Line: Sendable {
    let id: String
    let cells: [Cell]
    let active: String
    let isActive: Bool
    let isNew: Bool
    let heading: String
    let kind: String
    let kindValue: String
    let kinds: [AdminPacksPage.Choice]
  }

  static let template = "admin-pack-list"
  let title: String
  let notice: String?
  let problem: String?
  let saveURL: SafeURL?
  let name: Field
  let validDays: Field
  let lines: [Line]

  /// - Parameter typed: what somebody typed that was refused; what is stored otherwise.
  init(_ list: PriceList, _ packs: [Pack], typed: Form?, refusal: Refusal?, saved: Bool, _ texts: Texts) {
    title = list.name
    notice = saved ? texts["pages.form.saved"] : nil
    problem = refusal.map { texts[$0.fields.isEmpty ? $0 : Refusal(.formInvalid)] }
    saveURL = SafeURL("\(AdminPackRoutes.path)/\(list.id)")
    let errors = FieldErrors(refusal, texts)
    name = Field(
      "name", label: texts["payments.packs.name"], value: typed?["name"] ?? list.name, autocomplete: "off", errors: errors)
    validDays = Field(
      "validDays", label: texts["payments.packs.validDays"], type: "number",
      value: typed?["validDays"] ?? list.validDays.map(String.init) ?? "", isRequired: false, hint: texts["payments.packs.validDaysHint"],
      autocomplete: "off", errors: errors)
    let currency = packs.first?.offer.price.currency ?? (list.unit == .coins ? .dinar : .euro)
    var lines = packs.map { pack in
      Self.line(
        "\(pack.id)", PackKind(pack.plan),
        [
          "units": "\(pack.offer.units)", "bonus": "\(pack.offer.bonus)", "price": pack.offer.price.decimal,
          "currency": pack.offer.price.currency.code, "position": "\(pack.position)",
          "answer": pack.plan?.unlimited?.answer.decimal ?? "", "atOnce": pack.plan?.unlimited.map { "\($0.atOnce)" } ?? "",
        ], isActive: pack.active, typed, refusal, texts)
    }
    if packs.count < PriceList.packLimit {
      let place = (packs.map(\.position).max() ?? 0) + 1
      lines.append(
        Self.line(
          "new", .once, ["units": "", "bonus": "", "price": "", "currency": currency.code, "position": "\(place)"], isActive: true, typed,
          refusal,
          texts))
    }
    self.lines = lines
  }

  private static func line(
    _ id: String, _ kind: PackKind, _ stored: [String: String], isActive: Bool, _ typed: Form?, _ refusal: Refusal?, _ texts: Texts
  ) -> Line {
    let isNew = id == "new"
    let chosen = typed?["kind-\(id)"] ?? kind.rawValue
    let cells = PackForm.fields(kind, isNew: isNew).map { field in
      let name = "\(field)-\(id)"
      return Cell(
        name: name, label: texts["payments.packs.\(field)"], value: typed.map { $0[name] } ?? stored[field] ?? "",
        isNumber: field != "currency", isWrong: refusal?.fields[name] != nil)
    }
    return Line(
      id: id, cells: cells, active: "active-\(id)", isActive: typed?.has("active-\(id)") ?? isActive, isNew: isNew,
      heading: texts[isNew ? "payments.packs.addPack" : "payments.packs.kind.\(kind.rawValue)"], kind: "kind-\(id)",
      kindValue: kind.rawValue,
      // The one that is chosen stands first.
      kinds: isNew
        ? PackKind.allCases.sorted { $0.rawValue == chosen && $1.rawValue != chosen }.map {
          AdminPacksPage.Choice(value: $0.rawValue, label: texts["payments.packs.kind.\($0.rawValue)"])
        } : [])
  }
}
