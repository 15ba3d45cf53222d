import Base
import Foundation
import Store

extension JobKind {
  /// Tried for an hour and more; `TextKind.lifeSeconds` says when it is too late.
  static let sendText = JobKind("texts.send", retries: JobRetries(limit: 12, firstPauseSeconds: 10, longestPauseSeconds: 3600))
}

/// Texts on their way out.
extension Texting {
  /// For so long a number is one conversation's, after it was last used.
  static let pairSeconds: Int64 = 7 * 86_400
  /// What the house pays for one account's notices in 24 hours.
  public static let noticesPerDay: Int64 = 5
  /// Longer than a question to the gateway may take.
  private static let leaseSeconds: Int64 = 90

  /// Whether somebody has a telephone that takes texts.
  public func canReach(_ account: AccountID, in session: any Session) throws -> Bool {
    guard isOn, let phone = try session.phone(of: account) else { return false }
    return phone.stoppedAt == nil
  }

  /// What a conversation says to somebody's telephone, put down in the caller's transaction. It leaves from a number whose answers come back to
  /// this conversation.
  ///
  /// - Returns: false when there is no telephone that takes texts, or none of our numbers is free for it: nothing was put down.
  @discardableResult public func post(_ wish: TextWish, in session: any Session) throws -> Bool {
    guard try canReach(wish.account, in: session), let phone = try session.phone(of: wish.account) else { return false }
    let now = clock.now
    guard let ours = try session.number(of: settings.numbers.map(\.text), from: phone, for: wish.conversation, at: now) else {
      return false
    }
    try put(
      PostedText(
        id: ids.next(), account: wish.account, kind: .message, conversation: wish.conversation, digest: phone.digest, ours: ours,
        content: TextLength.fitted(wish.text, link: wish.link), postedAt: now, sealed: nil), key: wish.key, in: session)
    return true
  }

  /// Whether what was posted under a key will not come.
  public func isLost(_ key: String, in session: any Session) throws -> Bool { try session.isLost(key) }

  /// A notice for somebody who is elsewhere. No more than the house pays for.
  public func postNotice(_ text: String, link: String, to account: AccountID, key: String, in session: any Session) throws {
    guard try canReach(account, in: session), let phone = try session.phone(of: account) else { return }
    let now = clock.now
    guard try session.countTexts(.notice, to: account, since: now.adding(seconds: -Phones.daySeconds)) < Self.noticesPerDay else { return }
    let content = TextLength.fitted("\(text) \(link)", link: link)
    try put(.notice, ids.next(), to: phone.digest, of: account, content: content, key: key, at: now, in: session)
  }

  /// Something that is not to be answered.
  func put(
    _ kind: TextKind, _ id: TextMessageID, to digest: [UInt8], of account: AccountID, content: String, key: String, at now: Moment,
    in session: any Session
  ) throws {
    let numbers = settings.numbers.map(\.text)
    // A code has to come, and nobody answers one; a notice comes another way.
    guard let ours = try session.spareNumber(of: numbers, for: digest, at: now) ?? (kind == .code ? numbers.last : nil) else { return }
    try put(
      PostedText(
        id: id, account: account, kind: kind, conversation: nil, digest: digest, ours: ours, content: content, postedAt: now, sealed: nil),
      key: key, in: session)
  }

  private func put(_ text: PostedText, key: String, in session: any Session) throws {
    guard try session.insert(text, key: key) else { return }
    try jobs.enqueue(.sendText, payload: #"{"text": "\#(text.id)"}"#, dueAt: clock.now, in: session)
  }

  // MARK: The job

  /// None while it is off: what was posted waits, and most of it becomes too old.
  public var jobHandlers: [JobHandler] {
    guard isOn else { return [] }
    return [
      JobHandler.outside(
        .sendText, leaseSeconds: Self.leaseSeconds, { [self] job in try await send(Self.text(in: job.payload)) },
        complete: { [self] session, _, sent in if let sent { try keep(sent, in: session) } },
        buried: { [self] session, job in
          try settle(Self.text(in: job.payload), .failed(code: nil), in: session)
          return nil
        })
    ]
  }

  private struct Payload: Decodable { let text: TextMessageID }

  private static func text(in payload: String) throws -> TextMessageID {
    try JSONDecoder().decode(Payload.self, from: Data(payload.utf8)).text
  }

  private struct Sent: Sendable {
    let text: PostedText
    let fate: TextFate
  }

  /// - Returns: nil when there is nothing to send any more.
  private func send(_ id: TextMessageID) async throws -> Sent? {
    guard let text = try await store.read({ try $0.postedText(id) }) else { return nil }
    guard clock.now < text.postedAt.adding(seconds: text.kind.lifeSeconds), let sealed = text.sealed,
      let number = try seal.open(sealed, of: text.account)
    else { return Sent(text: text, fate: .dropped) }
    if let folder {
      try folder.write(TextFolder.Found(id: id, from: text.ours, to: number.text, text: text.content, at: text.postedAt))
      return Sent(text: text, fate: .sent(sid: "folder.\(id)"))
    }
    guard let gateway else { throw JobFailure.later(seconds: 3600, reason: "texts are off") }
    let callback = TextWebhooks.address(of: id, at: web.settings.baseAddress)
    switch try await gateway.send(text.content, to: number, from: text.ours, callback: callback) {
    case .taken(let sid): return Sent(text: text, fate: .sent(sid: sid))
    case .refused(let code): return Sent(text: text, fate: .failed(code: code))
    }
  }

  private func keep(_ sent: Sent, in session: any Session) throws {
    let (text, now) = (sent.text, clock.now)
    try settle(text.id, sent.fate, in: session)
    switch sent.fate {
    case .failed(TextGateway.stopped): try session.setStopped(text.digest, at: now)
    // What left last is what the telephone shows last, whatever was posted meanwhile.
    case .sent:
      if let conversation = text.conversation {
        try session.claimPhone(of: text.account, at: now)
        try session.carry(conversation, on: text.ours, to: text.digest, of: text.account, at: now)
      }
    case .failed, .dropped: break
    }
  }

  private func settle(_ id: TextMessageID, _ fate: TextFate, in session: any Session) throws {
    let isNews = try session.settleText(id, fate, at: clock.now)
    if isNews, fate.isLoss { try tellLoss(of: id, in: session) }
  }
}
