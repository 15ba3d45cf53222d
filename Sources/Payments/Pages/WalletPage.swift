import Base
import Ledger
import LedgerCore
import Web

/// `/wallet`: what somebody has, where it came from and where it went.
struct WalletPage: Page {
  struct Holding: Sendable {
    let unit: CreditUnit
    let balance: WalletBalance
    let lots: [LotView]
    let lines: [StatementLine]
  }

  struct Found: Sendable {
    let account: AccountID
    let holdings: [Holding]
    let purchases: [Purchase]
    let cards: [(ProviderName, SavedCard)]
    let subscriptions: [Subscription]
    let onSale: Set<CreditUnit>
    let gifts: [Given]
    /// Nil where nobody is rewarded for friends.
    let friends: Friends?
    let freeMinutes: [FreeMinutes]
    let recharge: RechargeCard.Found
    /// What was bought by itself, as the books name it.
    let recharged: Set<String>
  }

  struct Friends: Sendable {
    let link: String
    let terms: ReferralTerms
    let came: Int64
    let earned: Int64
  }

  struct FriendCard: Sendable {
    let promise: String
    let link: String
    let came: String
    let earned: String
  }

  struct Lot: Sendable {
    let what: String
    let origin: String
    let ends: ShownMoment?
    /// Where it is extended; nil where that cannot be, or is not needed yet.
    let extendURL: SafeURL?
  }

  struct Line: Sendable {
    let what: String
    let units: String
    let word: String
    let tone: String
    let time: ShownMoment
    let aboutURL: SafeURL?
    /// Why it was given.
    let why: String?
  }

  struct Wallet: Sendable {
    let unit: String
    let heading: String
    let balance: String
    let held: String?
    let lots: [Lot]
    let hasLots: Bool
  }

  struct Running: Sendable {
    let what: String
    let price: String
    let word: String
    let tone: String
    let until: ShownMoment
    let untilText: String
    let postURL: SafeURL?
    let renews: Bool
  }

  struct Card: Sendable {
    let provider: String
    let name: String
  }

  static let template = "wallet"
  let title: String
  let account: AccountID
  /// Of which state of the wallets this page is: a later one makes it anew.
  let revision: Int64
  let notice: String?
  let problem: String?
  let recharge: RechargeCard?
  let wallets: [Wallet]
  let subscriptions: [Running]
  let hasSubscriptions: Bool
  let canBuy: Bool
  let purchases: [PurchaseLine]
  let hasPurchases: Bool
  let lines: [Line]
  let hasLines: Bool
  let cards: [Card]
  let hasCards: Bool
  let friends: FriendCard?

  init(_ found: Found, typed: Form? = nil, notice: String?, problem: String?, at now: Moment, _ texts: Texts) {
    title = texts["payments.wallet.title"]
    account = found.account
    revision = found.holdings.reduce(0) { $0 + $1.balance.revision }
    self.notice = notice
    self.problem = problem
    recharge = RechargeCard(found.recharge, typed: typed, texts)
    let units = UnitWords(texts)
    let reasons = Dictionary(found.gifts.map { ($0.about, $0.words(texts)) }) { first, _ in first }
    // A unit that is neither sold nor owned is not spoken of.
    let shown = found.holdings.filter { found.onSale.contains($0.unit) || $0.balance.units > 0 || !$0.lines.isEmpty }
    let bought = shown.map { holding in
      let lots = holding.lots.map { lot in
        Lot(
          what: units[lot.free, holding.unit], origin: texts["payments.wallet.origin.\(lot.origin)"],
          ends: lot.expiresAt.map { ShownMoment.day($0) },
          extendURL: lot.canBeExtended(at: now) ? SafeURL("/wallet/lots/\(lot.id)/extend") : nil)
      }
      return Wallet(
        unit: holding.unit.rawValue, heading: texts["payments.buy.unit.\(holding.unit.rawValue)"],
        balance: units[holding.balance.free, holding.unit],
        held: holding.balance.held > 0 ? texts["payments.wallet.held", ["units": units[holding.balance.held, holding.unit]]] : nil,
        lots: lots, hasLots: !lots.isEmpty)
    }
    wallets = bought + (found.freeMinutes.isEmpty ? [] : [Wallet(found.freeMinutes, texts)])
    subscriptions = found.subscriptions.map { one in
      let isPaid = one.paidUntil > now
      return Running(
        what: PlanWords(texts)[one.plan, one.offer], price: PlanWords(texts).price(of: one.offer),
        word: texts[isPaid ? (one.renews ? "payments.plan.runs" : "payments.plan.ends") : "payments.plan.unpaid"],
        tone: isPaid ? (one.renews ? "good" : "plain") : "wait", until: .day(one.paidUntil),
        untilText: texts[one.renews ? "payments.plan.renewsOn" : "payments.plan.endsOn"],
        postURL: SafeURL("\(ShopRoutes.walletPath)/subscriptions/\(one.id)"), renews: one.renews)
    }
    hasSubscriptions = !subscriptions.isEmpty
    canBuy = !found.onSale.isEmpty
    purchases = found.purchases.map { PurchaseLine($0, under: PurchaseRoutes.path, texts) }
    hasPurchases = !purchases.isEmpty
    lines = found.holdings.flatMap { holding in holding.lines.map { (holding.unit, $0) } }
      .sorted { $0.1.entry > $1.1.entry }
      .map { unit, line in
        let number = line.units > 0 ? "+\(line.units)" : "\u{2212}\(line.units.magnitude)"
        return Line(
          what: Self.what(line, texts),
          units: texts.counted("payments.wallet.change.\(unit.rawValue)", Int(line.units), ["number": number]),
          word: texts[line.isPending ? "payments.wallet.pending" : "payments.wallet.done"], tone: line.isPending ? "wait" : "good",
          time: ShownMoment(line.at), aboutURL: line.hold.flatMap { SafeURL("/wallet/deals/\($0)") } ?? Self.address(of: line.about),
          why: reasons[line.about] ?? (found.recharged.contains(line.about) ? texts["payments.recharge.line"] : nil))
      }
    hasLines = !lines.isEmpty
    cards = found.cards.map { name, card in
      Card(provider: name.rawValue, name: texts["payments.card.name", ["brand": card.brand, "digits": card.lastDigits]])
    }
    hasCards = !cards.isEmpty
    friends = found.friends.map { friends in
      let (reward, welcome) = (units[friends.terms.reward, .credits], units[friends.terms.welcome, .credits])
      let key = friends.terms.reward == friends.terms.welcome ? "both" : "each"
      return FriendCard(
        promise: texts["payments.friends.\(key)", ["reward": reward, "welcome": welcome]], link: friends.link,
        came: texts.counted("payments.friends.came", Int(friends.came)),
        earned: texts["payments.friends.earned", ["units": units[friends.earned, .credits]]])
    }
  }

  /// What a minute of a chat cost is the answer to no question.
  private static func what(_ line: StatementLine, _ texts: Texts) -> String {
    guard let service = line.service, [.minute, .promotion].contains(service), [.hold, .capture].contains(line.kind) else {
      return texts["payments.entry.\(line.kind.rawValue)"]
    }
    return texts["deals.after.row.\(service.rawValue)"]
  }

  private static func address(of about: String) -> SafeURL? {
    let parts = about.split(separator: ".").map(String.init)
    switch (parts.first, parts.count) {
    case ("purchase", 2): return PurchaseID(parts[1]).flatMap { SafeURL("\(PurchaseRoutes.path)/\($0)") }
    case ("chat", 3): return ConversationID(parts[1]).flatMap { SafeURL("/conversations/\($0)") }
    default: return nil
    }
  }
}

extension WalletPage.Wallet {
  /// Minutes of chats by the minute that cost nothing.
  fileprivate init(_ free: [FreeMinutes], _ texts: Texts) {
    func minutes(_ seconds: Int64) -> String {
      let rest = seconds % 60
      return texts["payments.gifts.minutesLeft", ["time": "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"]]
    }
    unit = "minutes"
    heading = texts["payments.gifts.minutesTitle"]
    balance = minutes(free.reduce(0) { $0 + $1.left })
    held = texts["payments.gifts.minutesText"]
    lots = free.map { WalletPage.Lot(what: minutes($0.left), origin: $0.why(texts), ends: $0.expiresAt.map { .day($0) }, extendURL: nil) }
    hasLots = true
  }
}
