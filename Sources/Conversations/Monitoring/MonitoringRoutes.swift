import Access
import Base
import Hummingbird
import Sites
import Store
import Web

/// What the live page asks beside its topic: the story of somebody with whom there may be no chat, and where to write to them first.
struct MonitoringRoutes: Sendable {
  let house: Conversations

  private struct Begun: Encodable {
    let conversation: ConversationID
  }

  func register(on routes: Routes) {
    let inside = "MonitoringRoutes.allowed"
    routes.get("/console/visitors/{visitor}", .decidedInside(inside)) { _, context in
      let visitor = try await allowed(.read, context)
      return .json(
        try await house.store.read { session in
          try session.conversation(of: visitor.id).map {
            try session.visitorFacts(of: $0, at: Place(site: visitor.site, visitor: visitor.id, expert: nil))
          } ?? session.visitorFacts(of: visitor.id)
        })
    }
    routes.on(.post, "/console/visitors/{visitor}/conversation", .decidedInside(inside), limit: .forms) { _, context in
      let visitor = try await allowed(.write, context)
      return .json(Begun(conversation: try await house.conversation(with: visitor.id, at: visitor.site)))
    }
  }

  /// Whoever sees the live page of a website reads of its visitors; its team may write first.
  private func allowed(_ deed: Deed, _ context: WebContext) async throws -> SiteVisitor {
    guard case .account = context.actor else { throw Refusal(.signInNeeded) }
    let id: VisitorID = try context.identity("visitor")
    guard let visitor = try await house.store.read({ try $0.watchedVisitor(id) }) else { throw Refusal(.notFound) }
    guard context.actor.may(.read, .visitors(site: visitor.site)) else { throw Refusal(.notFound) }
    guard deed == .read || context.actor.may(deed, .notes(site: visitor.site)) else { throw Refusal(.readOnly) }
    return visitor
  }
}

extension Conversations {
  /// The one conversation of a visitor, made where they never opened the widget.
  func conversation(with visitor: VisitorID, at site: SiteID) async throws -> ConversationID {
    let (id, now): (ConversationID, Moment) = (ids.next(), clock.now)
    return try await store.write { session in
      try session.createConversation(id, of: visitor, at: site, now: now)
      guard let conversation = try session.conversation(of: visitor) else {
        preconditionFailure("A conversation that was just inserted, or stood in the way of it, is there")
      }
      return conversation
    }
  }
}

extension Session {
  /// A visitor who may stand on a live page: none who was erased, and none who pays an expert.
  fileprivate func watchedVisitor(_ id: VisitorID) throws -> SiteVisitor? {
    let sql = """
      SELECT 1 FROM visitors v
      LEFT JOIN conversations c ON c.visitor_id = v.id
      WHERE v.id = $1 AND v.erased_at IS NULL AND c.expert_id IS NULL
      """
    return try row(sql, id) == nil ? nil : visitor(id)
  }

  fileprivate func visitorFacts(of visitor: VisitorID) throws -> VisitorFacts {
    VisitorFacts(browser: try browser(of: visitor), files: [], chats: [], chatCount: 0)
  }
}
