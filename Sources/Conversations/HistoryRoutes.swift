import Access
import Base
import HTTPTypes
import Hummingbird
import NIOCore
import Sites
import Store
import Web
import Wire

/// Older entries of a log, page by page: for the console by its session, for the widget by the visitor's key.
extension Conversations {
  static let historyPath = "/api/v1/chats/:conversation/entries"
  static let historyLimit = 1...100

  public func register(on routes: Routes) {
    registerLive(on: routes)
    registerConsole(on: routes)
    registerThreads(on: routes)
    registerAvailability(on: routes)
    ListRoutes(house: self).register(on: routes)
    ExportRoutes(house: self).register(on: routes)
    ViewRoutes(house: self).register(on: routes)
    RatingRoutes(house: self).register(on: routes)
    registerVisitorFacts(on: routes)
    MonitoringRoutes(house: self).register(on: routes)
    BanRoutes(house: self).register(on: routes)
    routes.on(.get, Self.historyPath, .decidedInside("Conversations.readerOfHistory"), programs: .with(.chatsRead)) {
      [self] request, context in
      try await history(request, context)
    }
    registerNotes(on: routes)
    registerReplies(on: routes)
    registerFiles(on: routes)
    registerTranscripts(on: routes)
    registerColleagues(on: routes)
    registerPolls(on: routes)
    // The key travels in a header, so browsers ask first.
    routes.on(.options, Self.historyPath, .decidedInside("Conversations.preflight"), limit: .pages) { [self] request, _ in
      try await preflight(request)
    }
  }

  private func history(_ request: Request, _ context: WebContext) async throws -> Response {
    let conversation = try context.identity("conversation", of: Kinds.Conversation.self)
    let query = try Form(query: request)
    guard let before = query.has("before") ? Int64(query["before"]) : .max, before > 0,
      let limit = query.has("limit") ? Int(query["limit"]) : Self.firstEntries, Self.historyLimit.contains(limit)
    else { throw Refusal(.notUnderstood) }
    let (reader, headers) = try await readerOfHistory(conversation, request, context)
    let page = try await older(in: conversation, before: before, limit: limit, for: reader)
    return Response(
      status: .ok,
      headers: HTTPFields(
        Array(headers) + [HTTPField(name: .contentType, value: "application/json"), HTTPField(name: .cacheControl, value: "no-store")]),
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.json)))
  }

  /// Asks the door: as the account of the session, or as the visitor whose key the header has.
  private func readerOfHistory(
    _ conversation: ConversationID, _ request: Request, _ context: WebContext
  ) async throws -> (Reader, HTTPFields) {
    let headers = try await websiteHeaders(request)
    let actor = try await actor(of: request, context)
    _ = try await allowed(actor, .read, in: conversation)
    if case .visitor = actor { return (.visitor, headers) }
    return (.team, headers)
  }

  /// What a page of a website needs to be allowed to read an answer; nothing for pages of our own.
  func websiteHeaders(_ request: Request) async throws -> HTTPFields {
    guard let (site, key) = visitorCredentials(request) else { return [:] }
    // A link is followed on our own pages alone, which need no permission to read.
    if case .link = key { return [:] }
    guard let site = try await sites.site(key: site) else { throw Refusal(.notFound) }
    guard let origin = site.allowed(origin: request.headers[.origin]) else { throw Refusal(.originNotAllowed) }
    return [.accessControlAllowOrigin: origin.description, .vary: "Origin"]
  }

  /// Who asks, by session or by the visitor's key in the header.
  func actor(of request: Request, _ context: WebContext) async throws -> Access.Actor {
    guard let (site, key) = visitorCredentials(request) else {
      guard context.actor != .signedOut else { throw Refusal(.signInNeeded) }
      return context.actor
    }
    guard let site = try await sites.site(key: site) else { throw Refusal(.notFound) }
    let visitor: VisitorID
    switch key {
    case .link(let text): visitor = try await self.visitor(behind: text, at: site.id).visitor.id
    case .browser(let secret):
      let digest = secret.digest
      let now = clock.now
      let found = try await store.read { session in
        try session.refuseBanned(digest, at: site.id, from: context.address.network, now: now)
        return try session.visitor(site: site.id, keyDigest: digest)
      }
      guard let found else { throw Refusal(.notFound) }
      visitor = found.id
    }
    let actor = Access.Actor.visitor(visitor, of: site.id)
    try web.limiter.admit(.widget, by: actor, from: context.address, at: clock.now)
    return actor
  }

  /// Somebody else's conversation and none at all get the same answer.
  func allowed(_ actor: Access.Actor, _ deed: Deed, in conversation: ConversationID) async throws -> Place {
    guard let place = try await place(of: conversation), actor.may(.read, place.thing) else { throw Refusal(.notFound) }
    guard actor.may(deed, place.thing) else { throw Refusal(.readOnly) }
    return place
  }

  /// `Authorization: Visitor <widget key>:<visitor key or link>`
  func visitorCredentials(_ request: Request) -> (site: String, key: VisitorKey)? {
    guard let value = request.headers[.authorization], value.hasPrefix("Visitor ") else { return nil }
    let parts = value.dropFirst("Visitor ".count).split(separator: ":").map(String.init)
    guard parts.count == 2, let key = VisitorKey(parts[1]) else { return nil }
    return (parts[0], key)
  }

  /// Which site asks is only in the header that the browser asks about, so any site's origin may ask; the answer itself is checked again.
  func preflight(_ request: Request) async throws -> Response {
    let origins = Set(try await store.read { try $0.sites() }.filter(\.active).flatMap(\.origins))
    guard let origin = request.headers[.origin].flatMap(SiteOrigin.init), origins.contains(origin) else {
      throw Refusal(.originNotAllowed)
    }
    return Response(
      status: .noContent,
      headers: [
        .accessControlAllowOrigin: origin.description, .accessControlAllowMethods: "GET, POST",
        .accessControlAllowHeaders: "Authorization, Content-Type",
        .accessControlMaxAge: "600", .vary: "Origin",
      ])
  }
}
