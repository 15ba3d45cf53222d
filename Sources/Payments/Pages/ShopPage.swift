import Base
import Brakes
import Web

/// `/buy`: the packs, and how the chosen one is paid.
struct ShopPage: Page {
  struct Line: Sendable {
    let chooseURL: SafeURL?
    let isChosen: Bool
    let what: String
    let bonus: String?
    let saving: String?
    let price: String
    let about: String?
    let each: String?
    /// What it costs others, and until when this price holds.
    let usual: String?
    let until: ShownMoment?
  }

  struct Group: Sendable {
    let heading: String
    let rate: String?
    let packs: [Line]
  }

  /// Packs that renew every month.
  struct PlanLine: Sendable {
    /// Nil while one runs: a second one would be paid for the same.
    let chooseURL: SafeURL?
    let isChosen: Bool
    let what: String
    let price: String
    let about: String?
    let saving: String?
  }

  struct Way: Sendable {
    let value: String
    let title: String
    let hint: String
    let isChosen: Bool
  }

  struct Chosen: Sendable {
    let pack: String
    let shown: String
    /// The offer that is shown, where there is one.
    let special: String?
    let key: String
    let ways: [Way]
    let mayKeepCard: Bool
    let pay: String
    let about: String?
    let brings: String
    /// What a subscription asks for before it begins.
    let renews: String?
  }

  static let template = "buy"
  let title: String
  let problem: String?
  let isEmpty: Bool
  let groups: [Group]
  let plans: [PlanLine]
  let hasPlans: Bool
  let chosen: Chosen?
  let noWay: Bool
  let notice: String?
  /// What codes put on top of the next purchase.
  let bonuses: [String]
  let code: Field

  /// - Parameters:
  ///   - onSale: with those that renew.
  ///   - running: what the reader's subscriptions serve.
  ///   - wanted: what somebody chose before: a pack, and the value of a way.
  ///   - unit: what is paid with where somebody comes from.
  init(
    _ onSale: [Pack], running: Set<CreditUnit>, chosen wanted: (pack: PackID?, way: String), unit: CreditUnit? = nil, ways: [ProviderName],
    taking takes: (ProviderName, Currency) -> Bool = { _, _ in true }, cards: [(ProviderName, SavedCard)], key: Secret,
    prices: [PackID: PackPrice] = [:], notice: String? = nil, bonuses: [String] = [], code: String = "", refusal: Refusal?,
    _ own: OwnCurrency?, _ texts: Texts
  ) {
    title = texts["payments.buy.title"]
    problem = refusal.map { texts[$0] }
    self.notice = notice
    self.bonuses = bonuses
    self.code = Field("code", label: texts["payments.codes.have"], value: code, autocomplete: "off", errors: FieldErrors(refusal, texts))
    isEmpty = onSale.isEmpty
    let packs = onSale.filter { $0.plan == nil }
    let money = MoneyWords(texts.language)
    let units = UnitWords(texts)
    // The one in the middle, unless somebody chose. Another unit would be of no use where they come from.
    let needed = packs.filter { $0.offer.unit == unit }
    let first = needed.isEmpty ? packs.filter { $0.offer.unit == packs.first?.offer.unit } : needed
    let pack = onSale.first { $0.id == wanted.pack && $0.isOpen(to: running) } ?? (first.isEmpty ? nil : first[first.count / 2])
    // The same currency says nothing new.
    let about = { (price: Money) in own.flatMap { $0.currency == price.currency ? nil : $0.rough(price) } }
    groups = CreditUnit.spendable.compactMap { unit in
      let own = packs.filter { $0.offer.unit == unit }
      guard let smallest = own.first else { return nil }
      return Group(
        heading: texts["payments.buy.unit.\(unit.rawValue)"],
        rate: unit == .coins ? texts["payments.buy.coinRate", ["price": money[Coin.price(of: 1)]]] : nil,
        packs: own.map { one in
          let price = prices[one.id] ?? PackPrice(one)
          let offer = price.offer
          return Line(
            chooseURL: SafeURL("\(ShopRoutes.buyPath)?pack=\(one.id)"), isChosen: one.id == pack?.id, what: units[offer.units, unit],
            bonus: offer.bonus > 0 ? texts["payments.buy.bonus", ["count": "\(offer.bonus)"]] : nil,
            saving: offer.savingPercent(over: smallest.offer).map { texts["payments.buy.saving", ["percent": "\($0)"]] },
            price: money[offer.price], about: about(offer.price)?.words(texts),
            each: texts["payments.buy.each", ["price": money[Money(offer.price.minor / offer.total, offer.price.currency)]]],
            usual: price.usual.flatMap { $0.price == offer.price ? nil : money[$0.price] },
            until: price.special.map { ShownMoment($0.endsAt) })
        })
    }
    plans = onSale.compactMap { one in
      guard let plan = one.plan else { return nil }
      let offer = one.offer
      let smallest = packs.first { $0.offer.unit == offer.unit }
      return PlanLine(
        chooseURL: one.isOpen(to: running) ? SafeURL("\(ShopRoutes.buyPath)?pack=\(one.id)") : nil, isChosen: one.id == pack?.id,
        what: PlanWords(texts)[plan, offer], price: PlanWords(texts).price(of: offer),
        about: about(offer.price)?.words(texts),
        saving: smallest.flatMap { offer.savingPercent(over: $0.offer) }.map { texts["payments.buy.saving", ["percent": "\($0)"]] })
    }
    hasPlans = !plans.isEmpty
    let bought = refusal?.reason == .selfExcluded ? nil : pack
    chosen = bought.map { pack in
      let price = prices[pack.id] ?? PackPrice(pack)
      let isPlan = pack.plan != nil
      let ways = ways.filter { (!isPlan || $0.keepsCards) && takes($0, price.offer.price.currency) }
      return Chosen(
        pack: "\(pack.id)", shown: ShownOffer.text(price.offer), special: price.special.map { "\($0.id)" }, key: key.text,
        ways: Self.ways(ways, cards, chosen: wanted.way, texts),
        mayKeepCard: !isPlan && ways.contains { $0.keepsCards },
        pay: texts["payments.buy.pay", ["price": money[price.offer.price]]], about: about(price.offer.price)?.wordsWithDay(texts),
        brings: texts["payments.buy.brings", ["units": units[price.offer.total, price.offer.unit]]],
        renews: isPlan ? texts["payments.plan.renews", ["price": money[price.offer.price]]] : nil)
    }
    noWay = chosen?.ways.isEmpty ?? ways.isEmpty
  }

  private static func ways(_ names: [ProviderName], _ cards: [(ProviderName, SavedCard)], chosen: String, _ texts: Texts) -> [Way] {
    var ways = cards.map { name, card in
      Way(
        value: "\(name.rawValue).card", title: texts["payments.card.kept", ["brand": card.brand, "digits": card.lastDigits]],
        hint: texts["payments.card.keptHint"], isChosen: false)
    }
    ways += names.map { name in
      Way(value: name.rawValue, title: name.title(texts), hint: texts["payments.provider.\(name.rawValue).hint"], isChosen: false)
    }
    let picked = ways.first { $0.value == chosen } ?? ways.first
    return ways.map { Way(value: $0.value, title: $0.title, hint: $0.hint, isChosen: $0.value == picked?.value) }
  }
}

extension Pack {
  /// Whether somebody with these subscriptions may choose it.
  fileprivate func isOpen(to running: Set<CreditUnit>) -> Bool { plan.map { !running.contains($0.serves) } ?? true }
}
