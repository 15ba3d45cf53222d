import NIOCore
import Wire

/// The part of the hub that lives on one event loop and is touched only there.
final class LoopHub {
  let eventLoop: any EventLoop
  private let limits: Limits
  private let loopCount: Int
  /// Told of each subscription that ends.
  private let left: @Sendable (_ topic: String) -> Void
  private var rooms: [String: Room] = [:]
  private var sessions: [ObjectIdentifier: Session] = [:]
  private var toFlush: [Session] = []
  private var heartbeat: RepeatedTask?
  /// The box in which the hub reaches this object, for closures that come back to it.
  private var box: NIOLoopBound<LoopHub> { NIOLoopBound(self, eventLoop: eventLoop) }

  private static let emptyPing = Packet(Ping(heads: [:]))

  /// Over how many seconds the clients of a node that stops come back, as the reason of their close frame; empty where they are so few that
  /// it does not matter. As of the first goodbye: those that follow have fewer beside them.
  private(set) lazy var spread: String = {
    let count = sessions.count * loopCount
    let seconds = (count + limits.returnsPerSecond - 1) / limits.returnsPerSecond
    return count * 2 > limits.returnsPerSecond ? String(seconds) : ""
  }()

  init(eventLoop: any EventLoop, limits: Limits, loopCount: Int, left: @escaping @Sendable (_ topic: String) -> Void) {
    self.eventLoop = eventLoop
    self.limits = limits
    self.loopCount = loopCount
    self.left = left
  }

  func add(_ session: Session) {
    sessions[ObjectIdentifier(session)] = session
    guard heartbeat == nil else { return }
    let box = box
    heartbeat = eventLoop.scheduleRepeatedTask(initialDelay: limits.tick, delay: limits.tick) { _ in box.value.beat(at: .now()) }
  }

  func remove(_ session: Session) {
    for member in session.memberships.values { takeOut(member) }
    session.memberships = [:]
    sessions[ObjectIdentifier(session)] = nil
    if sessions.isEmpty {
      heartbeat?.cancel()
      heartbeat = nil
    }
  }

  /// - Parameter session: nil when the connection has ended.
  func join(_ session: Session?, _ audience: Audience, _ ticket: Ticket) {
    // One that is closing has left its rooms, and would never leave this one.
    guard let session, session.isOpen else { return left(ticket.topic) }
    if let member = session.memberships[ticket.topic], member.audience == audience {
      // It counted already.
      left(ticket.topic)
      return member.rejoin(ticket)
    }
    leave(session, ticket.topic)
    let room = rooms[ticket.topic] ?? Room(topic: ticket.topic)
    rooms[ticket.topic] = room
    let member = Membership(session: session, room: room, audience: audience, ticket: ticket)
    room.add(member)
    session.memberships[ticket.topic] = member
  }

  func resume(_ session: Session, _ ticket: Ticket, _ answer: [Packet], at position: Int64) {
    for packet in answer { session.write(packet.bytes, as: .answer) }
    // An older request of the same topic: its answer is due, but the newer one says from where to go on.
    guard let member = session.memberships[ticket.topic], member.ticket == ticket else { return }
    member.resume(at: position, queueLimit: limits.queueBytes)
  }

  func leave(_ session: Session, _ topic: String) {
    if let member = session.memberships.removeValue(forKey: topic) { takeOut(member) }
  }

  func deliver(_ delivery: Delivery) {
    rooms[delivery.topic]?.deliver(delivery, queueLimit: limits.queueBytes)
  }

  func visit(_ act: (any ConnectionHandler, Connection) -> Void) {
    for session in sessions.values { act(session.handler, session.connection) }
  }

  var topics: [String] { Array(rooms.keys) }
  var sessionCount: Int { sessions.count }

  func count(of topic: String) -> Int { rooms[topic]?.members.count ?? 0 }

  /// One flush for all that a turn of the loop writes: a flush for each message is a system call for each message.
  func flushSoon(_ session: Session) {
    guard !session.flushIsDue else { return }
    session.flushIsDue = true
    toFlush.append(session)
    guard toFlush.count == 1 else { return }
    let box = box
    eventLoop.execute { box.value.flushAll() }
  }

  private func flushAll() {
    let due = toFlush
    toFlush.removeAll(keepingCapacity: due.count <= Self.keptFlushCapacity)
    for session in due { session.flush() }
  }

  private static let keptFlushCapacity = 1024

  private func takeOut(_ member: Membership) {
    let room = member.room
    room.remove(member)
    if room.members.isEmpty { rooms[room.topic] = nil }
    left(room.topic)
  }

  /// Looks at every deadline.
  func beat(at now: NIODeadline) {
    for session in Array(sessions.values) {
      if session.isSilent(since: now - limits.silence) || !session.isGreeted && now - session.openedAt > limits.hello {
        session.close(.silent)
      } else if session.isGreeted, now - session.pingedAt >= limits.pingEvery {
        session.pingedAt = now
        ping(session)
      }
    }
  }

  private func ping(_ session: Session) {
    var heads: [String: Int64] = [:]
    for (topic, member) in session.memberships { heads[topic] = member.takeNewHead() }
    session.write((heads.isEmpty ? Self.emptyPing : Packet(Ping(heads: heads))).bytes, as: .delivery)
  }
}
