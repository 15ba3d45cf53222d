import Access
import Base
import ConversationsCore
import Files
import HTTPTypes
import Hummingbird
import NIOCore
import Sites
import Store
import Web

/// Files of chats come in and go out (docs/protocol.md, section 7).
extension Conversations {
  static let filesPath = "/api/v1/chats/:conversation/files"
  static let passPath = "/api/v1/chats/:conversation/pass"

  func registerFiles(on routes: Routes) {
    let inside = "Conversations.answeringWebsites"
    routes.on(
      .post, Self.filesPath, .decidedInside(inside), origin: .decidedInside(inside), limit: .widget, programs: .with(.chatsWrite)
    ) { [self] request, context in
      try await answeringWebsites(request, context) { try await upload(request, context) }
    }
    routes.on(
      .get, Self.passPath, .decidedInside(inside), origin: .decidedInside(inside), limit: .widget, programs: .with(.chatsRead)
    ) { [self] request, context in
      try await answeringWebsites(request, context) { try await pass(request, context) }
    }
    for path in [Self.filesPath, Self.passPath] {
      routes.on(.options, path, .decidedInside("Conversations.preflight"), limit: .pages) { [self] request, _ in
        try await preflight(request)
      }
    }
    routes.get("/files/{file}", .decidedInside("Conversations.bearer"), limit: .assets, programs: .with(.chatsRead)) {
      [self] request, context in
      do {
        return try await download(request, context)
      } catch let error as StorageFailure {
        context.logger.error("A file cannot be read", metadata: ["error": .string(error.description)])
        throw Refusal(.unavailable, retryAfterSeconds: 10)
      }
    }
  }

  /// A page of a website may read the answer, a refusal too; a page of nobody's may not even that.
  func answeringWebsites(
    _ request: Request, _ context: WebContext, _ handler: () async throws -> Response
  ) async throws -> Response {
    let headers = try await websiteHeaders(request)
    // Without a visitor's key it is the session that asks, and its cookie comes along from everywhere.
    if headers.isEmpty, request.method == .post, !context.isProgram,
      !web.isOwn(origin: request.headers[.origin], host: request.head.authority)
    {
      throw Refusal(.originNotAllowed)
    }
    var response: Response
    do {
      response = try await handler()
    } catch let error as CancellationError {
      throw error
    } catch let error as ExaminerFailure {
      context.logger.error("Files cannot be looked into", metadata: ["error": .string(error.description)])
      response = web.answer(to: Refusal(.unavailable, retryAfterSeconds: 60), request, context)
    } catch let error as StorageFailure {
      context.logger.error("Files cannot be kept", metadata: ["error": .string(error.description)])
      response = web.answer(to: Refusal(.unavailable, retryAfterSeconds: 60), request, context)
    } catch {
      response = web.answer(to: error, request, context)
    }
    for header in headers { response.headers[header.name] = header.value }
    return response
  }

  // MARK: - In

  private struct Uploaded: Encodable {
    let file: FileID
    let name: String
    let type: String
    let bytes: Int64
    let width: Int?
    let height: Int?

    /// Written out, because what is no picture has a width of null and not none.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(file, forKey: .file)
      try container.encode(name, forKey: .name)
      try container.encode(type, forKey: .type)
      try container.encode(bytes, forKey: .bytes)
      try container.encode(width, forKey: .width)
      try container.encode(height, forKey: .height)
    }

    private enum CodingKeys: String, CodingKey {
      case file, name, type, bytes, width, height
    }
  }

  private func upload(_ request: Request, _ context: WebContext) async throws -> Response {
    let conversation: ConversationID = try context.identity("conversation")
    let actor = try await actor(of: request, context)
    _ = try await allowed(actor, .write, in: conversation)
    try await mayWriteNow(actor, in: conversation)
    try web.limiter.admit(.uploads, by: actor, from: context.address, at: clock.now)
    let file = try await take(request.body, named: try Form(query: request)["name"], in: conversation, from: actor)
    return .json(
      Uploaded(
        file: file.id, name: file.name, type: file.type, bytes: file.bytes, width: file.size?.width, height: file.size?.height),
      status: .created)
  }

  // MARK: - Out

  private struct Pass: Encodable {
    let pass: String
    let expires: Moment
  }

  private func pass(_ request: Request, _ context: WebContext) async throws -> Response {
    let conversation: ConversationID = try context.identity("conversation")
    let actor = try await actor(of: request, context)
    _ = try await allowed(actor, .read, in: conversation)
    let reader: FilePass.Reader
    switch actor {
    case .account(let member): reader = .account(member.id)
    case .visitor(let id, _): reader = .visitor(id)
    case .signedOut: throw Refusal(.signInNeeded)
    }
    let pass = FilePass(for: reader, in: conversation, at: clock.now)
    return .json(Pass(pass: pass.signed(with: try filing.keys.key("links")), expires: pass.expires))
  }

  private func download(_ request: Request, _ context: WebContext) async throws -> Response {
    guard let id = context.parameters.get("file").flatMap({ FileID($0) }) else { throw Refusal(.notFound) }
    let query = try Form(query: request)
    let (conversation, site) = try await bearer(of: query["pass"], context)
    guard let row = try await store.read({ try $0.file(id) }), row.conversation == conversation, row.n != nil else {
      throw Refusal(.notFound)
    }
    guard row.deletedAt == nil, let place = row.place, let stored = try await filing.storage.open(place) else {
      throw Refusal(.fileExpired)
    }
    let zone = try await sites.site(site)?.timeZone ?? "UTC"
    let isShown = FileKind(rawValue: row.file.type)?.isPicture == true && !query.has("save")
    return fileResponse(stored, of: row, name: "\(timestamp(row.createdAt, in: zone))_\(row.file.name)", isShown: isShown, request)
  }

  /// Whose pass it is, asked at the door once more: what was allowed a quarter of an hour ago may not be any more.
  private func bearer(of text: String, _ context: WebContext) async throws -> (ConversationID, SiteID) {
    guard let pass = FilePass(text, signedWith: try filing.keys.key("links")), pass.expires > clock.now else {
      throw Refusal(.linkExpired)
    }
    guard let place = try await place(of: pass.conversation) else { throw Refusal(.notFound) }
    switch pass.reader {
    case .account(let id):
      // The address alone opens nothing: the session of the same person has to come with it.
      guard case .account(let member) = context.actor else { throw Refusal(.signInNeeded) }
      guard member.id == id, context.actor.may(.read, place.thing) else { throw Refusal(.notAllowed) }
    case .visitor(let id):
      guard Access.Actor.visitor(id, of: place.site).may(.read, place.thing) else { throw Refusal(.notAllowed) }
    }
    return (pass.conversation, place.site)
  }

  private func fileResponse(_ stored: any StoredFile, of row: FileRow, name: String, isShown: Bool, _ request: Request) -> Response {
    let headers: HTTPFields = [
      .contentType: row.file.type, .contentDisposition: contentDisposition(isShown ? "inline" : "attachment", name),
      .cacheControl: "private, max-age=900, immutable", .crossOriginResourcePolicy: "cross-origin",
      .contentSecurityPolicy: "default-src 'none'; sandbox",
    ]
    return .file(bytes: stored.bytes, etag: "\"\(row.file.id)\"", headers, for: request) { try await stored.read(at: $0, count: $1) }
  }
}
