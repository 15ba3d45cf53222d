import Base
import FoundationEssentials
import Ledger
import LedgerCore
import Pricing
import Sites
import Web

/// A tag with how a deal stands.
struct DealTag: Sendable {
  let tone: String
  let word: String

  init(_ state: DealState, _ texts: Texts) {
    tone = state.tone
    word = texts["deals.after.state.\(state.rawValue)"]
  }
}

extension Texts {
  fileprivate func price(_ units: Int64, _ unit: CreditUnit) -> String { counted("deals.price.\(unit.rawValue)", Int(units)) }
  fileprivate func amounts(_ money: [Money]) -> String { money.map { MoneyWords(language)[$0] }.joined(separator: " + ") }
}

/// `/admin/deals`.
struct DealsPage: Page {
  struct Line: Sendable {
    let dealURL: SafeURL?
    let what: String
    let time: ShownMoment
    let site: String
    let customer: String
    let expert: String
    let units: String
    let worth: String
    let state: DealTag?
    let due: ShownMoment?
  }

  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "deals"
  let title: String
  let namesPeople: Bool
  let lines: [Line]
  let isEmpty: Bool
  let kinds: [Choice]
  let sites: [Choice]
  let olderURL: SafeURL?
  let newestURL: SafeURL?

  init(_ rows: [DealRow], _ filter: DealFilter, sites: [Site], namesPeople: Bool, _ texts: Texts) {
    title = texts["deals.after.title"]
    self.namesPeople = namesPeople
    let page = rows.prefix(DealRoutes.shown)
    lines = page.map { row in
      Line(
        dealURL: row.minutes.flatMap { SafeURL("\(MinuteRoutes.path)/\($0)") } ?? SafeURL("\(DealRoutes.path)/\(row.hold.id)"),
        what: texts["deals.after.row.\(row.word)"], time: ShownMoment(row.at),
        site: row.people.site, customer: row.people.customer ?? texts["deals.earnings.somebody"], expert: row.people.expert,
        units: texts.price(row.units, row.hold.units.unit), worth: texts.amounts(row.worth),
        state: row.word == "refund" ? nil : DealTag(row.state, texts),
        due: row.word == "question" && row.hold.settledAt == nil ? ShownMoment(row.hold.deadline) : nil)
    }
    isEmpty = lines.isEmpty
    kinds =
      [Choice(value: "", label: texts["deals.after.everyState"], isChosen: filter.kind == nil)]
      + DealFilter.Kind.allCases.map { kind in
        // Chats by the minute are disputed, too.
        let isState = [.open, .answered, .released].contains(kind)
        let words = isState ? "\(texts["deals.after.row.question"]), \(texts["deals.after.state.\(kind.rawValue)"])" : nil
        return Choice(
          value: kind.rawValue, label: words ?? texts["deals.after.row.\(kind.rawValue)"], isChosen: filter.kind == kind)
      }
    self.sites =
      [Choice(value: "", label: texts["deals.after.everySite"], isChosen: filter.site == nil)]
      + sites.map { Choice(value: "\($0.id)", label: $0.name, isChosen: filter.site == $0.id) }
    let query = "state=\(filter.kind?.rawValue ?? "")&site=\(filter.site.map { "\($0)" } ?? "")"
    olderURL = rows.count > page.count ? page.last.flatMap { SafeURL("\(DealRoutes.path)?\(query)&below=\($0.id)") } : nil
    newestURL = filter.below == nil ? nil : SafeURL("\(DealRoutes.path)?\(query)")
  }
}

/// Why something was charged: one page for the customer, the expert and the administrator.
struct DealPage: Page {
  enum Reader: Sendable {
    case customer, expert, administrator, manager

    var place: String {
      switch self {
      case .customer: "/wallet"
      case .expert: "/earnings"
      case .administrator, .manager: "/admin"
      }
    }

    func maySee(_ hold: Hold, _ account: AccountID) -> Bool {
      switch self {
      case .customer: hold.payer == account
      case .expert: hold.payee == account
      case .administrator, .manager: true
      }
    }
  }

  struct Found: Sendable {
    let hold: Hold
    let way: MessageWay
    let people: DealPeople
    /// As agreed; nil where they were never written down.
    let terms: Terms?
    let worth: [Money]
    let returned: Int64
    let returnable: Int64
    let lines: [BookLine]
    let refunds: [GivenBack]
    let isFromPurchase: Bool
    let charge: Charge
  }

  struct Fact: Sendable {
    let label: String
    var text: String?
    var time: ShownMoment?
  }

  struct BookRow: Sendable {
    let what: String
    let from: String
    let to: String
    let amount: String
    let phase: String
    let time: ShownMoment
  }

  struct Refunded: Sendable {
    let what: String
    let worth: String
    let way: String
    let reason: String
    let time: ShownMoment
  }

  static let template = "deal"
  let title: String
  let trail: String
  let trailURL: SafeURL?
  let state: DealTag
  let isDone: Bool
  let problem: String?
  let why: String
  let facts: [Fact]
  let agreed: [Fact]
  let hasAgreed: Bool
  let lines: [BookRow]
  let refunds: [Refunded]
  let hasRefunds: Bool
  let refund: RefundForm?
  let threadURL: SafeURL?
  let dispute: DisputePart?
  /// The chat by the minute that a minute belongs to.
  let billURL: SafeURL?

  init(
    _ found: Found, as reader: Reader, isDone: Bool, refusal: Refusal?, typed: DisputePart.Typed = .init(), at now: Moment, _ texts: Texts
  ) {
    let (hold, unit) = (found.hold, found.hold.units.unit)
    title = texts["deals.after.heading.\(hold.kind.rawValue)"]
    switch reader {
    case .customer: (trail, trailURL) = (texts["payments.wallet.title"], SafeURL("/wallet"))
    case .expert: (trail, trailURL) = (texts["deals.earnings.title"], SafeURL("/earnings"))
    case .administrator, .manager: (trail, trailURL) = (texts["deals.after.title"], SafeURL(DealRoutes.path))
    }
    state = DealTag(DealState(hold, returned: found.returned, found.charge.disputed), texts)
    self.isDone = isDone
    problem = refusal.map { texts[$0] }
    switch hold.kind {
    case .question: why = texts["deals.after.whyQuestion"]
    case .tip: why = texts["deals.after.whyTip"]
    case .minute: why = texts["deals.after.whyMinute"]
    case .promotion: why = texts["deals.after.whyPromotion"]
    }
    billURL = found.charge.minutes.flatMap { SafeURL("\(reader.place)/minutes/\($0)") }
    facts = Self.facts(found, as: reader, texts)
    agreed = Self.agreed(found, texts)
    hasAgreed = !agreed.isEmpty
    lines = found.lines.map { line in
      let amount = Currency(code: line.unit).map { MoneyWords(texts.language)[Money(line.amount, $0)] } ?? texts.price(line.amount, unit)
      return BookRow(
        what: texts["payments.entry.\(line.kind)"], from: Self.account(line.debit, texts), to: Self.account(line.credit, texts),
        amount: amount, phase: texts["deals.after.phase.\(line.phase)"], time: ShownMoment(line.at))
    }
    refunds = found.refunds.map { refund in
      Refunded(
        what: texts.price(refund.units, unit), worth: texts.amounts([refund.worth]), way: texts["deals.after.way.\(refund.way.rawValue)"],
        reason: texts["deals.after.reason.\(refund.reason.rawValue)"], time: ShownMoment(refund.at))
    }
    hasRefunds = !refunds.isEmpty
    refund =
      reader == .administrator && found.returnable > 0
      ? RefundForm(of: found.returnable, path: "\(DealRoutes.path)/\(hold.id)/refund", mayPayOut: found.isFromPurchase, texts) : nil
    // A chat is disputed as a whole, on the page of its bill.
    dispute =
      found.charge.minutes == nil
      ? DisputePart(
        found.charge, as: reader, openPath: "/wallet/deals/\(hold.id)/dispute", decidePath: "\(DealRoutes.path)/\(hold.id)/decide",
        typed: typed, at: now, texts) : nil
    threadURL =
      switch reader {
      case .customer: SafeURL("/conversations/\(hold.conversation)")
      case .expert: SafeURL("/console")
      case .administrator, .manager: nil
      }
  }

  private static func facts(_ found: Found, as reader: Reader, _ texts: Texts) -> [Fact] {
    let hold = found.hold
    func fact(_ name: String, _ text: String) -> Fact { Fact(label: texts["deals.after.\(name)"], text: text) }
    func time(_ name: String, _ moment: Moment) -> Fact { Fact(label: texts["deals.after.fact.\(name)"], time: ShownMoment(moment)) }
    var facts = [fact("column.site", found.people.site)]
    if reader != .manager {
      facts += [
        fact("column.customer", found.people.customer ?? texts["deals.earnings.somebody"]), fact("column.expert", found.people.expert),
      ]
    }
    switch hold.kind {
    case .tip: facts.append(time("givenAt", hold.heldAt))
    case .minute, .promotion:
      facts.append(time("heldAt", hold.heldAt))
      if let settled = hold.settledAt, hold.captured > 0 { facts.append(time("settledAt", settled)) }
    case .question:
      facts += [time("askedAt", hold.heldAt), time("dueAt", hold.deadline)]
      if let settled = hold.settledAt { facts.append(time(hold.captured > 0 ? "answeredAt" : "releasedAt", settled)) }
      if hold.captured > 0, reader != .manager { facts.append(fact("fact.answeredBy", found.people.expert)) }
    }
    facts.append(fact("fact.price", texts.price(hold.units.count, hold.units.unit)))
    if hold.captured > 0, hold.released > 0 {
      facts.append(Fact(label: texts["deals.minutes.fact.taken"], text: texts.price(hold.captured, hold.units.unit)))
    }
    facts.append(fact("fact.worth", texts.amounts(found.worth)))
    if hold.captured > 0 {
      let shares = found.worth.map { Entry.shares(of: $0, commission: hold.commission) }
      facts.append(fact("fact.share", texts.amounts(shares.map(\.payee))))
      facts.append(fact("fact.commission", texts.amounts(shares.map(\.platform))))
    }
    return facts
  }

  private static func agreed(_ found: Found, _ texts: Texts) -> [Fact] {
    let hold = found.hold
    func fact(_ name: String, _ text: String) -> Fact { Fact(label: texts["deals.after.fact.\(name)"], text: text) }
    let percent = Money(hold.commission, .euro).decimal.replacing(".00", with: "")
    let commission = fact("commission", texts["deals.after.percent", ["part": percent]])
    guard hold.kind == .question, let terms = found.terms else { return [commission] }
    func minutes(_ seconds: Int64) -> String { texts.counted("deals.earnings.minutes", Int(seconds / 60)) }
    let promise = terms.promise(found.way)
    return prices(hold, texts)
      + [commission, fact("promise", minutes(promise.answerSeconds)), fact("notice", minutes(promise.noticeSeconds))]
  }

  /// Line by line, each with the clause that made it; what was agreed before quotes were kept has one price.
  private static func prices(_ hold: Hold, _ texts: Texts) -> [Fact] {
    let quote = hold.quote.flatMap { try? JSONDecoder().decode(Quote.self, from: Data($0.utf8)) }
    guard let quote else { return [Fact(label: texts["deals.after.fact.price"], text: texts.price(hold.units.count, hold.units.unit))] }
    return quote.lines.map { line in
      let amount = texts.price(abs(line.units), quote.unit)
      return Fact(label: texts["deals.after.clause.\(line.clause.rawValue)"], text: line.units < 0 ? "\u{2212}\(amount)" : amount)
    }
  }

  /// An account of the books in words: whose it is, not which number it has.
  private static func account(_ name: String, _ texts: Texts) -> String {
    let word = name.split(separator: ".").first.map(String.init) ?? name
    return ["wallet", "spent", "prepaid", "earnings", "revenue"].contains(word) ? texts["deals.after.account.\(word)"] : word
  }
}
