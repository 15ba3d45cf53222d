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
    switch Int.random(in: 0..<37, using: &dice) {
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

  // MARK: Buying

  func buy(_ buyer: AccountID?, credits: Bool) async throws {
    guard let buyer, let chosen = packs.filter({ ($0.pack.offer.unit == .credits) == credits }).randomElement(using: &dice) else { return }
    let (way, key) = (chance(5) ? ProviderName.bank : .test, Secret())
    for _ in 0..<(chance(3) ? 2 : 1) {
      let (town, order) = (town, town.order(chosen.pack, way, key))
      let id = try await town.insist { try await town.program.payments.buy(order, by: buyer, in: .english).id }
      steps.append("customer \(name(buyer)) buys \(chosen.pack.offer.total) for \(chosen.pack.offer.price) by \(way): purchase \(name(id))")
      guard bought[id] == nil else { continue }
      let offer = chosen.pack.offer
      var made = Bought(buyer: buyer, offer: offer, way: way, at: now, price: offer.price, units: offer.total, validDays: chosen.days)
      made.story.hear(.pending, price: offer.price)
      bought[id] = made
      if way == .test { write(about: id, offer.price) }
    }
  }

  /// All that a provider will tell about a purchase, one day.
  private func write(about id: PurchaseID, _ price: Money) {
    let payment = "payment.\(id)"
    func add(_ kind: String, _ fact: PurchaseFact, named: Bool? = nil) {
      let isNamed = named ?? chance(2)
      post.append(
        ProviderEvent(id: "\(kind).\(post.count + delivered.count)", kind: kind, fact: fact, purchase: isNamed ? id : nil, payment: payment)
      )
    }
    func part() -> Money { Money(chance(2) ? price.minor : .random(in: 1...price.minor, using: &dice), price.currency) }
    if chance(4) { add("declined", .declined, named: true) }
    if chance(8) { add("expired", .expired, named: true) }
    if chance(8) { add("paid", .paid(Money(price.minor + 1, price.currency)), named: true) }
    if !chance(6) { add("paid", .paid(price), named: true) }
    if chance(6) { add("paid", .paid(price), named: true) }
    if chance(4) {
      let money = part()
      add("refunded", .refunded("theirs", money))
      if chance(3) { add("refundFailed", .refundFailed("theirs", money)) }
    }
    for number in 0..<2 where chance(3) {
      let money = part()
      add("disputed", .disputed("dispute\(number)", money))
      if chance(2) { add("won", .disputeWon("dispute\(number)", money)) }
      if chance(3) { add("lost", .disputeLost("dispute\(number)", money)) }
    }
  }

  /// The post brings something: in any order, late, and sometimes again.
  func tell() async throws {
    var events: [ProviderEvent] = []
    let payments = post.indices.filter { post[$0].kind == "paid" }
    let place = chance(2) ? payments.randomElement(using: &dice) : post.indices.randomElement(using: &dice)
    if let place { events.append(post.remove(at: place)) }
    if chance(3), let again = delivered.randomElement(using: &dice) { events.append(again) }
    let told = events
    let town = town
    try await town.insist { try await town.program.payments.record(told, from: .test) }
    for event in events {
      steps.append(
        "told: \(event.id) about \(event.purchase.map { name($0) } ?? event.payment ?? "")\(heard.contains(event.id) ? ", again" : "")")
      hear(event)
      delivered.append(event)
    }
  }

  private func hear(_ event: ProviderEvent) {
    guard heard.insert(event.id).inserted else { return }
    guard let id = event.purchase ?? event.payment.flatMap({ owners[$0] }) else {
      if let payment = event.payment { unowned[payment, default: []].append(event.fact) }
      return
    }
    var facts = [event.fact]
    if let payment = event.payment, owners[payment] == nil {
      owners[payment] = id
      facts += unowned.removeValue(forKey: payment) ?? []
    }
    learn(facts, about: id)
  }

  /// What follows from facts: coins come, are taken, come back.
  func learn(_ facts: [PurchaseFact], about id: PurchaseID) {
    guard var purchase = bought[id] else { return }
    let before = purchase.story
    for fact in facts { purchase.story.hear(fact, price: purchase.price) }
    let after = purchase.story
    defer { bought[id] = purchase }
    guard after.isPaid else { return }
    let end = purchase.validDays.map { now.adding(seconds: $0 * 86_400) }
    let lot =
      purchase.lot ?? book.bring(purchase.units, purchase.offer.unit, for: purchase.price, to: purchase.buyer, until: end)
    purchase.lot = lot
    let (was, takings) = (before.takings, after.takings)
    for (name, taking) in takings.sorted(by: { ($1.key.first == "r" ? 1 : 0, $0.key) < ($0.key.first == "r" ? 1 : 0, $1.key) }) {
      let earlier = was[name]
      let key = "\(id).\(name)"
      let again = earlier.map { !$0.isTaken } == true ? "\(key).again" : key
      if taking.isTaken, earlier?.isTaken != true { book.take(taking.amount, of: lot, as: again) }
      if !taking.isTaken, earlier?.isTaken == true { book.giveBack(key) }
      if taking.isLost, earlier?.isLost != true { book.lose(again, of: lot) }
    }
    for (name, refund) in after.ours.sorted(by: { $0.key < $1.key }) where refund.failed && before.ours[name]?.failed != true {
      let money = Money(refund.amount, purchase.price.currency)
      _ = book.bring(refund.units, purchase.offer.unit, for: money, to: purchase.buyer, until: end)
    }
  }

  private func credit() async throws {
    guard let (id, purchase) = pick({ $0.way == .bank && !$0.story.isPaid }) else { return }
    let isOther = chance(2)
    let received = isOther ? Money(.random(in: 1...purchase.price.minor * 2, using: &dice), purchase.price.currency) : purchase.price
    let units = isOther ? Int64.random(in: 1...9, using: &dice) : purchase.units
    let (town, by) = (town, experts[0])
    for _ in 0..<2 {
      try await town.insist { try await town.program.payments.credit(id, received: received, units: units, by: by, from: .console) }
    }
    steps.append("a transfer of \(received) is credited with \(units) to purchase \(name(id)), by two presses")
    bought[id]?.price = received
    bought[id]?.units = units
    learn([.paid(received)], about: id)
  }

  private func cancel() async throws {
    guard let (id, purchase) = pick({ !$0.story.isPaid }) else { return }
    let town = town
    try await town.insist { try await town.program.payments.cancel(id, by: purchase.buyer) }
    steps.append("purchase \(name(id)) is cancelled")
    if purchase.story.state(price: purchase.price.minor).isOpen { bought[id]?.story.hear(.cancelled, price: purchase.price) }
  }

  private func refund() async throws {
    guard let (id, purchase) = pick({ $0.story.isPaid }), let lot = purchase.lot else { return }
    let (count, town, by) = (Int64.random(in: 1...4, using: &dice), town, experts[0])
    let known = Set(purchase.story.ours.keys)
    var after = book
    let isAllowed = [.paid, .partlyRefunded, .won].contains(purchase.story.state(price: purchase.price.minor))
    let worth = isAllowed ? after.refund(Int(count), of: lot) : nil
    do {
      // Who was cut off looks at the page before pressing again.
      let made = try await town.insist { () async throws -> (String, Int64)? in
        if let made = try await self.refunds(of: id).first(where: { !known.contains($0.0) }) { return made }
        try await town.program.payments.refund(count, of: id, by: by, from: .console)
        return try await self.refunds(of: id).first { !known.contains($0.0) }
      }
      steps.append("\(count) of purchase \(name(id)) are refunded: \(made?.1 ?? -1)")
      guard let (refund, amount) = made, let worth, amount == worth else { throw WentWrong() }
      book = after
      bought[id]?.story.ours[refund] = Story.OurRefund(units: count, amount: amount)
      if purchase.way == .test, chance(3) {
        let fact = PurchaseFact.refundFailed(refund, Money(amount, purchase.price.currency))
        post.append(ProviderEvent(id: "refused.\(refund)", kind: "refused", fact: fact, purchase: id, payment: nil))
      }
    } catch let refusal as Refusal {
      steps.append("\(count) of purchase \(name(id)) are not refunded: \(refusal.reason)")
      guard worth == nil, refusal.reason == (isAllowed ? .creditUsed : .notRefundable) else { throw WentWrong() }
    }
  }

  private func refunds(of id: PurchaseID) async throws -> [(String, Int64)] {
    try await town.store.read { session in
      try session.purchase(id)?.facts.refunds.filter(\.value.isOurs).map { ($0.key, $0.value.amountMinor) } ?? []
    }
  }

  private func state(of id: PurchaseID) async throws -> PurchaseState? {
    let town = town
    return try await town.insist { try await town.store.read { try $0.purchase(id)?.state } }
  }

  private func pick(_ isMeant: (Bought) -> Bool) -> (PurchaseID, Bought)? {
    bought.filter { isMeant($0.value) }.sorted { $0.key < $1.key }.randomElement(using: &dice).map { ($0.key, $0.value) }
  }

  // MARK: Asking

  private func content() -> Content { chance(2) ? .text("May I sublet?") : .sealed(scheme: "x", key: "k", bytes: [1, 2, 3]) }

  private func say(_ command: ConversationsCore.Command, in thread: Thread, by doer: Doer) async throws -> Performed {
    let (town, locks) = (town, doer.account == nil ? [Lock.account(thread.expert)] : [])
    return try await town.insist {
      let conversations = town.program.conversations
      return try await withCheckedThrowingContinuation { continuation in
        conversations.submit(command, in: thread.id, by: doer, locking: locks) { continuation.resume(with: $0) }
      }
    }
  }

  func ask(in place: Int) async throws {
    let (client, content) = ("q\(seed).\(steps.count)", content())
    let thread = threads[place]
    let (price, seconds) = thread.isLeft ? (Town.leftPrice, Town.leftSeconds) : (Town.price, 3600)
    let open = book.promises.count { $0.key.minute == 0 && $0.value.payee == thread.expert && $0.value.state == .open }
    do {
      let said = try await say(
        .send(newChat: town.program.ids.next(), ConversationsCore.Message(clientID: client, content: content)), in: thread,
        by: .visitor(siteOnline: true))
      steps.append("customer \(name(thread.customer)) asks expert \(name(thread.expert)): \(said.acknowledged?.n ?? 0)")
      guard let n = said.acknowledged?.n else { throw WentWrong() }
      messages.append(Message(thread: place, client: client, content: content, isQuestion: true, n: n))
      threads[place].isOpen = true
      if try await isFree(n, in: place) { return }
      let question = PlainBook.Question(conversation: thread.id, n: n)
      guard open < Town.openLimit,
        book.promise(
          question, Int(price.count), price.unit, of: thread.customer, to: thread.expert, due: now.adding(seconds: seconds), at: now)
      else { throw WentWrong() }
      if thread.isLeft { leave(question, in: place) }
    } catch let refusal as Refusal {
      steps.append("customer \(name(thread.customer)) may not ask expert \(name(thread.expert)): \(refusal.reason)")
      guard refusal.reason == (open < Town.openLimit ? .creditMissing : .intakeFull) else { throw WentWrong() }
      guard open >= Town.openLimit || !book.canPay(Int(price.count), price.unit, of: thread.customer, at: now) else { throw WentWrong() }
    }
  }

  /// While a clock runs nothing is set aside for what is said.
  private func isFree(_ n: Int64, in place: Int) async throws -> Bool {
    guard chats.contains(where: { $0.value.thread == place && !$0.value.isOver && $0.value.acceptedAt != nil }) else {
      return false
    }
    let (town, conversation) = (town, threads[place].id)
    let isFree = try await town.insist {
      try await town.store.read { session in
        try session.row("SELECT 1 FROM holds WHERE conversation_id = $1 AND n = $2 AND kind = 'question'", conversation, n) == nil
      }
    }
    if isFree { noteActive(.customer, in: place) }
    return isFree
  }

  /// Rather where somebody waits.
  private var toAnswer: Int? {
    let open = threads.indices.filter { threads[$0].isOpen }
    let waiting = open.filter { place in
      book.promises.contains { $0.key.conversation == threads[place].id && $0.key.minute == 0 && $0.value.state == .open }
    }
    return (waiting.isEmpty ? open : waiting).randomElement(using: &dice)
  }

  func answer(in place: Int) async throws {
    let (thread, client, content) = (threads[place], "a\(seed).\(steps.count)", content())
    _ = try await say(.join, in: thread, by: .agent(thread.expert))
    let said = try await say(
      .send(newChat: town.program.ids.next(), ConversationsCore.Message(clientID: client, content: content)), in: thread,
      by: .agent(thread.expert))
    steps.append("expert \(name(thread.expert)) answers customer \(name(thread.customer)): \(said.acknowledged?.n ?? 0)")
    guard let n = said.acknowledged?.n else { throw WentWrong() }
    messages.append(Message(thread: place, client: client, content: content, isQuestion: false, n: n))
    noteActive(.expert, in: place)
    book.answer(in: thread.id, at: now)
  }

  /// Something that was said is sent once more: the same acknowledgement, and nothing else.
  private func sayAgain() async throws {
    guard let message = messages.randomElement(using: &dice) else { return }
    let thread = threads[message.thread]
    let said = try await say(
      .send(newChat: town.program.ids.next(), ConversationsCore.Message(clientID: message.client, content: message.content)), in: thread,
      by: message.isQuestion ? .visitor(siteOnline: true) : .agent(thread.expert))
    steps.append("\(message.n) of \(message.client) is sent again")
    guard said.acknowledged?.n == message.n else { throw WentWrong() }
  }

  private func close() async throws {
    guard let place = threads.indices.filter({ threads[$0].isOpen }).randomElement(using: &dice) else { return }
    let thread = threads[place]
    let isDue = book.promises.contains { $0.key.conversation == thread.id && $0.key.minute == 0 && $0.value.state == .open }
    let isRunning = chats.contains { $0.value.thread == place && !$0.value.isOver }
    do {
      _ = try await say(.close, in: thread, by: .visitor(siteOnline: true))
      steps.append("customer \(name(thread.customer)) closes the thread with expert \(name(thread.expert))")
      guard !isDue, !isRunning else { throw WentWrong() }
      (threads[place].isOpen, threads[place].accepts) = (false, false)
    } catch let refusal as Refusal {
      steps.append("customer \(name(thread.customer)) may not close: \(refusal.reason)")
      guard isDue || isRunning, refusal.reason == (isDue ? .answerDue : .minutesRunning) else { throw WentWrong() }
    }
  }

  // MARK: Chance and names

  func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &dice) == 0 }

  func name(_ account: AccountID) -> String {
    "\((customers.firstIndex(of: account) ?? experts.firstIndex(of: account)).map(String.init) ?? "?")"
  }

  func name(_ purchase: PurchaseID) -> String {
    bought.keys.sorted().firstIndex(of: purchase).map { "\($0 + 1)" } ?? "\(bought.count + 1)"
  }
}
