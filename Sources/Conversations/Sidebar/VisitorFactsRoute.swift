import Access
import Base
import Web

extension Conversations {
  func registerVisitorFacts(on routes: Routes) {
    routes.get("\(ListRoutes.path)/{conversation}/visitor", .decidedInside("Conversations.allowed")) { [self] _, context in
      guard case .account = context.actor else { throw Refusal(.signInNeeded) }
      let conversation: ConversationID = try context.identity("conversation")
      let place = try await allowed(context.actor, .read, in: conversation)
      return .json(try await store.read { try $0.visitorFacts(of: conversation, at: place) })
    }
  }
}
