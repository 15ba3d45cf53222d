import Access
import Base
import HTTPTypes
import Hummingbird
import Sites
import Web

/// A thread as a page for the team, to be read and printed; and a chat as a letter, asked for by its visitor or sent by the team.
extension Conversations {
  static let transcriptPath = "/api/v1/chats/:conversation/transcript"
  private static let bodyLimit = 1024

  private struct Wish: Decodable {
    /// Made for one press.
    let client: String
    /// Where the thread has no address.
    let email: String?
  }

  private struct Sent: Encodable {
    /// False where there is no address that takes it.
    let sent: Bool
  }

  func registerTranscripts(on routes: Routes) {
    let inside = "Conversations.answeringWebsites"
    routes.on(.post, Self.transcriptPath, .decidedInside(inside), origin: .decidedInside(inside), limit: .widget) {
      [self] request, context in
      try await answeringWebsites(request, context) { try await postTranscript(request, context) }
    }
    routes.on(.options, Self.transcriptPath, .decidedInside("Conversations.preflight"), limit: .pages) { [self] request, _ in
      try await preflight(request)
    }
    routes.get("\(ListRoutes.path)/{conversation}/transcript", .decidedInside("Conversations.allowed")) { [self] request, context in
      try await transcriptPage(request, context)
    }
  }

  private func transcriptPage(_ request: Request, _ context: WebContext) async throws -> Response {
    guard case .account = context.actor else { throw Refusal(.signInNeeded) }
    let conversation: ConversationID = try context.identity("conversation")
    let place = try await allowed(context.actor, .read, in: conversation)
    guard let site = try await sites.site(place.site) else { throw Refusal(.notFound) }
    // A paid thread is between two and has no notes.
    let mayReadNotes = place.expert == nil && context.actor.may(.read, .notes(site: place.site))
    let hasNotes = try mayReadNotes && Form(query: request)["notes"] == "on"
    let transcript = try await store.read { try $0.transcript(of: conversation, for: hasNotes ? .team : .visitor) }
    let page = TranscriptPage(
      transcript, of: conversation, at: site, notes: mayReadNotes ? hasNotes : nil, web.texts(context.language))
    return web.page(page, request, context)
  }

  private func postTranscript(_ request: Request, _ context: WebContext) async throws -> Response {
    let conversation: ConversationID = try context.identity("conversation")
    let actor = try await actor(of: request, context)
    let isVisitor = if case .visitor = actor { true } else { false }
    _ = try await allowed(actor, isVisitor ? .read : .write, in: conversation)
    let wish = try await request.json(Wish.self, upTo: Self.bodyLimit)
    guard let press = Secret(wish.client) else { throw Refusal(.clientIDInvalid) }
    let asker = isVisitor ? TranscriptAsker.visitor(address: wish.email) : .team
    return .json(Sent(sent: try await mailTranscript(of: conversation, for: asker, press: press)))
  }
}
