import NIOCore

/// Names one subscription of a connection. A newer one of the same topic makes it stale.
public struct Ticket: Hashable, Sendable {
  public let topic: String
  let number: UInt64
}

/// A subscription of a session to a room: how far it was told, and what waits until it has read the rest.
///
/// A class, because the room and the session hold the same one.
final class Membership {
  /// A session takes its memberships out of their rooms before it goes, so neither outlives the other.
  unowned let session: Session
  unowned let room: Room
  let audience: Audience
  /// Where it stands in its room.
  var index = 0
  private(set) var ticket: Ticket
  /// The last number of the log that was sent.
  private var position: Int64 = 0
  /// The head that the last ping told.
  private var pingedHead: Int64 = 0
  /// What came since joining, in order; nil once the answer was sent.
  private var held: [Delivery.Part]? = []
  private var heldBytes = 0
  /// Where the last gap was found; a second one at the same place could never be filled.
  private var gapPosition: Int64?

  init(session: Session, room: Room, audience: Audience, ticket: Ticket) {
    self.session = session
    self.room = room
    self.audience = audience
    self.ticket = ticket
  }

  /// Begins to hold everything back, because the client asked once more.
  func rejoin(_ ticket: Ticket) {
    self.ticket = ticket
    held = held ?? []
  }

  /// The log was read up to `position`: goes on with what came meanwhile, without what was read.
  func resume(at position: Int64, queueLimit: Int) {
    self.position = position
    pingedHead = max(pingedHead, position)
    room.note(head: position, for: audience)
    let waiting = held ?? []
    held = nil
    heldBytes = 0
    for part in waiting { take(part, queueLimit: queueLimit) }
  }

  func take(_ part: Delivery.Part, queueLimit: Int) {
    if held != nil { return hold(part, queueLimit) }
    switch part {
    case .event(let packet): session.write(packet.bytes, as: .delivery)
    case .entry(let n, let after, let packet):
      guard n > position else { return }
      guard after <= position else { return findGap(before: part, queueLimit) }
      position = n
      session.write(packet.bytes, as: .delivery)
    case .head(let n):
      // Reading from here has brought nothing already: there is nothing that this member may see.
      guard n > position, gapPosition != position else { return }
      findGap(before: part, queueLimit)
    case .stale: findGap(isOfAll: true)
    }
  }

  /// The head that the client was not yet told by a ping.
  func takeNewHead() -> Int64? {
    let head = room.head(for: audience)
    guard head > pingedHead else { return nil }
    pingedHead = head
    return head
  }

  private func hold(_ part: Delivery.Part, _ queueLimit: Int) {
    heldBytes += part.byteCount
    guard heldBytes <= queueLimit else { return session.close(.tooSlow) }
    // Once is enough, however often somebody doubts.
    if case .stale = part, case .stale? = held?.last { return }
    held?.append(part)
  }

  private func findGap(before part: Delivery.Part, _ queueLimit: Int) {
    guard gapPosition != position else { return session.close(.serverError) }
    gapPosition = position
    findGap(isOfAll: false)
    hold(part, queueLimit)
  }

  /// From here on everything is held back until the handler has read what is missing.
  private func findGap(isOfAll: Bool) {
    held = []
    let gap = Gap(ticket: ticket, position: position, isOfAll: isOfAll)
    // Not at once: the handler may join and leave rooms, and the room is being walked through.
    session.connection.eventLoop.execute { [handler = session.handler, connection = session.connection] in
      handler.fellBehind(gap, on: connection)
    }
  }
}
