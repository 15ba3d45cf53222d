import Base

/// A conversation in the live list of a site (ROW in `docs/protocol.md`). One with a `revision` not above the held one is dropped.
public struct ConversationRow: Hashable, Sendable, JSONWritable {
  public let conversation: ConversationID
  public let site: SiteID
  public let revision: Int64
  public let visitor: Visitor
  public let chat: Chat
  public let last: Last?
  public let activeAt: Moment
  public let head: Int64
  /// How many messages the visitor sent, and how many of them the team saw: unread is the difference.
  public let asked: Int64
  public let teamSeen: Int64
  public let agents: [Agent]
  /// What the team calls it by; the desk has their names.
  public let tags: [TagID]
  /// Questions that wait for a paid answer.
  public let deal: DealView.Waiting?

  public init(
    conversation: ConversationID, site: SiteID, revision: Int64, visitor: Visitor, chat: Chat, last: Last?, activeAt: Moment, head: Int64,
    asked: Int64, teamSeen: Int64, agents: [Agent], tags: [TagID] = [], deal: DealView.Waiting?
  ) {
    self.conversation = conversation
    self.site = site
    self.revision = revision
    self.visitor = visitor
    self.chat = chat
    self.last = last
    self.activeAt = activeAt
    self.head = head
    self.asked = asked
    self.teamSeen = teamSeen
    self.agents = agents
    self.tags = tags
    self.deal = deal
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("conversation", conversation)
      object.field("site", site)
      object.field("revision", revision)
      object.field("visitor", visitor)
      object.field("chat", chat)
      object.field("last", last)
      object.field("activeAt", activeAt)
      object.field("head", head)
      object.field("asked", asked)
      object.field("teamSeen", teamSeen)
      object.field("agents", agents)
      object.field("tags", tags)
      object.field("deal", deal)
    }
  }
}
