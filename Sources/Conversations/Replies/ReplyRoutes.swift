import Access
import Base
import Hummingbird
import Sites
import Store
import Web
import Wire

/// `/admin/sites/{site}/replies` and `/replies`: what a team says often, and what somebody says often themselves. Pages without scripts.
struct ReplyRoutes: Sendable {
  private static let sitePath = "/admin/sites/{site}/replies"
  private static let ownPath = "/replies"

  let house: Conversations

  func register(on routes: Routes) {
    register(Self.sitePath, read: .to(.read, .administration), write: .to(.write, .administration), on: routes) { context in
      try await placeOfSite(context)
    }
    register(Self.ownPath, read: .to(.read, .console), write: .to(.read, .console), on: routes) { context in
      let owner = Reply.Owner.account(try context.person().member.id)
      return ReplyPlaceOnPages(owner: owner, path: Self.ownPath, site: nil, tags: [], team: [])
    }
  }

  private typealias Placing = @Sendable (WebContext) async throws -> ReplyPlaceOnPages

  private func register(_ path: String, read: Need, write: Need, on routes: Routes, _ placing: @escaping Placing) {
    routes.get(path, read) { request, context in
      let place = try await placing(context)
      let replies = try await house.store.read { try $0.replies(of: place.owner) }
      let isDone = try Form(query: request)["done"] == "yes"
      return house.web.page(RepliesPage(replies, at: place, isDone: isDone, house.web.texts(context.language)), request, context)
    }
    routes.get("\(path)/new", read) { request, context in
      try await show(ReplyForm(), of: nil, at: placing(context), request, context)
    }
    routes.form("\(path)/new", write) { form, request, context in
      try await save(form, as: nil, at: placing(context), request, context)
    }
    routes.get("\(path)/{reply}", read) { request, context in
      let place = try await placing(context)
      let reply = try await known(context, at: place)
      return try show(ReplyForm(reply), of: reply.id, at: place, request, context)
    }
    routes.form("\(path)/{reply}", write) { form, request, context in
      let place = try await placing(context)
      let reply = try await known(context, at: place)
      guard form.has("remove") else { return try await save(form, as: reply.id, at: place, request, context) }
      try await house.store.write { try $0.remove(reply.id) }
      return .redirect("\(place.path)?done=yes")
    }
  }

  private func placeOfSite(_ context: WebContext) async throws -> ReplyPlaceOnPages {
    guard let site = try await house.sites.site(context.identity("site", of: Kinds.Site.self)) else { throw Refusal(.notFound) }
    let (tags, team) = try await house.store.read { (try $0.tags(at: site.id), try $0.team(of: site.id)) }
    return ReplyPlaceOnPages(owner: .site(site.id), path: "/admin/sites/\(site.id)/replies", site: site, tags: tags, team: team)
  }

  /// Somebody else's and none at all get the same answer.
  private func known(_ context: WebContext, at place: ReplyPlaceOnPages) async throws -> Reply {
    let id: ReplyID = try context.identity("reply")
    guard let reply = try await house.store.read({ try $0.replies(of: place.owner).first { $0.id == id } }) else {
      throw Refusal(.notFound)
    }
    return reply
  }

  private func save(
    _ form: Form, as known: ReplyID?, at place: ReplyPlaceOnPages, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let typed = ReplyForm(form)
    do {
      let reply = try typed.reply(known ?? house.ids.next(), of: place.owner, known: place.tags, team: place.team)
      let now = house.clock.now
      try await house.store.write { session in
        try session.save(reply, at: now)
        // One too many takes itself back.
        guard try known != nil || session.count(of: place.owner) <= Reply.limit else { throw Refusal(.listIsFull) }
      }
      return .redirect("\(place.path)?done=yes")
    } catch let refusal as Refusal where [.formInvalid, .listIsFull].contains(refusal.reason) {
      return try show(typed, of: known, at: place, refusal: refusal, request, context)
    }
  }

  private func show(
    _ form: ReplyForm, of reply: ReplyID?, at place: ReplyPlaceOnPages, refusal: Refusal? = nil, _ request: Request, _ context: WebContext
  ) throws -> Response {
    let page = ReplyPage(form, of: reply, at: place, refusal: refusal, house.web.texts(context.language))
    return house.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}

extension Session {
  fileprivate func count(of owner: Reply.Owner) throws -> Int64 {
    switch owner {
    case .site(let site): try row("SELECT COUNT(*) FROM replies WHERE site_id = $1", site)?[0] ?? 0
    case .account(let account): try row("SELECT COUNT(*) FROM replies WHERE account_id = $1", account)?[0] ?? 0
    }
  }
}
