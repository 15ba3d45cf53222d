import NIOCore
import Synchronization
import Wire

/// Joins connections to topics and hands them what is published.
///
/// Subscribing goes in three steps, so that nothing is missed and nothing comes twice: `join`, from which on everything is held back;
/// the caller reads the log or the state; `resume` with the answer and the number up to which it was read, after which what was held
/// back follows, without what the answer had. All of it may be called from anywhere.
///
/// A class, because the whole node shares it.
public final class Hub: Sendable {
  public let limits: Limits
  private let bus: any Bus
  private let loops: [NIOLoopBoundBox<LoopHub>]
  private let loopIndex: [ObjectIdentifier: Int]
  let followers: Followers
  let admissions: Admissions
  private let lastTicket = Atomic<UInt64>(0)
  private let lastPoll = Atomic<Int>(0)

  /// - Parameter group: the event loops of the server whose connections join.
  public init(group: any EventLoopGroup, bus: any Bus, limits: Limits = Limits()) {
    self.limits = limits
    admissions = Admissions(limits)
    self.bus = bus
    let eventLoops = Array(group.makeIterator())
    let followers = Followers(loops: eventLoops.count)
    self.followers = followers
    loops = eventLoops.enumerated().map { index, loop in
      let hub = LoopHub(eventLoop: loop, limits: limits, loopCount: eventLoops.count) { followers.remove($0, on: index) }
      return NIOLoopBoundBox.makeBoxSendingValue(hub, eventLoop: loop)
    }
    loopIndex = Dictionary(uniqueKeysWithValues: loops.enumerated().map { (ObjectIdentifier($1.eventLoop), $0) })
    bus.subscribe { [weak self] in self?.receive($0) }
  }

  /// Begins a subscription. From now on everything on the topic is held back for this connection until `resume`.
  public func join(_ topic: String, as audience: Audience, on connection: Connection) -> Ticket {
    let ticket = Ticket(topic: topic, number: lastTicket.add(1, ordering: .relaxed).newValue)
    let loop = index(of: connection.eventLoop)
    followers.add(topic, on: loop)
    connection.onLoopAnyway { [box = loops[loop]] session in box.value.join(session, audience, ticket) }
    return ticket
  }

  /// Sends the answer and, when the ticket is still the newest of its topic, what was held back after `position`.
  ///
  /// - Parameter position: the last number of the log that the answer has; anything for a state.
  public func resume(_ ticket: Ticket, on connection: Connection, answer: [Packet], position: Int64 = 0) {
    onLoop(connection) { $0.resume($1, ticket, answer, at: position) }
  }

  public func unsubscribe(_ topic: String, on connection: Connection) {
    onLoop(connection) { $0.leave($1, topic) }
  }

  public func unsubscribeAll(_ connection: Connection) {
    onLoop(connection) { hub, session in
      for topic in session.memberships.keys { hub.leave(session, topic) }
    }
  }

  /// Tells all nodes. Publications of one caller arrive in that order.
  public func publish(_ publication: Publication) { bus.publish(publication) }

  /// Tells the connections of this node alone.
  public func tellHere(_ publication: Publication) { bus.tellHere(publication) }

  /// Calls `act` for every connection of this node, on its event loop.
  public func visit(_ act: @escaping @Sendable (any ConnectionHandler, Connection) -> Void) {
    for box in loops { box.eventLoop.execute { box.value.visit(act) } }
  }

  /// Ends the connections whose handler is meant: signed out, deactivated, banned.
  public func revoke(_ code: CloseCode = .notSignedIn, where isMeant: @escaping @Sendable (any ConnectionHandler) -> Bool) {
    visit { handler, connection in
      if isMeant(handler) { connection.close(code) }
    }
  }

  /// How many connections of this node are in a topic.
  public func members(of topic: String) async throws -> Int {
    var count = 0
    for box in loops { count += try await box.eventLoop.submit { box.value.count(of: topic) }.get() }
    return count
  }

  /// What connections of this node follow.
  public func topics() async throws -> Set<String> {
    var topics: Set<String> = []
    for box in loops { topics.formUnion(try await box.eventLoop.submit { box.value.topics }.get()) }
    return topics
  }

  /// How many connections this node serves, polls included. Answers when every loop has.
  public func connectionCount() async throws -> Int {
    var count = 0
    for box in loops { count += try await box.eventLoop.submit { box.value.sessionCount }.get() }
    return count
  }

  /// Always through the queue of the loop, never directly: a publication must not overtake one that another thread has put there.
  private func receive(_ publication: Publication) {
    let there = followers.loops(of: publication.topic)
    if there.isEmpty { return }
    let delivery = Delivery(publication)
    for loop in there { loops[loop].eventLoop.execute { [box = loops[loop]] in box.value.deliver(delivery) } }
  }

  /// Polls take turns on the loops: no socket says on which one they are.
  func nextLoop() -> any EventLoop {
    loops[(lastPoll.wrappingAdd(1, ordering: .relaxed).newValue & Int.max) % loops.count].eventLoop
  }

  func loopHub(of eventLoop: any EventLoop) -> LoopHub { loops[index(of: eventLoop)].value }

  private func index(of eventLoop: any EventLoop) -> Int {
    guard let index = loopIndex[ObjectIdentifier(eventLoop)] else {
      preconditionFailure("The hub must stand on the event loops of its server")
    }
    return index
  }

  private func onLoop(_ connection: Connection, _ act: @escaping @Sendable (LoopHub, Session) -> Void) {
    connection.onLoop { session in act(self.loopHub(of: connection.eventLoop), session) }
  }
}
