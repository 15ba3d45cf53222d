import Base
import Ledger
import Meter
import Store
import TestKit

@testable import Conversations
@testable import ConversationsCore
@testable import Payments
@testable import Payouts

/// One history of a town: people buy, banks and providers tell in any order, people ask and answer, chat by the minute, dispute and are paid out,
/// time jumps, the program dies. After every step the town must be what `PlainBook`, `PlainChat` and the purchases' `Story` say.
///
/// A class, because its steps share what happened before.
final class WholeHistory {
  struct Bought {
    let buyer: AccountID
    let offer: Offer
    let way: ProviderName
    let at: Moment
    var price: Money
    var units: Int64
    var validDays: Int64?
    var story = Story()
    /// Its lot in the book, once it is paid.
    var lot: Int?
  }

  struct Thread {
    let id: ConversationID
    let customer: AccountID
    let expert: AccountID
    /// Where messages are left for who is not there.
    let isLeft: Bool
    var isOpen = false
    /// Its expert said yes to all that is left in this round.
    var accepts = false
  }

  struct Message {
    let thread: Int
    let client: String
    let content: Content
    let isQuestion: Bool
    let n: Int64
  }

  struct WentWrong: Error {}

  let seed: UInt64
  let town: Town
  var dice: Dice
  var book = PlainBook()
  var site: SiteID = ID(rawValue: 0)
  var customers: [AccountID] = []
  var experts: [AccountID] = []
  var packs: [(pack: Pack, days: Int64?)] = []
  var bought: [PurchaseID: Bought] = [:]
  var threads: [Thread] = []
  var messages: [Message] = []
  /// What providers have still to tell, and what they told.
  var post: [ProviderEvent] = []
  var delivered: [ProviderEvent] = []
  var heard: Set<String> = []
  /// Whose a payment is, and what came before that was known.
  var owners: [String: PurchaseID] = [:]
  var unowned: [String: [PurchaseFact]] = [:]
  var paidOut: [PayoutID: PaidOut] = [:]
  var lefts: [PlainBook.Question: Judgement] = [:]
  var holds: [PlainBook.Question: HoldID] = [:]
  /// What somebody agreed to have bought by itself, and what was.
  var standing: [AccountID: [Standing]] = [:]
  var recharged: [PurchaseID] = []
  let minuteTerms: MeterTerms
  var chats: [MinuteSessionID: PlainChat] = [:]
  /// The program, and on PostgreSQL another node beside it.
  var nodes: [TownNode] = []
  var seenDeaths = 0
  /// Up to where the books were followed.
  var lastEntry: Int64 = 0
  var isWrong = false
  var nextExpiry: Moment
  /// What was done, for whoever has to find out what went wrong.
  var steps: [String] = []

  var now: Moment { town.clock.now }

  init(seed: UInt64, town: Town) {
    self.seed = seed
    self.town = town
    dice = Dice(seed: seed)
    nextExpiry = town.clock.now.adding(seconds: 60)
    minuteTerms = MeterTerms(
      rate: Town.minutePrice, increment: seed % 3 == 0 ? .minute : .second, freeSeconds: seed % 4 == 0 ? 20 : 0)
  }

  func run(steps count: Int) async throws {
    let office: SiteID
    (site, office, customers, experts) = try await town.settle(customers: 2, experts: 2, minuteTerms)
    nodes = [TownNode(town)]
    // Data in a folder have one program.
    if town.store.dialect.engine == .postgres, !chance(4) {
      let node = TownNode(town, aheadMilliseconds: ahead(), isOther: true)
      try await start(node)
      nodes.append(node)
    }
    packs = try await town.store.read { session in
      try session.packsOnSale().filter { $0.plan == nil }.map { ($0, try session.validDays(ofPackOnSale: $0.id) ?? nil) }
    }
    for customer in customers {
      for expert in experts {
        threads.append(
          Thread(id: try await town.thread(of: customer, with: expert, at: site), customer: customer, expert: expert, isLeft: false))
      }
      let expert = experts[0]
      threads.append(
        Thread(id: try await town.thread(of: customer, with: expert, at: office), customer: customer, expert: expert, isLeft: true))
    }
    for customer in customers { try await buy(customer, credits: true) }
    defer { for node in nodes { node.stop() } }
    for step in 0..<count {
      if chance(12) {
        // Most deeds have one or two writes, some have four.
        let (writes, hour) = (
          min(Int.random(in: 0..<4, using: &dice), .random(in: 0..<4, using: &dice)), chance(2) ? MortalStore.Hour.before : .after
        )
        town.store.die(after: writes, hour)
        steps.append("\(step): to be killed \(hour) write \(writes)")
      }
      try await act(step)
      town.store.live()
      try await follow()
      try await pass(step)
      let wrong = try await compare()
      guard wrong.isEmpty, !isWrong else {
        steps.append(contentsOf: wrong.map { "WRONG: \($0)" })
        throw WentWrong()
      }
    }
  }

  private func act(_ step: Int) async throws {
    switch Int.random(in: 0..<38, using: &dice) {
    case 0, 1: try await buy(customers.randomElement(using: &dice), credits: !chance(5))
    case 2...8: try await tell()
    case 9...15: try await ask(in: .random(in: 0..<threads.count, using: &dice))
    case 16...18: if let place = toAnswer { try await answer(in: place) }
    case 19: try await sayAgain()
    case 20: try await close()
    case 21, 22: try await refund()
    case 23, 24: try await payOut()
    case 25: try await settlePayout()
    case 26...30: try await talk()
    case 31: try await setRecharge()
    case 32: try await judge()
    case 36: try await confirmRecharge()
    case 33, 34: try await dispute()
    case 35: try await decide()
    default: try await chance(2) ? credit() : cancel()
    }
  }

  /// Time passes, and jobs are done, mostly.
  private func pass(_ step: Int) async throws {
    let seconds: Int64 =
      switch Int.random(in: 0..<20, using: &dice) {
      case 0...7: 0
      case 8...13: .random(in: 60...3000, using: &dice)
      case 14...16: .random(in: 3600...20_000, using: &dice)
      case 17, 18: .random(in: 86_400...40 * 86_400, using: &dice)
      default: .random(in: 60 * 86_400...380 * 86_400, using: &dice)
      }
    town.clock.advance(milliseconds: seconds * 1000)
    guard !chance(3) else { return steps.append("\(seconds) s pass, and no job is done") }
    if chance(16) {
      town.store.die(after: .random(in: 0..<4, using: &dice), chance(2) ? .before : .after)
      steps.append("to be killed among the jobs")
    }
    try await runJobs()
    steps.append("\(seconds) s pass, and jobs are done")
  }

  func runJobs() async throws {
    if nextExpiry <= now { try await follow() }
    try await town.runJobs()
    // What ended goes once a minute.
    if nextExpiry <= now {
      book.expire(at: now)
      nextExpiry = now.adding(seconds: 60)
    }
    try await follow()
    book.keepDeadlines(at: now)
    for (id, purchase) in bought where !purchase.story.isPaid && purchase.story.stage < 4 {
      let end: Int64 = purchase.way == .bank ? 30 * 86_400 : 86_400
      // Whether it was asked about since is the provider's calendar; that it is never over earlier is ours.
      guard now.milliseconds(since: purchase.at) >= end * 1000 else { continue }
      if try await state(of: id) == .expired { bought[id]?.story.hear(.expired, price: purchase.price) }
    }
  }

  func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &dice) == 0 }

  func name(_ account: AccountID) -> String {
    "\((customers.firstIndex(of: account) ?? experts.firstIndex(of: account)).map(String.init) ?? "?")"
  }

  func name(_ purchase: PurchaseID) -> String {
    bought.keys.sorted().firstIndex(of: purchase).map { "\($0 + 1)" } ?? "\(bought.count + 1)"
  }
}
