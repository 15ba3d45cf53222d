import Base
import Foundation
import Outside
import Store

/// The jobs of mail.
extension Mail {
  /// Longer than a mail server may take (`SMTPDelivery.totalSeconds`).
  private static let leaseSeconds: Int64 = 180

  /// None while mail is off: what was posted waits for the day when it is on.
  public var jobHandlers: [JobHandler] {
    guard isOn else { return [sweeping] }
    let sending = JobHandler.outside(
      .sendLetter, leaseSeconds: Self.leaseSeconds,
      { [self] job in try await send(Self.letter(in: job.payload)) },
      complete: { [self] session, _, sent in
        guard let sent else { return }
        try keep(sent, in: session)
      },
      buried: { [self] session, job in
        let id = try Self.letter(in: job.payload)
        guard let posted = try session.letter(id) else { return nil }
        let outcome = LetterOutcome(kind: posted.letter.kind, key: posted.letter.key, at: clock.now, fate: .abandoned)
        try keep(Sent(id: id, address: posted.letter.recipient.address, outcome: outcome), in: session)
        return { [settled] in await settled.publish(outcome) }
      },
      committed: { [settled] sent in if let sent { await settled.publish(sent.outcome) } })
    return [sending, sweeping]
  }

  private var sweeping: JobHandler {
    JobHandler(.sweepLetters) { [self] session, _ in
      try session.sweepLetters(before: clock.now.adding(seconds: -Self.keptSeconds))
      try enqueueSweep(in: session)
    }
  }

  private struct Sent: Sendable {
    let id: LetterID
    let address: String
    let outcome: LetterOutcome
  }

  private struct Payload: Decodable {
    let letter: LetterID
  }

  private static func letter(in payload: String) throws -> LetterID {
    try JSONDecoder().decode(Payload.self, from: Data(payload.utf8)).letter
  }

  private func keep(_ sent: Sent, in session: any Session) throws {
    try session.settle(sent.id, sent.outcome)
    if case .bounced(let code, let text) = sent.outcome.fate, let address = MailAddress(sent.address) {
      try session.refuse(address, code: code, text: text, at: sent.outcome.at)
    }
    for note in keepers.withLock({ $0 }) { try note(session, sent.outcome) }
  }

  /// - Returns: nil when there is nothing to send any more.
  private func send(_ id: LetterID) async throws -> Sent? {
    guard let posted = try await store.read({ try $0.letter(id) }) else { return nil }
    let letter = posted.letter
    guard let to = MailAddress(letter.recipient.address) else { throw JobFailure.never(reason: "the address is none") }
    let fate = try await hand(try message(posted, id, to: to).bytes, id, to: to)
    return Sent(
      id: id, address: to.text, outcome: LetterOutcome(kind: letter.kind, key: letter.key, at: clock.now, fate: fate))
  }

  private func message(_ posted: PostedLetter, _ id: LetterID, to: MailAddress) throws -> Message {
    let letter = posted.letter
    return Message(
      // The same at each try, so that a mailbox can tell a repetition.
      id: "\(id)@\(settings.from.address.domain)", from: settings.from, to: to,
      toName: letter.recipient.name.flatMap { HeaderText.line($0, limit: HeaderText.nameLimit) },
      replyTo: letter.replyTo.flatMap(MailAddress.init), date: posted.postedAt, language: letter.recipient.language.code,
      unsubscribe: letter.unsubscribe,
      paper: try LetterPaper(letter, house: house, home: web.settings.baseAddress, web: web))
  }

  private func hand(_ message: [UInt8], _ id: LetterID, to: MailAddress) async throws -> LetterOutcome.Fate {
    switch settings.way {
    case .off: throw JobFailure.later(seconds: 3600, reason: "mail is off")
    case .folder(let path):
      try MailFolder(path: path).write(message, as: id)
      return .delivered
    case .server(let server):
      do {
        try await outside.deliver(
          SMTPDelivery(server: server, sender: settings.from.address.text, recipient: to.text, message: message))
        return .delivered
      } catch let refusal as SMTPRefusal where !refusal.mayPass {
        return try verdict(on: refusal)
      }
    }
  }

  /// 5xx is for ever, but not always for the recipient: what is wrong with us is put right by the owner, and tried again.
  private func verdict(on refusal: SMTPRefusal) throws -> LetterOutcome.Fate {
    switch refusal.step {
    case .recipient: return .bounced(code: refusal.code, text: refusal.text)
    // 5.1 is about the address, 5.2 about the mailbox (RFC 3463).
    case .letter where refusal.enhancedCode.map({ $0.hasPrefix("5.1.") || $0.hasPrefix("5.2.") }) == true:
      return .bounced(code: refusal.code, text: refusal.text)
    case .letter: throw JobFailure.never(reason: "\(refusal)")
    case .us: throw refusal
    }
  }
}
