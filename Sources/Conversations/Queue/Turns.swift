import Base
import ConversationsCore
import Sites
import Store
import Wire

extension JobKind {
  /// Takes a chat back from whoever was asked, or had their turn, and did not come.
  static let endTransfer = JobKind("chat.endTransfer")
  /// Looks whether somebody came to who waits.
  static let noteWait = JobKind("chat.noteWait")
  /// Looks whether somebody answers in a chat that they joined.
  static let noteSilence = JobKind("chat.noteSilence")
}

/// A silent agent never keeps a chat (X5): whoever waits is somebody's turn (P2), then everybody's, then overdue; and whoever joined and says
/// nothing loses it. All of it as the rules of the website have it ([0029](../../docs/decisions/0029-turns.md)).
extension Conversations {
  /// What the clock does next, put down in the transaction that made it necessary; and whose turn it is.
  func keepTurns(after performed: inout Performed, at now: Moment, in session: any Session) throws {
    if performed.deal == nil, performed.beginsWait || performed.joins {
      let rules = try session.queueRules(at: performed.site)
      if performed.joins, rules.silenceSeconds > 0 {
        try look(.noteSilence, in: performed.conversation, at: now.adding(seconds: rules.silenceSeconds), in: session)
      }
      if performed.beginsWait, rules.waitSeconds > 0 {
        try look(.noteWait, in: performed.conversation, at: now.adding(seconds: rules.waitSeconds), in: session)
      }
      if performed.beginsWait, rules.inTurn { try offer(after: &performed, rules, at: now, in: session) }
    }
    try performed.expectColleague(jobs, in: session)
  }

  /// The looks at a conversation at their time; whoever came in between made them needless.
  var turnHandlers: [JobHandler] {
    [
      handler(.endTransfer) { [self] session, held, now in
        var performed = try session.perform(.endTransfer, in: held.id, by: .clock, at: now)
        let rules = try session.queueRules(at: held.site)
        // Nobody is called one after the other to a form that nobody filled in.
        if performed.endsOffer, rules.inTurn, held.state.chat?.written == true {
          try offer(after: &performed, rules, at: now, in: session)
        }
        return performed
      },
      handler(.noteWait) { [self] session, held, now in
        let limit = try session.queueRules(at: held.site).waitSeconds
        guard limit > 0, let chat = held.state.chat, chat.waitsForTeam, let since = chat.waitingSince else { return nil }
        if now >= since.adding(seconds: limit) {
          return try session.perform(.noteWait(seconds: limit), in: held.id, by: .clock, at: now)
        }
        // It is another wait than the one that this look was for.
        try look(.noteWait, in: held.id, at: since.adding(seconds: limit), in: session)
        return nil
      },
      handler(.noteSilence) { [self] session, held, now in
        let limit = try session.queueRules(at: held.site).silenceSeconds
        guard limit > 0, held.state.chat?.phase == .active else { return nil }
        let asked = try session.unanswered(in: held)
        // Who asked and went away waits for nobody's next minute.
        let isHere = presence.isHere(visitorKey(held.visitor, list: .visitors(held.site), conversation: held.id))
        // Whoever writes is not silent, though nothing was sent yet.
        let silentSince = asked.map { max($0, signs.last(in: held.id) ?? $0) }
        if let asked, let silentSince, isHere, now >= silentSince.adding(seconds: limit) {
          return try session.perform(.noteSilence(asked: asked, seconds: limit), in: held.id, by: .clock, at: now)
        }
        let due = silentSince.map { $0.adding(seconds: limit) }.flatMap { $0 > now ? $0 : nil } ?? now.adding(seconds: limit)
        try look(.noteSilence, in: held.id, at: due, in: session)
        return nil
      },
    ]
  }

  private func look(_ kind: JobKind, in conversation: ConversationID, at due: Moment, in session: any Session) throws {
    try jobs.enqueue(
      kind, uniqueKey: conversation.description, payload: #"{"conversation":"\#(conversation)"}"#, dueAt: due, in: session)
  }

  private func handler(
    _ kind: JobKind, _ work: @escaping @Sendable (any Session, Held, Moment) throws -> Performed?
  ) -> JobHandler {
    JobHandler(
      kind, locking: { payload in Self.conversation(in: payload).map { [.conversation($0)] } ?? [] },
      { [self] session, payload in
        let now = clock.now
        guard let conversation = Self.conversation(in: payload), let held = try session.held(conversation), held.deal == nil,
          var performed = try work(session, held, now)
        else { return nil as Performed? }
        try followRules(after: &performed, at: now, in: session)
        try keepTurns(after: &performed, at: now, in: session)
        try performed.expectNotices(jobs, at: now, in: session)
        return performed
      },
      committed: { [weak self] performed in
        if let performed { self?.announce(performed) }
      })
  }

  /// The chat is the next one's turn, if there is one.
  private func offer(after performed: inout Performed, _ rules: QueueRules, at now: Moment, in session: any Session) throws {
    let present = desk.team(of: performed.site).filter { desk.status(of: $0.account) == .online }
    guard !performed.entries.contains(where: \.isOffer), let held = try session.held(performed.conversation),
      let next = try session.takeTurn(among: present, in: held, capacity: rules.capacity, at: now)
    else { return }
    let offer = ConversationsCore.Command.offer(to: Colleague(id: next.account, name: next.name), seconds: rules.offerSeconds)
    performed = performed.followed(by: try session.perform(offer, in: performed.conversation, by: .clock, at: now))
  }
}

extension Performed {
  fileprivate var beginsWait: Bool { entries.contains(where: \.beginsWait) }
  fileprivate var joins: Bool { entries.contains { if case .agentJoined = $0.body { true } else { false } } }
  fileprivate var endsOffer: Bool { entries.contains { $0.body == .offerEnded } }
}

extension LoggedEntry {
  fileprivate var beginsWait: Bool {
    switch body {
    case .opened(_, offline: false), .formSent, .agentLeft(last: true, _), .transferEnded(last: true): true
    default: false
    }
  }

  fileprivate var isOffer: Bool { if case .offered = body { true } else { false } }
}
