import Access
import Accounts
import Base
import ConversationsCore
import HTTPTypes
import Hummingbird
import Sites
import Store
import Web

/// `/admin/sites/{site}/invitations`: what a website says first to whom (P14). Pages without scripts.
struct InvitationRoutes: Sendable {
  private static let path = "/admin/sites/{site}/invitations"
  /// What the list counts.
  private static let countedSeconds: Int64 = 30 * 86_400
  private static let listedAnswers = 200

  let house: Conversations

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in try await list(request, context) }
    routes.form(Self.path, .to(.write, .administration)) { form, request, context in
      let site = try await site(context)
      guard let id = InvitationID(form["invitation"]) else { throw Refusal(.notUnderstood) }
      try await house.change(site.id, as: "site.invitations", by: context, from: request, doing: ["moved": "\(id)"]) { session, _ in
        try session.move(id, by: form["move"] == "up" ? -1 : 1, at: site.id)
      }
      return .redirect("/admin/sites/\(site.id)/invitations?done=yes")
    }
    routes.get("\(Self.path)/new", .to(.read, .administration)) { request, context in
      try await show(InvitationForm(), of: nil, at: site(context), request, context)
    }
    routes.form("\(Self.path)/new", .to(.write, .administration)) { form, request, context in
      try await save(form, as: nil, at: site(context), request, context)
    }
    routes.get("\(Self.path)/{invitation}", .to(.read, .administration)) { request, context in
      let site = try await site(context)
      let kept = try await known(context, at: site.id)
      return try show(InvitationForm(kept), of: kept.rule.id, at: site, request, context)
    }
    routes.form("\(Self.path)/{invitation}", .to(.write, .administration)) { form, request, context in
      let site = try await site(context)
      let id = try await known(context, at: site.id).rule.id
      guard form.has("remove") else { return try await save(form, as: id, at: site, request, context) }
      try await house.change(site.id, as: "site.invitations", by: context, from: request, doing: ["removed": "\(id)"]) { session, _ in
        try session.remove(id, at: site.id)
      }
      return .redirect("/admin/sites/\(site.id)/invitations?done=yes")
    }
    routes.get("\(Self.path)/{invitation}/answers", .to(.read, .administration)) { request, context in
      try await answers(request, context)
    }
  }

  private var countedSince: Moment { house.clock.now.adding(seconds: -Self.countedSeconds) }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let (site, since) = (try await site(context), countedSince)
    let (kept, figures, policy) = try await house.store.read { session in
      (try session.invitations(at: site.id), try session.invitationFigures(at: site.id, since: since), try session.policy(at: site.id))
    }
    let page = InvitationsPage(
      kept, at: site, figures: figures, isQuiet: policy.visitorKey != .always, isDone: try Form(query: request)["done"] == "yes",
      house.web.texts(context.language))
    return house.web.page(page, request, context)
  }

  private func answers(_ request: Request, _ context: WebContext) async throws -> Response {
    let (site, since) = (try await site(context), countedSince)
    let kept = try await known(context, at: site.id)
    let (days, answers) = try await house.store.read { session in
      (
        try session.days(of: kept.rule.id, at: site.id, since: since),
        try session.answers(to: kept.rule.id, at: site.id, since: since, limit: Self.listedAnswers)
      )
    }
    let page = InvitationAnswersPage(kept, at: site, days: days, answers: answers, house.web.texts(context.language))
    return house.web.page(page, request, context)
  }

  private func site(_ context: WebContext) async throws -> Site {
    guard let site = try await house.sites.site(context.identity("site", of: Kinds.Site.self)) else { throw Refusal(.notFound) }
    return site
  }

  private func known(_ context: WebContext, at site: SiteID) async throws -> KeptInvitation {
    let id: InvitationID = try context.identity("invitation")
    guard let kept = try await house.store.read({ try $0.invitations(at: site).first { $0.rule.id == id } }) else {
      throw Refusal(.notFound)
    }
    return kept
  }

  private func save(_ form: Form, as known: InvitationID?, at site: Site, _ request: Request, _ context: WebContext) async throws
    -> Response
  {
    var typed = InvitationForm(form)
    do {
      let kept = try typed.invitation(known ?? house.ids.next(), at: site.id)
      let detail = ["saved": "\(kept.rule.id)", "on": "\(kept.rule.active)"]
      try await house.change(site.id, as: "site.invitations", by: context, from: request, doing: detail) { session, now in
        try session.save(kept, at: now)
      }
      return .redirect("/admin/sites/\(site.id)/invitations?done=yes")
    } catch let refusal as Refusal where [.formInvalid, .listIsFull].contains(refusal.reason) {
      return try show(typed, of: known, at: site, refusal: refusal, request, context)
    } catch let refusal as Refusal where refusal.reason == .settingsChanged {
      // Saving once more is then meant.
      typed.version = try await self.known(context, at: site.id).version
      return try show(typed, of: known, at: site, refusal: refusal, request, context)
    }
  }

  private func show(
    _ form: InvitationForm, of invitation: InvitationID?, at site: Site, refusal: Refusal? = nil, _ request: Request,
    _ context: WebContext
  ) throws -> Response {
    let page = InvitationPage(form, of: invitation, at: site, refusal: refusal, house.web.texts(context.language))
    var answer = house.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
    // The preview is a page in a frame.
    answer.headers[.contentSecurityPolicy] = house.web.framingPolicy
    return answer
  }
}
