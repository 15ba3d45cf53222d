import Base
import Ledger
import Store

@testable import Deals
@testable import Payments

/// What happens by itself is read from the books in their order, and must be what the plain book allows: minutes that are set aside, taken and given
/// back, packs that are bought by themselves, deadlines.
extension WholeHistory {
  private struct Line: Sendable {
    let entry: Int64
    let kind: String
    let amount: Int64
    let at: Moment
    let about: String
    let hold: Hold?
    let session: MinuteSessionID?
    let minute: Int64
  }

  private struct Row: Sendable {
    let session: MinuteSession
    /// The clock was stopped on purpose, or a minute could not be paid.
    let isDisturbed: Bool
    let findings: [String]
    /// What was recorded about it, for whoever has to find out what went wrong.
    let recorded: [String]
  }

  func follow() async throws {
    noteDeath()
    try await adoptChats()
    try await adoptRecharges()
    let (town, last) = (town, lastEntry)
    let lines = try await town.insist {
      try await town.store.read { session in
        try session.rows(
          """
          SELECT t.entry_id, t.kind, t.amount, t.at, t.about, t.hold_id, m.session_id, m.minute
          FROM transfers t
          LEFT JOIN minute_holds m ON m.hold_id = t.hold_id
          WHERE t.entry_id > $1 AND t.line = 0 AND t.kind IN ('hold', 'capture', 'release', 'sale')
          ORDER BY t.entry_id
          """, last
        ).map { row in
          Line(
            entry: row[0], kind: row[1], amount: row[2], at: row[3], about: row[4],
            hold: try (row[5] as HoldID?).flatMap { try session.hold($0) },
            session: row[6], minute: row[7] as Int64? ?? 0)
        }
      }
    }
    for line in lines {
      lastEntry = max(lastEntry, line.entry)
      if line.kind == "sale" {
        if let id = recharged.first(where: { "purchase.\($0)" == line.about }), let price = bought[id]?.price {
          learn([.paid(price)], about: id)
        }
      } else if let hold = line.hold {
        try follow(line, hold)
      }
    }
    try await examineChats()
  }

  private func follow(_ line: Line, _ hold: Hold) throws {
    let question = PlainBook.Question(conversation: hold.conversation, n: hold.n, minute: line.minute)
    holds[question] = hold.id
    guard let session = line.session else {
      // A question whose time is over. Everything else about questions was asked for.
      if line.kind == "release", let promise = book.promises[question], promise.state == .open, promise.due <= line.at {
        book.release(question, at: line.at)
      }
      return
    }
    guard var chat = chats[session] else { return wrong("a minute of a chat that nobody asked for") }
    switch line.kind {
    case "hold":
      // One after the other, and each once.
      chat.heldMinutes += 1
      guard line.minute == chat.heldMinutes, line.amount == chat.terms.rate,
        book.promise(question, Int(line.amount), hold.units.unit, of: hold.payer, to: hold.payee, due: hold.deadline, at: line.at)
      else { return wrong("minute \(line.minute) of chat \(chat.n) is set aside for \(line.amount)") }
    case "capture":
      guard book.promises[question]?.state == .open, line.amount <= book.held(question) else {
        return wrong("minute \(line.minute) of chat \(chat.n) is taken for \(line.amount)")
      }
      chat.taken += line.amount
      book.take(line.amount, of: question, at: line.at)
    default: book.release(question, at: line.at)
    }
    chats[session] = chat
  }

  private func wrong(_ what: String) {
    steps.append("WRONG: \(what)")
    isWrong = true
  }

  // MARK: Chats

  private func adoptChats() async throws {
    let (town, known) = (town, Set(chats.keys))
    let found = try await town.insist {
      try await town.store.read { session in
        try session.rows("SELECT id FROM minute_sessions WHERE state <> 'over' OR id > $1 ORDER BY id", known.max() ?? ID(rawValue: 0))
          .compactMap { row in
            known.contains(row[0]) ? nil : try session.minuteSession(row[0])
          }
      }
    }
    for session in found {
      guard let place = threads.firstIndex(where: { $0.id == session.conversation }) else { continue }
      let isFirst = !chats.values.contains { $0.thread == place && $0.acceptedAt != nil }
      let terms = PlainChat.Terms(
        rate: minuteTerms.rate, isByMinute: minuteTerms.increment == .minute, freeSeconds: isFirst ? minuteTerms.freeSeconds : 0)
      chats[session.id] = PlainChat(thread: place, terms: terms, n: session.n)
    }
  }

  /// What became of those that were open, beside the most that they may come to.
  private func examineChats() async throws {
    let (town, now, open) = (town, now, chats.filter { !$0.value.isOver }.keys.sorted())
    let rows = try await town.insist {
      try await town.store.read { session in
        try open.compactMap { id -> Row? in
          guard let found = try session.minuteSession(id) else { return nil }
          let kinds = "('rechargeBegan', 'refused', 'down')"
          return Row(
            session: found,
            isDisturbed: try session.row("SELECT 1 FROM minute_events WHERE session_id = $1 AND kind IN \(kinds)", id) != nil,
            findings: found.state == .over ? try session.minuteReplay(id, at: now)?.findings ?? ["is gone"] : [],
            recorded: try session.rows("SELECT at, kind, side FROM minute_events WHERE session_id = $1 ORDER BY number", id).map { row in
              "  recorded \(row[0] as Int64): \(row[1] as String) \(row[2] as String? ?? "")"
            })
        }
      }
    }
    for row in rows {
      guard let chat = chats[row.session.id] else { continue }
      if chat.taken > chat.price(of: chat.together(until: now)) {
        wrong("\(chat.taken) is taken for chat \(chat.n), of which both were there for \(chat.together(until: now)) ms")
      }
      if row.session.state == .over { examineBill(of: row, chat) }
    }
  }

  private func examineBill(of row: Row, _ chat: PlainChat) {
    let session = row.session
    chats[session.id]?.isOver = true
    let end = session.endedAt ?? now
    book.chatEnds[PlainBook.Question(conversation: session.conversation, n: chat.n)] = end
    let (most, billed) = (chat.together(until: nodes.count == 1 ? end : now), session.bill)
    steps.append("chat \(chat.n) is over (\(session.why?.rawValue ?? "")): \(billed.seconds) s for \(billed.units.count)")
    for finding in row.findings { wrong("chat \(chat.n) \(finding)") }
    if billed.seconds > chat.paidSeconds(of: most) {
      wrong("chat \(chat.n) bills \(billed.seconds) s, but both were there for \(most) ms")
      steps += row.recorded
      for (side, moments) in chat.signs { steps.append("  signs of the \(side): \(moments.map(\.milliseconds))") }
    }
    if billed.units.count != chat.taken { wrong("chat \(chat.n) bills \(billed.units.count), but \(chat.taken) was taken") }
    let least = chat.price(of: (billed.seconds + chat.terms.freeSeconds) * 1000)
    let isPriced =
      chat.terms.isByMinute
      ? [least, chat.price(of: (billed.seconds + chat.terms.freeSeconds) * 1000 + 999)].contains(billed.units.count)
      : billed.units.count == least
    if !isPriced { wrong("chat \(chat.n) bills \(billed.units.count) for \(billed.seconds) s") }
    for minute in 1...max(1, chat.heldMinutes)
    where book.held(PlainBook.Question(conversation: session.conversation, n: chat.n, minute: minute)) > 0 {
      wrong("minute \(minute) of chat \(chat.n) is still set aside")
    }
    let isEnded = [.customer, .expert, .rest].contains(session.why)
    let isCalm =
      nodes.count == 1 && chat.isCalm && isEnded && !row.isDisturbed
      && (chat.activeAt.map { end.milliseconds(since: $0) < 100_000 } ?? false)
    if isCalm, billed.seconds != chat.paidSeconds(of: chat.together(until: end)) {
      wrong("chat \(chat.n) bills \(billed.seconds) s, but both were there for \(chat.together(until: end)) ms and nothing happened")
    }
  }

  // MARK: Packs that are bought by themselves

  private func adoptRecharges() async throws {
    let town = town
    let made = try await town.insist {
      try await town.store.read { session in
        try session.rows("SELECT id FROM purchases WHERE by_recharge ORDER BY id").compactMap { try session.purchase($0[0]) }
      }
    }
    for purchase in made {
      if bought[purchase.id] == nil {
        guard isRechargeAllowed(purchase) else { return wrong("\(purchase.offer.total) are bought for who did not agree") }
        steps.append("\(purchase.offer.total) are bought by themselves: purchase \(name(purchase.id))")
        recharged.append(purchase.id)
        bought[purchase.id] = Bought(
          buyer: purchase.buyer, offer: purchase.offer, way: .test, at: purchase.createdAt, price: purchase.offer.price,
          units: purchase.offer.total, validDays: purchase.validDays)
      }
      // Whether it was asked for already only its job knows.
      let stages: [PurchaseState] = [.created, .pending, .declined, .cancelled, .expired]
      if bought[purchase.id]?.story.isPaid == false, let stage = stages.firstIndex(of: purchase.state) {
        bought[purchase.id]?.story.stage = stage
      }
    }
  }
}
