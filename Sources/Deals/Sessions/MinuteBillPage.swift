import Base
import LedgerCore
import Meter
import Web

/// Why every second of a chat by the minute was charged, or was not.
struct MinuteBillPage: Page {
  struct Fact: Sendable {
    let label: String
    var text: String?
    var time: ShownMoment?
  }

  /// A time in which one thing was so.
  struct Part: Sendable {
    let from: String
    let to: String
    let lasted: String
    let what: String
    let why: String
    let isCharged: Bool
  }

  struct Minute: Sendable {
    let number: String
    let seconds: String
    let price: String
    let taken: String
    let dealURL: SafeURL?
  }

  struct Happening: Sendable {
    let at: String
    let time: ShownMoment
    let what: String
  }

  static let template = "minute-bill"
  let title: String
  let trail: String
  let trailURL: SafeURL?
  let isOpen: Bool
  let agrees: Bool
  let facts: [Fact]
  let parts: [Part]
  let hasParts: Bool
  let minutes: [Minute]
  let hasMinutes: Bool
  let happenings: [Happening]
  let threadURL: SafeURL?
  let problem: String?
  let dispute: DisputePart?
  /// Of the whole chat; each minute has its own on its page, where it can go to the payment method, too.
  let refund: RefundForm?
  let isDone: Bool

  struct Found: Sendable {
    let replay: MinuteReplay
    let people: DealPeople
    /// Nil where nothing was set aside.
    let charge: Charge?
  }

  /// - Parameter typed: what was sent with a form that was refused.
  init(
    _ found: Found, as reader: DealPage.Reader, isDone: Bool = false, refusal: Refusal? = nil, typed: DisputePart.Typed = .init(),
    at now: Moment,
    _ texts: Texts
  ) {
    let (replay, people) = (found.replay, found.people)
    let (session, reading) = (replay.session, replay.reading)
    problem = refusal.map { texts[$0] }
    self.isDone = isDone
    let returnable = reader == .administrator && reading.phase == .over ? found.charge?.returnable ?? 0 : 0
    refund = returnable > 0 ? RefundForm(of: returnable, path: "\(MinuteRoutes.path)/\(session.id)/refund", mayPayOut: false, texts) : nil
    dispute = found.charge.flatMap { charge in
      DisputePart(
        charge, as: reader, openPath: "/wallet/minutes/\(session.id)/dispute", decidePath: "\(MinuteRoutes.path)/\(session.id)/decide",
        typed: typed, at: now, texts)
    }
    title = texts["deals.minutes.title"]
    let place: String
    switch reader {
    case .customer: (trail, trailURL, place) = (texts["payments.wallet.title"], SafeURL("/wallet"), "/wallet")
    case .expert: (trail, trailURL, place) = (texts["deals.earnings.title"], SafeURL("/earnings"), "/earnings")
    case .administrator, .manager: (trail, trailURL, place) = (texts["deals.after.title"], SafeURL(DealRoutes.path), "/admin")
    }
    isOpen = reading.phase != .over
    agrees = replay.taken == reading.units && !isOpen
    facts = Self.facts(replay, people, as: reader, texts)
    let start = reading.stretches.first?.from ?? session.offeredAt
    func since(_ moment: Moment) -> String { Self.clock(moment.milliseconds(since: start)) }
    parts = reading.stretches.map { stretch in
      Part(
        from: since(stretch.from), to: since(stretch.to), lasted: Self.clock(from: stretch.from, to: stretch.to, since: start),
        what: texts["deals.minutes.part.\(stretch.kind.rawValue)"], why: texts["deals.minutes.because.\(stretch.kind.rawValue)"],
        isCharged: stretch.kind == .charged)
    }
    hasParts = !parts.isEmpty
    minutes = replay.minutes.map { minute in
      let ran = max(0, min(60, reading.seconds - (minute.number - 1) * 60))
      return Minute(
        number: String(minute.number), seconds: texts.counted("deals.minutes.seconds", Int(ran)),
        price: texts.counted("deals.price.\(session.unit.rawValue)", Int(minute.price)),
        taken: texts.counted("deals.price.\(session.unit.rawValue)", Int(minute.hold.captured)),
        dealURL: SafeURL("\(place)/deals/\(minute.hold.id)"))
    }
    hasMinutes = !minutes.isEmpty
    happenings = replay.events.filter { $0.at <= session.endedAt ?? $0.at && !$0.fact.isEcho }.sorted { $0.at < $1.at }.map { event in
      Happening(at: since(event.at), time: ShownMoment(event.at), what: Self.words(event.fact, people, as: reader, texts))
    }
    threadURL =
      switch reader {
      case .customer: SafeURL("/conversations/\(session.conversation)")
      case .expert: SafeURL("/console")
      case .administrator, .manager: nil
      }
  }

  private static func facts(_ replay: MinuteReplay, _ people: DealPeople, as reader: DealPage.Reader, _ texts: Texts) -> [Fact] {
    let (session, reading) = (replay.session, replay.reading)
    func fact(_ name: String, _ text: String) -> Fact { Fact(label: texts["deals.\(name)"], text: text) }
    func units(_ count: Int64) -> String { texts.counted("deals.price.\(session.unit.rawValue)", Int(count)) }
    func ran(_ kind: Reading.Stretch.Kind) -> Int64 { reading.stretches.filter { $0.kind == kind }.reduce(0) { $0 + $1.milliseconds } }
    var facts = [fact("after.column.site", people.site)]
    if reader != .manager {
      facts += [
        fact("after.column.customer", people.customer ?? texts["deals.earnings.somebody"]), fact("after.column.expert", people.expert),
      ]
    }
    facts.append(Fact(label: texts["deals.minutes.fact.offered"], time: ShownMoment(session.offeredAt)))
    if let end = reading.end {
      facts += [
        Fact(label: texts["deals.minutes.fact.ended"], time: ShownMoment(end.at)),
        fact("minutes.fact.why", texts["deals.minutes.end.\(end.why.rawValue)"]),
      ]
    }
    let rule = texts["deals.minutes.by.\(session.agreed.increment.rawValue)"]
    facts.append(fact("minutes.fact.rate", "\(units(session.agreed.rate)) · \(rule)"))
    if session.agreed.freeSeconds > 0 { facts.append(fact("minutes.part.free", clock(ran(.free)))) }
    if session.giftUsed > 0 { facts.append(fact("minutes.fact.gift", clock(session.giftUsed * 1000))) }
    facts += [
      fact("minutes.fact.charged", clock(reading.seconds * 1000)), fact("minutes.fact.sum", units(reading.units)),
      fact("minutes.fact.taken", units(replay.taken)),
    ]
    let percent = Money(session.commission, .euro).decimal.replacing(".00", with: "")
    facts.append(fact("after.fact.commission", texts["deals.after.percent", ["part": percent]]))
    for side in MinuteSide.allCases {
      guard let at = reading.lastActive[side] else { continue }
      let name = name(of: side, people, as: reader, texts)
      facts.append(Fact(label: texts["deals.minutes.fact.lastActive", ["name": name]], time: ShownMoment(at)))
    }
    return facts
  }

  private static func name(of side: MinuteSide, _ people: DealPeople, as reader: DealPage.Reader, _ texts: Texts) -> String {
    if reader == .manager { return texts["deals.after.column.\(side.rawValue)"] }
    return side == .expert ? people.expert : people.customer ?? texts["deals.earnings.somebody"]
  }

  private static func words(_ fact: MeterEvent.Fact, _ people: DealPeople, as reader: DealPage.Reader, _ texts: Texts) -> String {
    func say(_ word: String, _ side: MinuteSide) -> String {
      texts["deals.minutes.event.\(word)", ["name": name(of: side, people, as: reader, texts)]]
    }
    switch fact {
    case .offered: return say("offered", .customer)
    case .accepted: return say("accepted", .expert)
    case .declined: return say("declined", .expert)
    case .here(let side): return say("here", side)
    case .gone(let side): return say("gone", side)
    case .active(let side): return say("active", side)
    case .heard(let side): return say("here", side)
    case .down: return texts["deals.minutes.event.down"]
    case .held(let minute): return texts["deals.minutes.event.held", ["minute": String(minute)]]
    case .refused(let minute, let why):
      return texts["deals.minutes.event.refused", ["minute": String(minute), "why": texts["deals.minutes.end.\(why.rawValue)"]]]
    case .low: return texts["deals.minutes.event.low"]
    case .rechargeBegan: return say("rechargeBegan", .customer)
    case .rechargeEnded: return say("rechargeEnded", .customer)
    case .rested: return say("rested", .expert)
    case .ended(let side): return say("ended", side)
    }
  }

  /// `3:07`, rounded down to seconds; what was before the clock began has a minus.
  static func clock(_ milliseconds: Int64) -> String {
    let seconds = abs(milliseconds / 1000)
    let rest = seconds % 60
    return "\(milliseconds <= -1000 ? "\u{2212}" : "")\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  /// How long something lasted, as the two moments beside it read.
  static func clock(from: Moment, to: Moment, since start: Moment) -> String {
    clock((to.milliseconds(since: start) / 1000 - from.milliseconds(since: start) / 1000) * 1000)
  }
}
