import Base
import Ledger
import Web

/// On the page of the wallet: when and with what it is filled by itself.
struct RechargeCard: Sendable {
  struct Found: Sendable {
    let recharges: [Recharge]
    /// Those on sale that do not renew.
    let packs: [Pack]
    /// Where cards are kept that may pay.
    let hasCard: Bool
    /// How often it bought in the last 24 hours.
    let today: [CreditUnit: Int]
  }

  struct Choice: Sendable {
    let value: String
    let text: String
    let isChosen: Bool
  }

  struct Rule: Sendable {
    let unit: String
    let heading: String
    let word: String
    let tone: String
    let isOn: Bool
    let story: String?
    /// The purchase with which it stopped, to be paid by hand.
    let payURL: SafeURL?
    let packs: [Choice]
    let below: Field
    let most: Field
    let set: String
  }

  let rules: [Rule]
  let hasRules: Bool

  /// Nil where no card can be kept or nothing is on sale.
  ///
  /// - Parameter typed: what was refused, which stays in its form.
  init?(_ found: Found, typed: Form? = nil, _ texts: Texts) {
    guard !found.packs.isEmpty else { return nil }
    let (units, money) = (UnitWords(texts), MoneyWords(texts.language))
    rules = CreditUnit.spendable.compactMap { unit in
      let packs = found.packs.filter { $0.offer.unit == unit }
      let own = found.recharges.first { $0.unit == unit }
      guard !packs.isEmpty || own != nil, found.hasCard || own != nil else { return nil }
      let state = own.map { $0.stop != nil ? "stopped" : $0.isUnderWay ? "underWay" : "on" } ?? "off"
      let today = found.today[unit] ?? 0
      let typed = typed.flatMap { $0["unit"] == unit.rawValue ? $0 : nil }
      func number(_ name: String, _ label: String, _ set: Int64?) -> Field {
        let field = "\(name)-\(unit.rawValue)"
        return Field(field, label: label, type: "number", value: typed?[field] ?? "\(set ?? 1)", autocomplete: "off")
      }
      let story: String? =
        if let stop = own?.stop { texts["payments.recharge.stop.\(stop.rawValue)"] } else if let own, today >= Int(own.most) {
          texts.counted("payments.recharge.enough", today)
        } else { nil }
      return Rule(
        unit: unit.rawValue, heading: texts["payments.buy.unit.\(unit.rawValue)"], word: texts["payments.recharge.state.\(state)"],
        tone: ["on": "good", "underWay": "wait", "stopped": "bad"][state] ?? "plain", isOn: own != nil, story: story,
        payURL: own.flatMap { own in own.stop == .declined ? own.purchase.flatMap { SafeURL("\(PurchaseRoutes.path)/\($0)") } : nil },
        packs: packs.map { pack in
          Choice(
            value: "\(pack.id).\(ShownOffer.text(pack.offer))",
            text: texts["payments.recharge.pack", ["units": units[pack.offer.total, unit], "price": money[pack.offer.price]]],
            isChosen: typed.map { $0["pack"].hasPrefix("\(pack.id).") } ?? (pack.id == own?.pack))
        },
        below: number("below", texts["payments.recharge.below"], own?.below),
        most: number("most", texts["payments.recharge.most"], own?.most),
        set: texts["payments.recharge.\(own == nil ? "begin" : own?.stop == nil ? "change" : "goOn")"])
    }
    hasRules = !rules.isEmpty
  }
}
