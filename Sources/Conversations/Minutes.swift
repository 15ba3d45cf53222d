import Base
import ConversationsCore
import Store

/// What a look at a clock found.
public struct MinuteLook: Sendable {
  public let news: [MinuteNews]
  /// The clock runs no more, though what it came to may not be certain yet.
  let isOver: Bool

  public init(_ news: [MinuteNews], isOver: Bool) { (self.news, self.isOver) = (news, isOver) }
}

/// Chats by the minute: what happens to one stands in the log, in the transaction that makes it so.
extension Conversations {
  /// Queues what one of the two wants, in the order of the calls for this conversation.
  ///
  /// - Parameter rights: held by who gives or takes the right to answer there.
  func act(
    _ wish: MinuteWish, in conversation: ConversationID, by doer: Doer, locking rights: [Lock],
    then: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    // Whose clock runs is asked of one expert after the other.
    let locks = (doer.account.map { [Lock.account($0)] } ?? []) + rights
    noteTogether(in: conversation, locking: locks, urgency: .interactive, then: then) { [self] session, now in
      guard let deal = try session.held(conversation, answerers: false)?.deal else { throw Refusal(.minutesUnoffered) }
      let isAccepting = wish.deed == .accept
      if isAccepting { try session.requireRight(of: doer, toWriteIn: conversation) }
      let joined = isAccepting ? [try session.perform(.join, in: conversation, by: doer, at: now)] : []
      let news = try toll.act(wish, for: deal, in: conversation, at: now, in: session)
      return joined + (try write(news, in: conversation, by: wish.deed == .start ? doer : .clock, at: now, in: session))
    }
  }

  /// What a clock found, or was told: written with what it says, and published after the commit.
  public func minutes(
    in conversation: ConversationID, _ work: @escaping @Sendable (any Session, Moment) throws -> [MinuteNews],
    then: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    noteTogether(in: conversation, locking: [], urgency: .background, then: then) { [self] session, now in
      try write(try work(session, now), in: conversation, by: .clock, at: now, in: session)
    }
  }

  /// Queues several things that happen together, each a line of the log.
  func noteTogether(
    in conversation: ConversationID, locking locks: [Lock], urgency: Urgency,
    then: @escaping @Sendable (Result<Void, any Error>) -> Void,
    _ work: @escaping @Sendable (any Session, Moment) throws -> [Performed]
  ) {
    let now = clock.now
    store.submit(locking: [.conversation(conversation)] + locks, urgency: urgency) { session in
      try work(session, now)
    } completion: { [self] (result: Result<[Performed], any Error>) in
      if case .success(let performed) = result { announceTogether(performed, in: conversation) }
      then(result.map { _ in })
    }
  }

  private func announceTogether(_ performed: [Performed], in conversation: ConversationID) {
    for one in performed {
      announce(one)
      // An expert is called as by a question.
      for entry in one.entries {
        guard case .minutes(let news) = entry.body else { continue }
        if news.step == .offered { tell(one.list, .messageArrived(conversation, n: entry.n)) }
        if let expert = one.deal?.expert, [.started, .ended].contains(news.step) { occupied.note(expert, true) }
      }
    }
    // Who is there and how long the clock ran changes without a line.
    news.note(conversation, .deal)
  }

  /// A kind of job that looks at the clock of one thread.
  public func minuteJob(_ kind: JobKind, _ work: @escaping @Sendable (any Session, ConversationID, Moment) throws -> MinuteLook)
    -> JobHandler
  {
    JobHandler(
      kind, locking: { payload in Self.thread(in: payload).map { [.conversation($0)] } ?? [] },
      { [weak self] session, payload -> (ConversationID, [Performed], isOver: Bool)? in
        guard let conversation = Self.thread(in: payload), let self else { return nil }
        let now = self.clock.now
        let look = try work(session, conversation, now)
        return (conversation, try self.write(look.news, in: conversation, by: .clock, at: now, in: session), look.isOver)
      },
      committed: { [weak self] done in
        // A minute that was set aside or taken changes nothing that anybody is shown: their pages count on by themselves.
        // That it is over they are told before its line is written: only who knows can say that they were still there.
        guard let (conversation, performed, isOver) = done, isOver || !performed.isEmpty else { return }
        self?.announceTogether(performed, in: conversation)
      })
  }
}

extension Conversations {
  /// - Parameter doer: of the first line; the clock says the others.
  private func write(_ news: [MinuteNews], in conversation: ConversationID, by doer: Doer, at now: Moment, in session: any Session) throws
    -> [Performed]
  {
    let chat = newChat()
    let performed = try news.enumerated().map { index, one in
      try session.perform(.noteMinutes(newChat: chat, one), in: conversation, by: index == 0 ? doer : .clock, at: now)
    }
    for entry in performed.flatMap(\.entries) {
      guard case .minutes(let news) = entry.body, news.bill != nil else { continue }
      try toll.billed(entry.n, in: conversation, in: session)
    }
    return performed
  }
}
