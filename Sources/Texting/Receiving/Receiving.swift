import Base
import Store

/// What a telephone sent to one of our numbers.
public struct InboundText: Sendable {
  let sid: String
  let from: String
  let to: String
  let text: String
  /// STOP or START as the gateway itself understood it.
  let choice: String?

  public init(sid: String, from: String, to: String, text: String, choice: String? = nil) {
    self.sid = sid
    self.from = from
    self.to = to
    self.text = text
    self.choice = choice
  }
}

/// What was made of it.
enum AnswerOutcome: String, CaseIterable, Sendable {
  case taken, refused, stopped, started
  /// From a telephone that is nobody's, or about nothing: it is counted, and nothing is said back.
  case dropped
}

extension Texting {
  /// Takes what a telephone says, each once. What it asks of the conversation happens in the transaction that notes that it came.
  public func receive(_ text: InboundText) async throws {
    guard let found = try await find(text) else { return }
    guard let answer = found.answer, let taker = answerTaker else {
      return try await store.write { [self] in _ = try note(found, as: found.outcome, in: $0) }
    }
    do {
      try await store.write(locking: taker.locks(answer)) { [self] session in
        guard try note(found, as: .taken, in: session) else { return }
        try taker.take(session, answer)
      }
    } catch is Refusal {
      try await store.write { [self] in _ = try note(found, as: .refused, in: $0) }
    }
  }

  /// What became of a text, as the gateway calls it.
  func note(_ status: String, code: Int64?, of id: TextMessageID, sid: String) async throws {
    let now = clock.now
    let isThere = ["delivered", "read"].contains(status)
    // Queued, sending, sent: nothing new.
    guard isThere || ["undelivered", "failed", "canceled"].contains(status) else { return }
    try await store.write { [self] session in
      let isNews = try session.noteDelivery(of: id, sid: sid, isThere: isThere, code: code, at: now)
      if isNews, !isThere { try tellLoss(of: id, in: session) }
    }
  }

  /// What a text means, as things stand.
  private struct Meaning: Sendable {
    let sid: String
    let phone: Phone?
    let outcome: AnswerOutcome
    let answer: TextAnswer?
  }

  /// - Returns: nil when it was taken in before.
  private func find(_ text: InboundText) async throws -> Meaning? {
    let digest = PhoneNumber(text.from).map(seal.digest)
    let (ours, now) = (PhoneNumber(text.to)?.text, clock.now)
    return try await store.read { session in
      guard try session.row("SELECT 1 FROM text_answers WHERE sid = $1", text.sid) == nil else { return nil }
      guard let phone = try digest.flatMap({ try session.phone(digest: $0) }), let ours else {
        return Meaning(sid: text.sid, phone: nil, outcome: .dropped, answer: nil)
      }
      switch text.choice.map({ Keyword($0) }) ?? Keyword(text.text) {
      case .stop: return Meaning(sid: text.sid, phone: phone, outcome: .stopped, answer: nil)
      case .start: return Meaning(sid: text.sid, phone: phone, outcome: .started, answer: nil)
      case nil: break
      }
      // A word for the gateway, such as HELP, and blanks answer nothing.
      guard text.choice == nil, text.text.contains(where: { !$0.isWhitespace }),
        let conversation = try session.carried(on: ours, to: phone.digest)
      else {
        return Meaning(sid: text.sid, phone: phone, outcome: .dropped, answer: nil)
      }
      let answer = TextAnswer(conversation: conversation, account: phone.account, text: text.text, sid: text.sid, at: now)
      return Meaning(sid: text.sid, phone: phone, outcome: .dropped, answer: answer)
    }
  }

  /// - Returns: false when it was noted before.
  private func note(_ found: Meaning, as outcome: AnswerOutcome, in session: any Session) throws -> Bool {
    let now = clock.now
    let isFirst = try session.run(
      "INSERT INTO text_answers (sid, account_id, outcome, at) VALUES ($1, $2, $3, $4) ON CONFLICT (sid) DO NOTHING", found.sid,
      found.phone?.account, outcome.rawValue, now)
    guard isFirst == 1, let phone = found.phone else { return isFirst == 1 }
    if outcome == .stopped { try session.setStopped(phone.digest, at: now) }
    if outcome == .started { try session.setStopped(phone.digest, at: nil) }
    return true
  }
}
