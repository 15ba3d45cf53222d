import Accounts
import Base
import Hummingbird
import Store
import Web

/// Everybody who answers sets as whom they are seen, website by website. It reads and posts without scripts.
struct FaceRoutes: Sendable {
  static let path = "/profile/sites"

  let sites: Sites
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in
      let notice = try Form(query: request)["done"] == "saved" ? web.texts(context.language)["sites.faces.saved"] : nil
      return try await page(open: nil, notice: notice, request, context)
    }
    routes.form("\(Self.path)/{site}", .ownDesk) { form, request, context in try await change(form, request, context) }
    // The language links of a page that answered a form lead here.
    routes.get("\(Self.path)/{site}", .ownDesk) { _, _ in .redirect(Self.path) }
  }

  private func change(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let (site, account) = (try context.identity("site", of: Kinds.Site.self), try context.person().member.id)
    let fields = [AssignmentForm.Field.pseudonym, .avatar].map { ($0.rawValue, form[$0.rawValue]) }
    do {
      let face = try AssignmentForm.assignment(of: account, to: site, typed: Dictionary(uniqueKeysWithValues: fields))
      try await sites.setFace(face, from: Whereabouts(request, context))
      return .redirect("\(Self.path)?done=saved")
    } catch let refusal as Refusal where refusal.reason == .formInvalid {
      return try await page(open: (site, refusal), notice: nil, request, context)
    }
  }

  private func page(
    open: (site: SiteID, refusal: Refusal)?, notice: String?, _ request: Request, _ context: WebContext
  ) async throws -> Response {
    let id = try context.person().member.id
    let (own, answered) = try await sites.store.read { session in
      guard let account = try session.account(id) else { throw Refusal(.notFound) }
      let own = Agent(account: id, name: account.name, pseudonym: account.pseudonym, avatar: account.avatar.rawValue)
      let assignments = try session.assignments(to: id)
      let sites = try session.sites()
      let answered = sites.compactMap { site in assignments.first { $0.site == site.id }.map { (site: site, assignment: $0) } }
      return (own, answered)
    }
    let page = FacesPage(of: own, answered, open: open, notice: notice, web.texts(context.language))
    return web.page(page, request, context, status: open?.refusal.reason.status ?? .ok)
  }
}

extension Sites {
  /// Changes as whom somebody is seen on a website that they answer for: nobody assigns themselves by it.
  func setFace(_ face: Assignment, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    try await store.write(locking: [.site(face.site)]) { session in
      guard try session.sites(answeredBy: face.account).contains(face.site) else { throw Refusal(.notFound) }
      try self.assign(face, by: face.account, from: place, auditID: auditID, at: now, in: session)
    }
    await assignmentsChanged.publish(AssignmentChange(site: face.site, account: face.account))
  }
}
