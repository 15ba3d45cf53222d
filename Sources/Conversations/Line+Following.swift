import Access
import Base
import Live
import NIOCore
import Wire

extension Line {
  /// Joins a topic, reads what was before, and answers with it.
  func subscribe(_ topic: Topic, since: Int64, id: String?, on connection: Connection) throws(Refusal) {
    guard state.withLock({ $0.topics.count < Self.topicLimit || $0.topics.contains(topic) }) else {
      throw Refusal(.tooManySubscriptions, arguments: ["limit": String(Self.topicLimit)])
    }
    state.withLock { state in
      if state.waiting[topic] == nil { state.waiting[topic] = [] }
    }
    connection.eventLoop.makeFutureWithTask { [self] in try await permit(topic) }
      .always { [self] _ in answerWaiting(for: topic, on: connection) }
      .flatMapWithEventLoop { [self] thing, loop in
        loop.makeFutureWithTask { [self] in try await follow(topic, of: thing, since: since, id: id, on: connection) }
      }
      .whenFailure { [self] error in refuse(error, id: id, on: connection) }
  }

  /// On the event loop, so that no later frame comes before these.
  private func answerWaiting(for topic: Topic, on connection: Connection) {
    let waiting = state.withLock { $0.waiting.removeValue(forKey: topic) } ?? []
    for (command, id) in waiting { answer(command, id: id, on: connection) }
  }

  /// Puts a command behind the subscription of its topic that is under way. One more than may wait is refused for a moment, because it
  /// must not overtake the others.
  func waits(_ command: WireCommand, id: String?, on connection: Connection) -> Bool {
    guard let topic = command.topic else { return false }
    let place = state.withLock { state -> Int? in
      guard let queue = state.waiting[topic] else { return nil }
      if queue.count < Self.waitingLimit { state.waiting[topic] = queue + [(command, id)] }
      return queue.count
    }
    if let place, place >= Self.waitingLimit { refuse(Refusal(.tooFast, retryAfterSeconds: 1), id: id, on: connection) }
    return place != nil
  }

  func unsubscribe(_ topic: Topic, id: String?, on connection: Connection) {
    forget(topic, on: connection)
    connection.send(Done(id: id))
  }

  /// Joining comes first and holds back what happens meanwhile, so nothing falls between the reading and the first delivery.
  func follow(_ topic: Topic, of thing: Thing, since: Int64, id: String?, on connection: Connection) async throws {
    let reader = reader
    let ticket = house.hub.join(topic.description, as: reader.audience, on: connection)
    do {
      // Once more after joining: who loses the right from here on is taken out of the topic, who lost it before would not be.
      try requireReading(thing)
      let (answer, position) = try await house.answer(topic, since: since, for: reader, id: id)
      try requireReading(thing)
      house.hub.resume(ticket, on: connection, answer: [answer], position: position)
    } catch {
      forget(topic, on: connection)
      throw error
    }
  }

  private func requireReading(_ thing: Thing) throws(Refusal) {
    guard actor.may(.read, thing) else { throw Refusal(.notFound) }
  }

  /// The bus lost something: what is missing is read from the log and sent as if it had come; a state is sent whole.
  func fellBehind(_ gap: Gap, on connection: Connection) {
    guard let topic = Topic(gap.ticket.topic) else { return }
    let reader = reader
    connection.eventLoop.makeFutureWithTask { [house] in try await house.missed(on: topic, gap, by: reader) }
      .whenComplete { [house] result in
        switch result {
        case .success(let (missed, position)): house.hub.resume(gap.ticket, on: connection, answer: missed, position: position)
        // What cannot be read now is read when the client comes back.
        case .failure: connection.close(.tooSlow)
        }
      }
  }

  /// Asks the door, and keeps for a chat what was allowed. Somebody else's thing and none at all look the same.
  @discardableResult
  func permit(_ topic: Topic) async throws -> Thing {
    guard case .chat(let conversation) = topic else {
      guard let thing = topic.thing else { throw Refusal(.notFound) }
      try requireReading(thing)
      state.withLock { _ = $0.topics.insert(topic) }
      return thing
    }
    guard let place = try await place(of: conversation) else { throw Refusal(.notFound) }
    let thing = place.thing
    try requireReading(thing)
    let mayNote = place.expert == nil && actor.may(.write, .notes(site: place.site))
    let rights = ChatRights(site: place.site, asker: place.visitor, mayWrite: actor.may(.write, thing), mayNote: mayNote)
    state.withLock { state in
      state.topics.insert(topic)
      state.chats[conversation] = rights
    }
    return thing
  }

  /// A visitor's own conversation was read when they said hello, and whose it is does not change.
  private func place(of conversation: ConversationID) async throws -> Place? {
    if case .visitor(let guest) = state.withLock({ $0.role }), guest.conversation == conversation {
      return Place(site: guest.site, visitor: guest.id, expert: guest.expert)
    }
    return try await house.place(of: conversation)
  }

  /// One look after the other: what was read first must not be believed last. On the event loop.
  func recheckInTurn(_ connection: Connection) -> EventLoopFuture<Void> {
    let before = state.withLock { $0.rechecked } ?? connection.eventLoop.makeSucceededVoidFuture()
    let look = before.flatMapWithEventLoop { [self] _, loop in loop.makeFutureWithTask { [self] in try await recheck(connection) } }
    state.withLock { $0.rechecked = look.recover { _ in } }
    return look
  }

  /// Rights changed, or a minute has passed: what is no longer allowed is left, and who is nobody any more has to go.
  private func recheck(_ connection: Connection) async throws {
    switch state.withLock({ $0.role }) {
    case .account: break
    case .visitor(let guest):
      guard let link = guest.link, try await !house.isOpen(link) else { return }
      return turnAway(Refusal(.linkVoid), .notSignedIn, on: connection)
    case .stranger, .greeting: return
    }
    guard let credential = state.withLock({ $0.credential }), let person = try await house.recognise(credential) else {
      return turnAway(Refusal(.signInNeeded), .notSignedIn, on: connection)
    }
    state.withLock { $0.role = .account(person) }
    for topic in state.withLock({ $0.topics }) {
      do {
        try await permit(topic)
      } catch let refusal as Refusal {
        forget(topic, on: connection)
        refuse(refusal, id: nil, topic: topic, on: connection)
      }
    }
  }

  func forget(_ topic: Topic, on connection: Connection) {
    state.withLock { state in
      state.topics.remove(topic)
      if case .chat(let conversation) = topic { state.chats[conversation] = nil }
    }
    house.hub.unsubscribe(topic.description, on: connection)
  }

  var reader: Reader { if case .visitor = actor { .visitor } else { .team } }
}

extension WireCommand {
  /// The chat that a command acts in; nil for what follows or leaves topics, and for what has none.
  fileprivate var topic: Topic? {
    switch self {
    case .open(let topic), .form(let topic, _), .offline(let topic, _, _), .send(let topic, _), .sendFile(let topic, _, _, _),
      .judge(let topic, _), .minutes(let topic, _, _), .beat(let topic, _, _), .rate(let topic, _), .tip(let topic, _, _, _),
      .revise(let topic, _), .note(let topic, _), .tag(let topic, _, _), .macro(let topic, _), .record(let topic, _, _),
      .typing(let topic, _, _), .view(let topic, _), .mark(let topic, _, _),
      .entrust(let topic), .begin(let topic, _), .join(let topic), .leave(let topic), .transfer(let topic, _, _, _), .close(let topic):
      topic
    case .read(let topic, _), .archive(let topic, _), .draft(let topic, _): topic
    case .hello, .subscribe, .unsubscribe, .status, .page, .pong: nil
    }
  }
}

extension Reader {
  var audience: Audience { self == .visitor ? .everybody : .team }
}

extension Topic {
  /// What the door is asked about; nil for a chat, of which only the database knows whose it is.
  var thing: Thing? {
    switch self {
    case .chat: nil
    case .site(let site): .siteStatus(site)
    case .agent(let account): .desk(account)
    case .notices(let account): .notices(account)
    case .threads(let account, let site): .threads(of: account, at: site)
    case .wallet(let account): .wallet(account)
    case .visitors(let site), .monitoring(let site): .visitors(site: site)
    }
  }
}
