import Base
import ConversationsCore
import Store
import TestKit

@testable import Conversations
@testable import Deals

/// Chats by the minute: who is there comes and goes, nodes with clocks of their own look early, late and twice, and die.
extension WholeHistory {
  private static let longestMoment: Int64 = 9_000

  /// Somebody asks for one, or one goes on for a while.
  func talk() async throws {
    let open = chats.filter { !$0.value.isOver }.keys.sorted()
    guard let id = try await open.isEmpty || chance(4) ? askForMinutes() : open.randomElement(using: &dice) else { return }
    var away: [MinuteSide: Int] = [:]
    for _ in 0..<Int.random(in: 5...22, using: &dice) where chats[id]?.isOver == false {
      if chance(40) { town.store.die(after: .random(in: 0..<5, using: &dice), chance(2) ? .before : .after) }
      try await live(through: id, &away)
      town.store.live()
      try await follow()
    }
  }

  /// A moment of a chat.
  private func live(through id: MinuteSessionID, _ away: inout [MinuteSide: Int]) async throws {
    town.clock.advance(milliseconds: .random(in: 2_500...Self.longestMoment, using: &dice))
    for node in nodes { try await tick(node) }
    noteDeath()
    for side in MinuteSide.allCases {
      if away[side] == nil, chance(30) { away[side] = .random(in: 1...9, using: &dice) }
      if let left = away[side] {
        away[side] = left > 1 ? left - 1 : nil
      } else {
        beat(side, of: id)
      }
    }
    try await settle()
    // What was found until now comes before what is done now.
    try await follow()
    try await happen(to: id)
    if chance(3) { try await look(at: id) }
    if chance(3) { try await runJobs() }
  }

  private func happen(to id: MinuteSessionID) async throws {
    guard let chat = chats[id] else { return }
    guard chat.acceptedAt != nil else {
      switch Int.random(in: 0..<10, using: &dice) {
      case 0..<6: try await act(.accept, .expert, of: id)
      case 6: try await act(.decline, .expert, of: id)
      case 7: try await act(.cancel, .customer, of: id)
      default: break
      }
      return
    }
    switch Int.random(in: 0..<30, using: &dice) {
    case 0: try await act(.end, chance(2) ? .customer : .expert, of: id)
    case 1 where chance(2): try await act(.rest, .expert, of: id)
    case 2, 3:
      try await act(.recharge, .customer, of: id)
      if chance(2) { try await topUp(for: id) }
    case 4: try await act(.proceed, .customer, of: id)
    case 5: try await topUp(for: id)
    case 6...10: try await write(.customer, in: id)
    case 11...15: try await write(.expert, in: id)
    case 16...19: try await type(chance(2) ? .customer : .expert, in: id)
    case 20 where nodes.count > 1: try await loseNode()
    default: break
    }
  }

  // MARK: Nodes

  /// What a node's loop does: it finds who is silent, and vouches for the others.
  private func tick(_ node: TownNode) async throws {
    node.desk.heartbeats.look(at: node.now)
    node.heard = node.heard.filter { now.milliseconds(since: $0.value) <= PlainChat.silence }
    guard chance(2) else { return }
    await town.program.deals.beat(node.desk, at: node.now)
    try await town.insist {}
    vouch(node)
  }

  private func vouch(_ node: TownNode) {
    for seat in node.heard.keys {
      node.vouched[seat] = now
      // Another node may take one that is slow for dead.
      if nodes.count > 1 { chats[seat.session]?.sign(of: seat.side, at: now) }
    }
  }

  private func loseNode() async throws {
    guard let node = nodes.last, node.isOther else { return }
    steps.append("a node dies, and another one comes")
    forget(node)
    try await start(node)
  }

  /// By how much another node's clock is ahead.
  func ahead() -> Int64 {
    let milliseconds = Int64.random(in: Heartbeats.clockGrainMilliseconds...4000, using: &dice)
    return chance(3) ? 0 : chance(2) ? milliseconds : -milliseconds
  }

  /// A node says at once that it is there.
  func start(_ node: TownNode) async throws {
    node.restart()
    let (town, run, now) = (town, node.desk.heartbeats.run, now)
    _ = try await town.insist {
      try await town.store.write { try $0.run("INSERT INTO meter_runs (id, beat_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", run, now) }
    }
  }

  /// The program was killed meanwhile.
  func noteDeath() {
    guard seenDeaths != town.deaths, let node = nodes.first else { return }
    seenDeaths = town.deaths
    forget(node)
  }

  /// Those for whom it vouched were there as far as anybody will ever know.
  private func forget(_ node: TownNode) {
    for (seat, moment) in node.vouched { chats[seat.session]?.sign(of: seat.side, at: moment) }
    for id in Set(node.heard.keys.map(\.session)) { chats[id]?.isCalm = false }
    (node.heard, node.vouched) = ([:], [:])
  }

  /// Everything that event loops queued is done: it was queued as this is, behind whoever waits for an answer.
  private func settle() async throws {
    defer { noteDeath() }
    let (town, open) = (town, chats.values.filter { !$0.isOver }.map { threads[$0.thread].id }.sorted())
    for conversation in open {
      try await town.insist { try await town.store.write(locking: [.conversation(conversation)], urgency: .background) { _ in } }
    }
  }

  private func beat(_ side: MinuteSide, of id: MinuteSessionID, isOver: Bool = false) {
    guard let chat = chats[id], let node = nodes.randomElement(using: &dice) else { return }
    let place = Heartbeats.Place(session: id, conversation: threads[chat.thread].id, side: side)
    node.desk.heartbeats.beat(place, isOver: isOver || chance(5), at: node.now)
    let seat = TownNode.Seat(session: id, side: side)
    // Whoever comes, or comes back after a pause, makes a node beat at once, for all whom it hears.
    let pause = Heartbeats.pauseSeconds * 1000
    if node.heard[seat].map({ now.milliseconds(since: $0) > pause }) ?? true { vouch(node) }
    chats[id]?.sign(of: side, at: now)
    node.heard[seat] = now
  }

  /// Whatever is due is done, by any node and as often as it likes.
  private func look(at id: MinuteSessionID) async throws {
    guard let chat = chats[id] else { return }
    let conversation = threads[chat.thread].id
    for _ in 0..<(chance(2) ? 2 : 1) {
      try await perform(in: conversation) { desk, session, now in try desk.look(in: conversation, at: now, in: session).news }
    }
  }

  /// Has a node do something about a thread's clock.
  private func perform(
    in conversation: ConversationID, _ work: @escaping @Sendable (MinuteDesk, any Session, Moment) throws -> [MinuteNews]
  ) async throws {
    guard let node = nodes.randomElement(using: &dice) else { return }
    let town = town
    try await town.insist {
      let (desk, ahead) = (node.desk, node.aheadMilliseconds)
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        town.program.conversations.minutes(in: conversation) { session, now in
          try work(desk, session, now.adding(milliseconds: ahead))
        } then: {
          continuation.resume(with: $0)
        }
      }
    }
    noteDeath()
  }

  // MARK: What the two do

  private func askForMinutes() async throws -> MinuteSessionID? {
    let free = threads.indices.filter { place in
      !threads[place].isLeft && !chats.values.contains { $0.thread == place && !$0.isOver }
    }
    guard let place = free.randomElement(using: &dice) else { return nil }
    let thread = threads[place]
    let isBusy = chats.values.contains { !$0.isOver && $0.acceptedAt != nil && threads[$0.thread].expert == thread.expert }
    let can = book.canPay(Int(minuteTerms.rate), Town.price.unit, of: thread.customer, at: now)
    do {
      for _ in 0..<(chance(4) ? 2 : 1) { try await act(MinuteWish(deed: .start, side: .customer, rate: minuteTerms.rate), in: thread) }
      steps.append("customer \(name(thread.customer)) asks expert \(name(thread.expert)) for a chat by the minute")
      guard !isBusy, can else { throw WentWrong() }
      try await follow()
      return chats.first { $0.value.thread == place && !$0.value.isOver }?.key
    } catch let refusal as Refusal {
      steps.append("customer \(name(thread.customer)) gets no chat by the minute: \(refusal.reason)")
      guard refusal.reason == (isBusy ? .expertBusy : .creditMissing), isBusy || !can else { throw WentWrong() }
      return nil
    }
  }

  private func act(_ deed: MinuteDeed, _ side: MinuteSide, of id: MinuteSessionID) async throws {
    guard let chat = chats[id] else { return }
    let (thread, at) = (threads[chat.thread], now)
    do {
      try await act(MinuteWish(deed: deed, side: side, rate: nil), in: thread)
      steps.append("\(deed) of chat \(chat.n)")
    } catch let refusal as Refusal {
      steps.append("\(deed) of chat \(chat.n) is refused: \(refusal.reason)")
      let isBusy = chats.values.contains { !$0.isOver && $0.acceptedAt != nil && threads[$0.thread].expert == thread.expert }
      switch refusal.reason {
      case .expertBusy where deed == .accept && isBusy: break
      case .minutesOver where deed == .accept || deed == .recharge || deed == .proceed: break
      case .rechargesUsed where deed == .recharge: break
      default: throw WentWrong()
      }
      return
    }
    switch deed {
    case .accept:
      if chat.acceptedAt == nil { chats[id]?.acceptedAt = at }
      threads[chat.thread].isOpen = true
    case .recharge: chats[id]?.isCalm = false
    // Whoever presses is there, however long their page was silent; then both pages say that they are.
    case .end, .rest:
      if chats[id]?.signs[side]?.last != at { chats[id]?.isCalm = false }
      chats[id]?.sign(of: side, at: at)
      for side in MinuteSide.allCases where !chance(4) { beat(side, of: id, isOver: true) }
      try await settle()
    default: break
    }
    if chats[id]?.activeAt == nil { chats[id]?.activeAt = at }
  }

  private func act(_ wish: MinuteWish, in thread: Thread) async throws {
    let town = town
    // What says no word of its own comes by any node.
    if [.end, .rest, .recharge, .proceed].contains(wish.deed) {
      let deal = Deal(customer: thread.customer, expert: thread.expert)
      return try await perform(in: thread.id) { desk, session, now in try desk.act(wish, for: deal, in: thread.id, at: now, in: session) }
    }
    let doer = wish.side == .customer ? Doer.visitor(siteOnline: true) : .agent(thread.expert)
    try await town.insist {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        town.program.conversations.act(wish, in: thread.id, by: doer, locking: []) { continuation.resume(with: $0) }
      }
    }
    noteDeath()
  }

  private func write(_ side: MinuteSide, in id: MinuteSessionID) async throws {
    guard let chat = chats[id] else { return }
    if side == .customer { return try await ask(in: chat.thread) }
    try await answer(in: chat.thread)
  }

  private func type(_ side: MinuteSide, in id: MinuteSessionID) async throws {
    guard let chat = chats[id], let node = nodes.randomElement(using: &dice) else { return }
    node.desk.heartbeats.typed(in: threads[chat.thread].id, by: side, at: node.now)
    try await settle()
  }

  /// Whoever writes is there. A clock that nobody writes under may have stopped.
  func noteActive(_ side: MinuteSide, in place: Int) {
    guard let id = chats.first(where: { $0.value.thread == place && !$0.value.isOver })?.key else { return }
    // Whoever had been silent for too long comes back with a heartbeat.
    let last = chats[id]?.signs[side]?.last
    if last.map({ now.milliseconds(since: $0) > PlainChat.silence }) ?? true { chats[id]?.isCalm = false }
    chats[id]?.sign(of: side, at: now)
    if let before = chats[id]?.activeAt, now.milliseconds(since: before) > 100_000 { chats[id]?.isCalm = false }
    chats[id]?.activeAt = now
  }

  /// The customer buys credit, and the clock hears of it.
  private func topUp(for id: MinuteSessionID) async throws {
    guard let chat = chats[id] else { return }
    let (customer, conversation) = (threads[chat.thread].customer, threads[chat.thread].id)
    try await buy(customer, credits: true)
    try await follow()
    for _ in 0..<2 { try await tell() }
    try await perform(in: conversation) { desk, session, now in try desk.credited(in: conversation, at: now, in: session) }
  }
}
