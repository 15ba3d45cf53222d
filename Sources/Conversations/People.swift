import Base
import ConversationsCore
import Store
import Wire

extension Session {
  /// What the thread says about who is in it, without who is there now.
  func peopleRows(of ids: [ConversationID]) throws -> [PeopleRow] {
    try ids.compactMap { id in
      guard let held = try held(id) else { return nil }
      return PeopleRow(conversation: id, site: held.site, visitor: held.visitor, name: held.visitorName, answerers: held.state.answerers)
    }
  }
}

struct PeopleRow: Sendable {
  let conversation: ConversationID
  let site: SiteID
  let visitor: VisitorID
  let name: String?
  let answerers: [Answerer]

  init(conversation: ConversationID, site: SiteID, visitor: VisitorID, name: String?, answerers: [Answerer]) {
    self.conversation = conversation
    self.site = site
    self.visitor = visitor
    self.name = name
    self.answerers = answerers
  }

  init(_ held: Held) {
    self.init(conversation: held.id, site: held.site, visitor: held.visitor, name: held.visitorName, answerers: held.state.answerers)
  }
}

extension People {
  init(_ row: PeopleRow, visitorOnline: Bool, status: (AccountID) -> AgentStatus) {
    self.init(
      visitor: Visitor(name: row.name, online: visitorOnline),
      agents: row.answerers.map { Agent(AgentParty($0), status: status($0.id), here: $0.here) })
  }
}
