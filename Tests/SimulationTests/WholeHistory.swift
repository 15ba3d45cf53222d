import Base
import Store
import TestKit

@testable import Conversations
@testable import ConversationsCore
@testable import Payments
@testable import Payouts

/// One history of a town: people buy, banks and providers tell in any order, people ask and answer, time jumps, the program dies. After every
/// step the town must be what `PlainBook` and the purchases' `Story` say.
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
    var isOpen = false
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
  var nextExpiry: Moment
  /// What was done, for whoever has to find out what went wrong.
  var steps: [String] = []

  var now: Moment { town.clock.now }

  init(seed: UInt64, town: Town) {
    self.seed = seed
    self.town = town
    dice = Dice(seed: seed)
    nextExpiry = town.clock.now.adding(seconds: 60)
  }

  func run(steps count: Int) async throws {
    (site, customers, experts) = try await town.settle(customers: 2, experts: 2)
    packs = try await town.store.read { session in
      try session.packsOnSale().filter { $0.plan == nil }.map { ($0, try session.validDays(ofPackOnSale: $0.id) ?? nil) }
    }
    for customer in customers {
      for expert in experts {
        threads.append(
          Thread(id: try await town.thread(of: customer, with: expert, at: site), customer: customer, expert: expert))
      }
    }
    for customer in customers { try await buy(customer, credits: true) }
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
      try await pass(step)
      let wrong = try await compare()
      guard wrong.isEmpty else {
        steps.append(contentsOf: wrong.map { "WRONG: \($0)" })
        throw WentWrong()
      }
    }
  }

  private func act(_ step: Int) async throws {
    switch Int.random(in: 0..<27, using: &dice) {
    case 0, 1: try await buy(customers.randomElement(using: &dice), credits: !chance(5))
    case 2...8: try await tell()
    case 9...15: try await ask()
    case 16...18: try await answer()
    case 19: try await sayAgain()
    case 20: try await close()
    case 21, 22: try await refund()
    case 23, 24: try await payOut()
    case 25: try await settlePayout()
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
    try await town.runJobs()
    steps.append("\(seconds) s pass, and jobs are done")
    // What ended goes once a minute.
    if nextExpiry <= now {
      book.expire(at: now)
      nextExpiry = now.adding(seconds: 60)
    }
    book.keepDeadlines(at: now)
    for (id, purchase) in bought where !purchase.story.isPaid && purchase.story.stage < 4 {
      let end: Int64 = purchase.way == .bank ? 30 * 86_400 : 86_400
      // Whether it was asked about since is the provider's calendar; that it is never over earlier is ours.
      guard now.milliseconds(since: purchase.at) >= end * 1000 else { continue }
      if try await state(of: id) == .expired { bought[id]?.story.hear(.expired, price: purchase.price) }
    }
  }

  // MARK: Buying

  private func buy(_ buyer: AccountID?, credits: Bool) async throws {
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
  private func tell() async throws {
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
  private func learn(_ facts: [PurchaseFact], about id: PurchaseID) {
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

  private func ask() async throws {
    let (place, client, content) = (Int.random(in: 0..<threads.count, using: &dice), "q\(seed).\(steps.count)", content())
    let (thread, price) = (threads[place], Town.price)
    let open = book.promises.values.count { $0.payee == thread.expert && $0.state == .open }
    do {
      let said = try await say(
        .send(newChat: town.program.ids.next(), ConversationsCore.Message(clientID: client, content: content)), in: thread,
        by: .visitor(siteOnline: true))
      steps.append("customer \(name(thread.customer)) asks expert \(name(thread.expert)): \(said.acknowledged?.n ?? 0)")
      guard let n = said.acknowledged?.n, open < Town.openLimit,
        book.promise(
          PlainBook.Question(conversation: thread.id, n: n), Int(price.count), price.unit, of: thread.customer, to: thread.expert,
          due: now.adding(seconds: 3600), at: now)
      else { throw WentWrong() }
      messages.append(Message(thread: place, client: client, content: content, isQuestion: true, n: n))
      threads[place].isOpen = true
    } catch let refusal as Refusal {
      steps.append("customer \(name(thread.customer)) may not ask expert \(name(thread.expert)): \(refusal.reason)")
      guard refusal.reason == (open < Town.openLimit ? .creditMissing : .intakeFull) else { throw WentWrong() }
      var after = book
      let enough = after.promise(
        PlainBook.Question(conversation: thread.id, n: -1), Int(price.count), price.unit, of: thread.customer, to: thread.expert, due: now,
        at: now)
      guard !enough || open >= Town.openLimit else { throw WentWrong() }
    }
  }

  private func answer() async throws {
    let open = threads.indices.filter { threads[$0].isOpen }
    // Rather where somebody waits.
    let waiting = open.filter { place in
      book.promises.contains { $0.key.conversation == threads[place].id && $0.value.state == .open }
    }
    guard let place = (waiting.isEmpty ? open : waiting).randomElement(using: &dice) else { return }
    let (thread, client, content) = (threads[place], "a\(seed).\(steps.count)", content())
    _ = try await say(.join, in: thread, by: .agent(thread.expert))
    let said = try await say(
      .send(newChat: town.program.ids.next(), ConversationsCore.Message(clientID: client, content: content)), in: thread,
      by: .agent(thread.expert))
    steps.append("expert \(name(thread.expert)) answers customer \(name(thread.customer)): \(said.acknowledged?.n ?? 0)")
    guard let n = said.acknowledged?.n else { throw WentWrong() }
    messages.append(Message(thread: place, client: client, content: content, isQuestion: false, n: n))
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
    let isDue = book.promises.contains { $0.key.conversation == thread.id && $0.value.state == .open }
    do {
      _ = try await say(.close, in: thread, by: .visitor(siteOnline: true))
      steps.append("customer \(name(thread.customer)) closes the thread with expert \(name(thread.expert))")
      guard !isDue else { throw WentWrong() }
      threads[place].isOpen = false
    } catch let refusal as Refusal {
      steps.append("customer \(name(thread.customer)) may not close: \(refusal.reason)")
      guard isDue, refusal.reason == .answerDue else { throw WentWrong() }
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
