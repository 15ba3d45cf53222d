import Access
import Base
import Hummingbird
import Sites
import Store
import Web
import Wire

/// The replies that can be used in a chat, with the words for its visitor's language.
struct OfferedReplies: Sendable, JSONWritable {
  struct Colleague: Sendable, JSONWritable {
    let id: AccountID
    let name: String

    func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", id)
        object.field("name", name)
      }
    }
  }

  struct Line: Sendable, JSONWritable {
    let reply: Reply
    let text: String
    let colleague: Colleague?

    func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", reply.id)
        object.field("name", reply.name)
        object.field("text", text)
        object.field("tags", reply.tags.sorted())
        object.field("closes", reply.end == .close)
        object.field("to", colleague)
      }
    }
  }

  let lines: [Line]

  func write(to json: inout JSONWriter) { json.object { $0.field("replies", lines) } }
}

extension Conversations {
  func registerReplies(on routes: Routes) {
    ReplyRoutes(house: self).register(on: routes)
    RuleRoutes(house: self).register(on: routes)
    InvitationRoutes(house: self).register(on: routes)
    routes.get("/console/chats/{conversation}/replies", .decidedInside("Conversations.allowed")) { [self] _, context in
      guard case .account(let member) = context.actor else { throw Refusal(.signInNeeded) }
      let conversation: ConversationID = try context.identity("conversation")
      let place = try await allowed(context.actor, .write, in: conversation)
      return .json(try await store.read { try $0.offered(to: member.id, at: place) })
    }
  }
}

extension Session {
  /// Those of the website first. A paid thread has no team: there are somebody's own alone.
  fileprivate func offered(to account: AccountID, at place: Place) throws -> OfferedReplies {
    let language = try language(ofVisitor: place.visitor)
    let team = place.expert == nil ? try team(of: place.site) : []
    let shared = place.expert == nil ? try replies(of: .site(place.site)) : []
    let lines = (shared + (try replies(of: .account(account)))).map { reply in
      var colleague: OfferedReplies.Colleague?
      if case .transfer(let to) = reply.end {
        colleague = OfferedReplies.Colleague(id: to, name: team.first { $0.account == to }?.name ?? "")
      }
      return OfferedReplies.Line(reply: reply, text: reply.text(in: language), colleague: colleague)
    }
    return OfferedReplies(lines: lines)
  }
}
