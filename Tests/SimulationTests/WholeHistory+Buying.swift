import Base
import Ledger
import Meter
import Store
import TestKit

@testable import Conversations
@testable import ConversationsCore
@testable import Payments

extension WholeHistory {
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
  func write(about id: PurchaseID, _ price: Money) {
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

  func credit() async throws {
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

  func cancel() async throws {
    guard let (id, purchase) = pick({ !$0.story.isPaid }) else { return }
    let town = town
    try await town.insist { try await town.program.payments.cancel(id, by: purchase.buyer) }
    steps.append("purchase \(name(id)) is cancelled")
    if purchase.story.state(price: purchase.price.minor).isOpen { bought[id]?.story.hear(.cancelled, price: purchase.price) }
  }

  func refund() async throws {
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

  func state(of id: PurchaseID) async throws -> PurchaseState? {
    let town = town
    return try await town.insist { try await town.store.read { try $0.purchase(id)?.state } }
  }

  private func pick(_ isMeant: (Bought) -> Bool) -> (PurchaseID, Bought)? {
    bought.filter { isMeant($0.value) }.sorted { $0.key < $1.key }.randomElement(using: &dice).map { ($0.key, $0.value) }
  }
}
