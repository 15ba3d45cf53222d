import Base
import ConversationsCore
import Store
import Wire

extension Session {
  /// What the thread says about who is in it, without who is there now.
  func peopleRows(of ids: [ConversationID]) throws -> [PeopleRow] {
    try ids.compactMap { id in
      guard let held = try held(id) else { return nil }
      return PeopleRow(held, ahead: try ahead(of: held))
    }
  }
}

struct PeopleRow: Sendable {
  let conversation: ConversationID
  /// The live list that it stands in.
  let list: Topic
  let visitor: VisitorID
  let name: String?
  let answerers: [Answerer]
  let site: SiteID
  /// How many wait before the visitor; nil for who does not wait for a team.
  let ahead: Int64?
  /// Nobody came in time.
  let overdue: Bool

  init(_ held: Held, ahead: Int64?) {
    conversation = held.id
    list = .list(of: held.deal?.expert, at: held.site)
    visitor = held.visitor
    name = held.visitorName
    answerers = held.state.answerers
    site = held.site
    self.ahead = ahead
    overdue = held.state.chat?.overdue ?? false
  }
}

extension People {
  init(_ row: PeopleRow, visitorOnline: Bool, latelySeconds: Int64?, status: (AccountID) -> AgentStatus) {
    self.init(
      visitor: Visitor(name: row.name, online: visitorOnline),
      agents: row.answerers.map { Agent(AgentParty($0), status: status($0.id), here: $0.here) },
      queue: row.ahead.map { Queue(position: $0 + 1, latelySeconds: latelySeconds, overdue: row.overdue) })
  }
}
