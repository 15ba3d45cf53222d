import Access
import Base
import HTTPTypes
import Hummingbird
import NIOCore
import Sites
import Store
import Web
import Wire

/// What the console asks besides the live channel: older pages of its lists, one row, who answers, what is found, and files of all that.
struct ListRoutes: Sendable {
  static let path = "/console/chats"

  let house: Conversations

  func register(on routes: Routes) {
    let need = Need.to(.read, .console)
    routes.get(Self.path, need) { request, context in
      let query = try Form(query: request)
      let place = ChatPlace(query["after"])
      guard place != nil || !query.has("after") else { throw Refusal(.notUnderstood) }
      return .json(try await house.chats(ChatFilter(query), after: place, for: context.person().member))
    }
    routes.get("\(Self.path)/{conversation}", need) { _, context in
      .json(try await house.chat(try context.identity("conversation"), for: context.actor))
    }
    routes.get("/console/found", need) { request, context in
      .json(try await house.found(Form(query: request)["words"], for: context.person().member))
    }
    routes.get("/console/visitors", need) { _, context in
      .json(try await house.onlineVisitors(for: context.person().member))
    }
    routes.get("/console/agents", need) { _, context in
      .json(try await house.agents(seenBy: context.person().member))
    }
  }
}

/// Somebody whose chats can be asked for.
struct ListedAgent: Hashable, Sendable, JSONWritable {
  let id: AccountID
  let name: String

  func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("id", id)
      object.field("name", name)
    }
  }
}

extension Conversations {
  /// Who answers at the websites that somebody sees, under the names that visitors know.
  fileprivate func agents(seenBy member: Access.Actor.Member) async throws -> [ListedAgent] {
    let reach = try await store.read { try $0.reach(of: member) }
    let names = Dictionary(reach.sites.flatMap(desk.team).map { ($0.account, $0.name) }) { first, _ in first }
    return names.map { ListedAgent(id: $0.key, name: $0.value) }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
  }
}

extension Response {
  /// What an element of the console asked for.
  static func json(_ value: some JSONWritable) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.json)))
  }
}
