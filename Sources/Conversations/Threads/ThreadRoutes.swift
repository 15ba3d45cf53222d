import Access
import Base
import HTTPTypes
import Hummingbird
import Notifications
import Sites
import Store
import Web

/// Threads on Parley's own pages: by the link of a letter for whoever holds it, and by account for who keeps them.
extension Conversations {
  private static let inside = "Conversations.threadLink"

  func registerThreads(on routes: Routes) {
    let (page, need) = ("/threads/{link}", Need.decidedInside(Self.inside))
    routes.get(page, need) { [self] request, context in try await showLetterThread(request, context) }
    routes.form("\(page)/renew", need) { [self] _, request, context in
      try await renew(try letterLink(context))
      return web.page(ThreadStep(.renewed, web.texts(context.language), link: nil), request, context)
    }
    routes.form("\(page)/keep", .ownDesk) { [self] _, _, context in
      let link = try letterLink(context)
      let person = try context.person()
      guard link.expires > clock.now else { throw Refusal(.linkVoid) }
      let isKept = try await store.write { try $0.keep(link.conversation, for: person.member.id) }
      guard isKept else { throw Refusal(.threadKept) }
      return .redirect("/conversations/\(link.conversation)")
    }
    routes.get("\(page)/stop", need) { [self] request, context in
      let link = try letterLink(context)
      return web.page(ThreadStep(.stop, web.texts(context.language), link: path(of: link)), request, context)
    }
    // A mail program posts here by itself (RFC 8058): without a cookie, without a form of ours, from wherever it is.
    routes.on(.post, "\(page)/stop", need, origin: .decidedInside(Self.inside), limit: .forms) { [self] request, context in
      let link = try letterLink(context)
      let isBack = try await Form(of: request)["again"] == "yes"
      try await stopLetters(of: link.conversation, !isBack)
      return web.page(ThreadStep(isBack ? .again : .stopped, web.texts(context.language), link: path(of: link)), request, context)
    }
    routes.get("/conversations", .ownDesk) { [self] request, context in
      let person = try context.person()
      let order = try ThreadOrder(rawValue: Form(query: request)["order"]) ?? .date
      let threads = try await store.read { try $0.threads(of: person.member.id, in: order) }
      return web.page(OwnThreadsPage(threads, in: order, web.texts(context.language)), request, context)
    }
    routes.get("/conversations/{conversation}", .ownDesk) { [self] request, context in try await showOwnThread(request, context) }
  }

  /// A letter's link, however old: what it opens is looked at by who asks.
  private func letterLink(_ context: WebContext) throws -> ThreadLink {
    guard let text = context.parameters.get("link"), let link = ThreadLink(text, signedWith: linkKey), case .letter = link.holder else {
      throw Refusal(.linkVoid)
    }
    return link
  }

  private func showLetterThread(_ request: Request, _ context: WebContext) async throws -> Response {
    let link = try letterLink(context)
    guard try await isOpen(link) else {
      let step = ThreadStep(.over, web.texts(context.language), link: path(of: link))
      return web.page(step, request, context, status: Refusal.Reason.linkVoid.status)
    }
    let keeper: AccountID? = try await store.read { session in
      try session.row(
        "SELECT v.account_id FROM conversations c JOIN visitors v ON v.id = c.visitor_id WHERE c.id = $1", link.conversation)?[0]
    }
    // Who keeps it finds it among their own.
    if let keeper, keeper == context.signedIn?.member.id {
      if case .letter(let n) = link.holder { note(LetterNews(.opened, above: 0, upTo: n), in: link.conversation) }
      return .redirect("/conversations/\(link.conversation)")
    }
    return try await show(link, isKept: keeper != nil, request, context)
  }

  private func showOwnThread(_ request: Request, _ context: WebContext) async throws -> Response {
    let conversation: ConversationID = try context.identity("conversation")
    let person = try context.person()
    guard try await store.read({ try $0.isThread(conversation, of: person.member.id) }) else { throw Refusal(.notFound) }
    let link = ThreadLink(to: conversation, for: .session(person.member.id, digest: person.sessionDigest), at: clock.now)
    return try await show(link, isKept: true, request, context)
  }

  private func show(_ link: ThreadLink, isKept: Bool, _ request: Request, _ context: WebContext) async throws -> Response {
    guard let found = try await asker(of: link.conversation), let site = try await sites.site(found.visitor.site), site.active else {
      throw Refusal(.notFound)
    }
    let (alerts, features, policy) = try await store.read { session -> (AlertWishes, Set<Feature>, SitePolicy) in
      let alerts: AlertWishes = if case .session(let account, _) = link.holder { try session.alertWishes(of: account) } else { .standard }
      return (alerts, try session.features(at: site.id), try session.policy(at: site.id).ofOwnPages)
    }
    let configuration = try Sites.configuration(
      of: site, offering: features.subtracting([.typingPreview]), under: policy, in: context.language, web: web)
    let page = ThreadPage(
      link, signed: link.signed(with: linkKey), at: site, configuration, isKept: isKept, expert: found.expert, alerts: alerts, web: web,
      context)
    return web.page(page, request, context)
  }
}

/// How somebody's own threads stand in their list (A25).
enum ThreadOrder: String, CaseIterable, Sendable {
  case date, expert
}

/// A thread of an account's own, as its list shows it.
struct OwnThread: Sendable {
  let conversation: ConversationID
  let site: String
  /// Who is asked, where that is one expert.
  let expert: String?
  let lastName: String?
  let lastText: String?
  let lastAt: Moment?
  let unread: Int
}

extension Session {
  fileprivate func threads(of account: AccountID, in order: ThreadOrder) throws -> [OwnThread] {
    try rows(
      """
      SELECT c.id, s.name, c.last_name, c.last_text, c.last_at, (
        SELECT COUNT(*) FROM entries e
        WHERE e.conversation_id = c.id AND e.n > COALESCE(m.seen, 0) AND e.by_kind = 'agent' AND e.client_id IS NOT NULL
          AND e.audience = 'everybody'), COALESCE(f.pseudonym, x.pseudonym) AS expert
      FROM visitors v
      JOIN conversations c ON c.visitor_id = v.id
      JOIN sites s ON s.id = v.site_id
      LEFT JOIN marks m ON m.conversation_id = c.id AND m.account_id = 0
      LEFT JOIN accounts x ON x.id = c.expert_id
      LEFT JOIN assignments f ON f.account_id = c.expert_id AND f.site_id = c.site_id
      WHERE v.account_id = $1 AND s.active
      ORDER BY \(order == .date ? "" : "expert ASC NULLS LAST, ")c.active_at DESC
      LIMIT 200
      """, account
    ).map {
      OwnThread(conversation: $0[0], site: $0[1], expert: $0[6], lastName: $0[2], lastText: $0[3], lastAt: $0[4], unread: $0[5])
    }
  }
}
