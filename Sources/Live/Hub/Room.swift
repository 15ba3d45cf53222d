/// The members of one topic on one event loop. A class, because members and hub share it.
final class Room {
  let topic: String
  private(set) var members: [Membership] = []
  private var publicHead: Int64 = 0
  private var teamHead: Int64 = 0

  init(topic: String) { self.topic = topic }

  func add(_ member: Membership) {
    member.index = members.count
    members.append(member)
  }

  /// The last member takes the free place, so that a full room is left as fast as an empty one.
  func remove(_ member: Membership) {
    guard let last = members.popLast(), last !== member else { return }
    last.index = member.index
    members[member.index] = last
  }

  func deliver(_ delivery: Delivery, queueLimit: Int) {
    switch delivery.content {
    case .entry(let n, let everybody, let team):
      if everybody != nil { note(head: n, for: .everybody) }
      if team != nil { note(head: n, for: .team) }
    case .head(let everybody, let team):
      if let everybody { note(head: everybody, for: .everybody) }
      if let team { note(head: team, for: .team) }
    case .event, .stale: break
    }
    let publicPart = delivery.part(for: .everybody)
    let teamPart = delivery.part(for: .team)
    // A session that turns out to be too slow leaves while this runs; the loop goes on over the members as they were.
    for member in members {
      guard let part = member.audience == .team ? teamPart : publicPart else { continue }
      member.take(part, queueLimit: queueLimit)
    }
  }

  func head(for audience: Audience) -> Int64 {
    switch audience {
    case .everybody: publicHead
    case .team: teamHead
    }
  }

  func note(head: Int64, for audience: Audience) {
    switch audience {
    case .everybody: publicHead = max(publicHead, head)
    case .team: teamHead = max(teamHead, head)
    }
  }
}
