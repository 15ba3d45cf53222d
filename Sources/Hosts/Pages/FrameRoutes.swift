import Accounts
import Base
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Notifications
import Sites
import Store
import Web

/// The page in the frame, and what it asks for.
struct FrameRoutes: Sendable {
  static let sessionPath = "/api/v1/embed/session"
  private static let bodyLimit = 8192

  let hosts: Hosts

  func register(on routes: Routes) {
    routes.get("/embed/{site}", .to(.read, .publicPage)) { request, context in try await page(request, context) }
    routes.on(.post, Self.sessionPath, .to(.read, .publicPage), limit: .widget, programs: .welcome) { request, context in
      try await session(request, context)
    }
    routes.on(.post, "\(Self.sessionPath)/end", .decidedInside("FrameRoutes.end"), limit: .widget, programs: .welcome) {
      request, context in
      let person = try context.person()
      guard person.member.embeddedAt != nil else { throw Refusal(.notAllowed) }
      try await hosts.accounts.signOut(person, from: Whereabouts(request, context))
      return Response(status: .noContent)
    }
  }

  /// It may be framed by the website's own pages and by no other.
  private func page(_ request: Request, _ context: WebContext) async throws -> Response {
    guard let key = context.parameters.get("site"), let site = try await hosts.sites.site(key: key) else { throw Refusal(.notFound) }
    var answer = web.page(FramePage(site, web: web, in: context.language), request, context)
    answer.headers[.contentSecurityPolicy] = web.embeddedPolicy(on: site.origins.map(\.description))
    return answer
  }

  private struct Wish: Decodable {
    /// The widget key.
    let site: String
    let token: String
  }

  private func session(_ request: Request, _ context: WebContext) async throws -> Response {
    let wish = try await request.json(Wish.self, upTo: Self.bodyLimit)
    let sender = Sender(address: context.address.text, language: context.language.code, userAgent: request.headers[.userAgent] ?? "")
    let entry = try await hosts.handOver(
      wish.token, at: wish.site, known: context.signedIn, from: Whereabouts(request, context), by: sender)
    guard let entry else { return .json(Prolonged(expires: hosts.clock.now.adding(seconds: Accounts.embeddedSeconds))) }
    let account = entry.person.member.id
    let (alerts, features, policy) = try await hosts.store.read {
      (try $0.alertWishes(of: account), try $0.features(at: entry.site.id), try $0.policy(at: entry.site.id).ofOwnPages)
    }
    return try answer(entry, alerts: alerts.text, features, policy)
  }

  private struct Prolonged: Encodable {
    let expires: Moment
  }

  private struct Opened: Encodable {
    struct Thread: Encodable {
      let conversation: ConversationID
      /// What opens it, and nothing else.
      let key: String
    }

    let token: String
    let expires: Moment
    let role: HostToken.Role
    let account: AccountID
    let language: String
    let direction: String
    let alerts: String
    let thread: Thread?
  }

  private func answer(_ entry: Hosts.Entry, alerts: String, _ features: Set<Feature>, _ policy: SitePolicy) throws -> Response {
    let language = entry.person.language
    let opened = Opened(
      token: entry.token, expires: entry.endsAt, role: entry.thread == nil ? .expert : .customer, account: entry.person.member.id,
      language: language.code, direction: language.direction, alerts: alerts,
      thread: entry.thread.map { Opened.Thread(conversation: $0.conversation, key: $0.link) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let head = String(decoding: try encoder.encode(opened), as: UTF8.self).dropLast()
    // Both are JSON already, as the elements read them.
    let configuration = try Sites.configuration(
      of: entry.site, offering: features.subtracting([.typingPreview]), under: policy, in: language, web: web)
    let texts = web.catalogue.json(of: entry.thread == nil ? "console" : "talk", in: language).text
    let body = "\(head),\"configuration\":\(configuration),\"texts\":\(texts)}"
    return Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }

  private var web: WebFront { hosts.web }
}

/// `/embed/{site}`: what stands in the frame until the website has said who is there. It needs scripts and says so.
struct FramePage: Page {
  static let template = "frame"
  let title: String
  let frameURL: SafeURL?
  let talkURL: SafeURL?
  let consoleURL: SafeURL?
  let alertIconURL: SafeURL?
  let site: String
  let origins: String
  let textsHTML: SafeHTML

  init(_ site: Site, web: WebFront, in language: Language) {
    title = site.name
    func asset(_ name: String) -> SafeURL? { web.bundle.assetAddress(name).flatMap(SafeURL.init) }
    frameURL = asset("parley-frame.js")
    talkURL = asset("parley-talk.js")
    consoleURL = asset("console.js")
    alertIconURL = asset("icon-alert.svg")
    self.site = site.key
    origins = site.origins.map(\.description).joined(separator: " ")
    textsHTML = web.catalogue.json(of: "hosts", in: language)
  }
}
