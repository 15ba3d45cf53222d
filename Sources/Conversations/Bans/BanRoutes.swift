import Access
import Accounts
import Base
import Hummingbird
import Sites
import Store
import Web

/// Shutting out, from the console; and the page on which administrators see who is, and let them in again.
struct BanRoutes: Sendable {
  static let path = "/admin/bans"
  private static let bodyLimit = 4_096

  let house: Conversations

  private struct Body: Decodable {
    let span: Ban.Span
    let address: Bool
    let reason: String
  }

  func register(on routes: Routes) {
    routes.on(.post, "/console/chats/{conversation}/ban", .decidedInside("Conversations.allowed"), limit: .forms) { request, context in
      let conversation: ConversationID = try context.identity("conversation")
      guard case .account(let member) = context.actor else { throw Refusal(.signInNeeded) }
      // Who pays an expert is that expert's customer, and no visitor of the team.
      guard try await house.allowed(context.actor, .write, in: conversation).expert == nil else { throw Refusal(.readOnly) }
      try await house.ban(wish(request), in: conversation, by: member, from: Whereabouts(request, context))
      return Response(status: .noContent)
    }
    routes.get(Self.path, .to(.read, .administration)) { request, context in
      let now = house.clock.now
      let (bans, known) = try await house.store.read { session in
        (try session.bans(at: now), try session.knownOfBans(at: now))
      }
      let texts = house.web.texts(context.language)
      let notice = try Form(query: request)["done"] == "lifted" ? texts["conversations.bans.lifted"] : nil
      return house.web.page(BansPage(bans, known: known, notice: notice, texts), request, context)
    }
    routes.form("\(Self.path)/{ban}/lift", .to(.write, .administration)) { _, request, context in
      try await house.lift(context.identity("ban"), by: context.signedIn?.member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.path)?done=lifted")
    }
    // The language links of a page that answered a form lead here.
    routes.get("\(Self.path)/{ban}/lift", .to(.read, .administration)) { _, _ in .redirect(Self.path) }
  }

  private func wish(_ request: Request) async throws -> Conversations.BanWish {
    let body = try await request.json(Body.self, upTo: Self.bodyLimit)
    let reason = Form.trimmed(body.reason)
    guard !reason.utf8.contains(0) else { throw Refusal(.textHasNull) }
    guard reason.unicodeScalars.count <= Ban.reasonLimit else { throw Refusal(.fieldTooLong) }
    return Conversations.BanWish(span: body.span, coversAddress: body.address, reason: reason)
  }
}

/// What a page of bans says of a visitor and of who shut them out.
struct KnownOfBan: Sendable {
  let site: String
  let visitor: String?
  let by: String
}
