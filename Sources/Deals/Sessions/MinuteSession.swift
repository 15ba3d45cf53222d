import Base
import Conversations
import FoundationEssentials
import Ledger
import Meter
import Store
import Synchronization
import Wire

extension Kinds {
  public enum MeterRun {}
}

/// One run of the program: a node that was started again is another one.
public typealias MeterRunID = ID<Kinds.MeterRun>

/// A chat by the minute, as its row has it.
struct MinuteSession: Sendable {
  enum State: String, Sendable {
    case offered, running, over
  }

  let id: MinuteSessionID
  let conversation: ConversationID
  let site: SiteID
  let deal: Deal
  let unit: CreditUnit
  let terms: TermsID
  let commission: Int64
  let agreed: MeterTerms
  var state: State
  let n: Int64
  let offeredAt: Moment
  var endedAt: Moment?
  var why: MinuteReason?
  var settled: Int64 = 0
  var said: [MinuteNews.Step: Int] = [:]
  /// It goes on when there is more credit than this.
  var waitsAbove: Int64?
  var bill: MinuteBill
  /// Of the free seconds, the last ones, those that the house pays for, and how many of them were used.
  var giftSeconds: Int64 = 0
  var giftUsed: Int64 = 0

  /// How many of them are used when the clock ran for so many milliseconds.
  func gifted(ran: Int64) -> Int64 { max(0, min(ran / 1000 - (agreed.freeSeconds - giftSeconds), giftSeconds)) }

  func side(of account: AccountID) -> MinuteSide? {
    account == deal.customer ? .customer : account == deal.expert ? .expert : nil
  }
}

extension Session {
  private static var minuteColumns: String {
    """
    id, conversation_id, site_id, customer_id, expert_id, unit, terms_id, commission, agreed, state, n, offered_at, ended_at, why, settled,
    said, waits_above, seconds, units, gift_seconds, gift_used
    """
  }

  func minuteSession(_ id: MinuteSessionID) throws -> MinuteSession? {
    try row("SELECT \(Self.minuteColumns) FROM minute_sessions WHERE id = $1", id).map(MinuteSession.init)
  }

  /// The one that a thread has open.
  func openMinutes(in conversation: ConversationID) throws -> MinuteSession? {
    try row("SELECT \(Self.minuteColumns) FROM minute_sessions WHERE conversation_id = $1 AND state <> 'over'", conversation)
      .map(MinuteSession.init)
  }

  /// The latest that came to a clock: what its seconds cost, or that none did, is said in a line of its own.
  func lastMinutes(in conversation: ConversationID) throws -> MinuteSessionID? {
    try row(
      """
      SELECT id
      FROM minute_sessions
      WHERE conversation_id = $1 AND state = 'over' AND (units > 0 OR seconds > 0 OR gift_used > 0 OR end_n IS NOT NULL)
      ORDER BY id DESC
      LIMIT 1
      """, conversation)?[0]
  }

  /// The latest that is over.
  func endedMinutes(in conversation: ConversationID) throws -> MinuteSessionID? {
    try row("SELECT id FROM minute_sessions WHERE conversation_id = $1 AND state = 'over' ORDER BY id DESC LIMIT 1", conversation)?[0]
  }

  func isBusyByMinute(_ expert: AccountID) throws -> Bool {
    try row("SELECT 1 FROM minute_sessions WHERE expert_id = $1 AND state = 'running'", expert) != nil
  }

  /// Whether a customer's clock ever ran with an expert: only the first time begins for nothing.
  func hadMinutes(_ deal: Deal) throws -> Bool {
    try row(
      "SELECT 1 FROM minute_sessions WHERE customer_id = $1 AND expert_id = $2 AND state <> 'offered' AND (why IS NULL OR why NOT IN "
        + "('declined', 'cancelled', 'unanswered')) LIMIT 1", deal.customer, deal.expert) != nil
  }

  func insert(_ session: MinuteSession) throws {
    try run(
      """
      INSERT INTO minute_sessions (id, conversation_id, site_id, customer_id, expert_id, unit, terms_id, commission, agreed, state, n, offered_at,
        gift_seconds)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      """, session.id, session.conversation, session.site, session.deal.customer, session.deal.expert, session.unit.rawValue,
      session.terms, session.commission, session.agreed.json, session.state.rawValue, session.n, session.offeredAt, session.giftSeconds)
  }

  func save(_ session: MinuteSession) throws {
    try run(
      """
      UPDATE minute_sessions
      SET state = $2, ended_at = $3, why = $4, settled = $5, said = $6, waits_above = $7, seconds = $8, units = $9, gift_used = $10
      WHERE id = $1
      """, session.id, session.state.rawValue, session.endedAt, session.why?.rawValue, session.settled, session.saidText,
      session.waitsAbove, session.bill.seconds, session.bill.units.count, session.giftUsed)
  }

  // MARK: What was recorded

  func meterEvents(of session: MinuteSessionID) throws -> [MeterEvent] {
    try rows("SELECT at, kind, side, amount, why FROM minute_events WHERE session_id = $1 ORDER BY number", session).map { row in
      MeterEvent(MeterEvent.Fact(kind: row[1], side: row[2], amount: row[3], why: row[4]), at: row[0])
    }
  }

  /// - Parameter known: how many there are already.
  func append(_ events: [MeterEvent], after known: Int, to session: MinuteSessionID) throws {
    for (index, event) in events.enumerated() {
      let (kind, side, amount, why) = event.fact.columns
      try run(
        "INSERT INTO minute_events (session_id, number, at, kind, side, amount, why) VALUES ($1, $2, $3, $4, $5, $6, $7)", session,
        known + index + 1, event.at, kind, side?.rawValue, amount, why?.rawValue)
    }
  }

  // MARK: What was set aside

  func note(_ hold: HoldID, forMinute minute: Int64, of session: MinuteSessionID) throws {
    try run("INSERT INTO minute_holds (session_id, minute, hold_id) VALUES ($1, $2, $3)", session, minute, hold)
  }

  func hold(ofMinute minute: Int64, of session: MinuteSessionID) throws -> Hold? {
    let id: HoldID? = try row("SELECT hold_id FROM minute_holds WHERE session_id = $1 AND minute = $2", session, minute)?[0]
    return try id.flatMap { try hold($0) }
  }

  func minuteSession(ofHold hold: HoldID) throws -> MinuteSessionID? {
    try row("SELECT session_id FROM minute_holds WHERE hold_id = $1", hold)?[0]
  }
}

extension MinuteSession {
  fileprivate static let agreements = Memo<MeterTerms>()
  fileprivate static let countsOfLines = Memo<[String: Int]>()

  fileprivate init(_ row: Row) {
    let unit = CreditUnit(stored: row[5])
    id = row[0]
    conversation = row[1]
    site = row[2]
    deal = Deal(customer: row[3], expert: row[4])
    self.unit = unit
    terms = row[6]
    commission = row[7]
    agreed = MeterTerms(json: row[8])
    guard let state = State(rawValue: row[9]) else { preconditionFailure("A chat by the minute is in a state of ours") }
    self.state = state
    n = row[10]
    offeredAt = row[11]
    endedAt = row[12]
    why = (row[13] as String?).flatMap(MinuteReason.init)
    settled = row[14]
    waitsAbove = row[16]
    bill = MinuteBill(seconds: row[17], units: Units(row[18], unit))
    giftSeconds = row[19]
    giftUsed = row[20]
    let counts = Self.countsOfLines.read(row[15]) ?? [:]
    said = Dictionary(uniqueKeysWithValues: counts.compactMap { word, count in MinuteNews.Step(rawValue: word).map { ($0, count) } })
  }

  fileprivate var saidText: String {
    "{" + said.map { ("\"\($0.key.rawValue)\"", $0.value) }.sorted { $0.0 < $1.0 }.map { "\($0.0):\($0.1)" }.joined(separator: ",") + "}"
  }
}

extension MeterTerms {
  fileprivate var json: String {
    guard let data = try? JSONEncoder().encode(self) else { preconditionFailure("Numbers and a word can be written") }
    return String(decoding: data, as: UTF8.self)
  }

  fileprivate init(json: String) {
    guard let terms = MinuteSession.agreements.read(json) else { preconditionFailure("What was agreed can be read") }
    self = terms
  }
}

/// What rows say in JSON, read once: thousands of chats say the same, and to read it took most of a look.
private final class Memo<Value: Decodable & Sendable>: Sendable {
  private static var limit: Int { 1000 }
  private let known = Mutex<[String: Value]>([:])

  /// - Returns: nil for what cannot be read.
  func read(_ json: String) -> Value? {
    if let value = known.withLock({ $0[json] }) { return value }
    guard let value = try? JSONDecoder().decode(Value.self, from: Data(json.utf8)) else { return nil }
    known.withLock { known in
      if known.count >= Self.limit { known = [:] }
      known[json] = value
    }
    return value
  }
}

extension MeterEvent.Fact {
  fileprivate var columns: (kind: String, side: MinuteSide?, amount: Int64?, why: MinuteReason?) {
    switch self {
    case .offered: ("offered", nil, nil, nil)
    case .accepted: ("accepted", nil, nil, nil)
    case .declined: ("declined", nil, nil, nil)
    case .here(let side): ("here", side, nil, nil)
    case .gone(let side): ("gone", side, nil, nil)
    case .heard(let side): ("heard", side, nil, nil)
    case .active(let side): ("active", side, nil, nil)
    case .down(let until): ("down", nil, until.milliseconds, nil)
    case .held(let minute): ("held", nil, minute, nil)
    case .refused(let minute, let why): ("refused", nil, minute, why)
    case .low: ("low", nil, nil, nil)
    case .rechargeBegan: ("rechargeBegan", nil, nil, nil)
    case .rechargeEnded: ("rechargeEnded", nil, nil, nil)
    case .rested: ("rested", nil, nil, nil)
    case .ended(let side): ("ended", side, nil, nil)
    }
  }

  fileprivate init(kind: String, side word: String?, amount: Int64?, why: String?) {
    let side = word.flatMap(MinuteSide.init)
    switch (kind, side, amount) {
    case ("offered", _, _): self = .offered
    case ("accepted", _, _): self = .accepted
    case ("declined", _, _): self = .declined
    case ("here", .some(let side), _): self = .here(side)
    case ("gone", .some(let side), _): self = .gone(side)
    case ("heard", .some(let side), _): self = .heard(side)
    case ("active", .some(let side), _): self = .active(side)
    case ("down", _, .some(let until)): self = .down(until: Moment(milliseconds: until))
    case ("held", _, .some(let minute)): self = .held(minute: minute)
    case ("refused", _, .some(let minute)): self = .refused(minute: minute, why.flatMap(MinuteReason.init) ?? .funds)
    case ("low", _, _): self = .low
    case ("rechargeBegan", _, _): self = .rechargeBegan
    case ("rechargeEnded", _, _): self = .rechargeEnded
    case ("rested", _, _): self = .rested
    case ("ended", .some(let side), _): self = .ended(side)
    default: preconditionFailure("\(kind) is recorded about no chat by the minute")
    }
  }
}
