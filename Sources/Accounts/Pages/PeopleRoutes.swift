import Access
import Base
import FoundationEssentials
import Hummingbird
import Web

/// The administrator's pages about people.
struct PeopleRoutes: Sendable {
  static let list = "/admin/agents"

  let accounts: Accounts
  let web: WebFront
  let status: @Sendable (Account) -> AccountStatus

  func register(on routes: Routes) {
    routes.get(Self.list, .to(.read, .administration)) { request, context in try await list(request, context) }
    routes.get("\(Self.list)/new", .to(.read, .administration)) { request, context in
      let draft = AccountDraft(name: "", email: "", avatar: Avatar.allCases.randomElement() ?? .fern, roles: [], language: context.language)
      return web.page(editor.page(nil, draft, nil, web.texts(context.language)), request, context)
    }
    routes.form(Self.list, .to(.write, .administration)) { form, request, context in try await create(form, request, context) }
    routes.get("\(Self.list)/{id}", .to(.read, .administration)) { request, context in
      let account = try await account(context)
      let notice = try Form(query: request).has("saved")
      return web.page(editor.page(account, account.draft, nil, isSaved: notice, web.texts(context.language)), request, context)
    }
    routes.form("\(Self.list)/{id}", .to(.write, .administration)) { form, request, context in try await update(form, request, context) }
    routes.form("\(Self.list)/{id}/link", .to(.write, .administration)) { _, request, context in
      try await showLink(to: account(context), request, context)
    }
    routes.form("\(Self.list)/{id}/deactivate", .to(.write, .administration)) { _, request, context in
      try await setActive(false, request, context)
    }
    routes.form("\(Self.list)/{id}/activate", .to(.write, .administration)) { _, request, context in
      try await setActive(true, request, context)
    }
    routes.form("\(Self.list)/{id}/second-step", .to(.write, .administration)) { _, request, context in
      let account = try await account(context)
      guard let administrator = context.signedIn?.member.id else { throw Refusal(.signInNeeded) }
      try await accounts.unpair(account, by: administrator, from: Whereabouts(request, context))
      return .redirect("\(Self.list)/\(account.id)?saved=yes")
    }
    routes.get("\(Self.list)/{id}/delete", .to(.read, .administration)) { request, context in
      try await showDeletion(typed: "", nil, request, context)
    }
    routes.form("\(Self.list)/{id}/delete", .to(.write, .administration)) { form, request, context in
      try await delete(form, request, context)
    }
    routes.get("/admin/audit", .to(.read, .administration)) { request, context in try await audit(request, context) }
    // The language links of a page that answered a form lead here.
    for deed in ["link", "deactivate", "activate", "second-step"] {
      routes.get("\(Self.list)/{id}/\(deed)", .to(.read, .administration)) { _, context in
        .redirect("\(Self.list)/\(try context.identity("id", of: Kinds.Account.self))")
      }
    }
  }

  private var editor: PersonEditor { PersonEditor() }

  private func account(_ context: WebContext) async throws -> Account {
    guard let account = try await accounts.account(context.identity("id")) else { throw Refusal(.notFound) }
    return account
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let pageLimit = 10_000
    let (asked, texts) = (try Form(query: request), web.texts(context.language))
    let number = min(max(Int(asked["page"]) ?? 1, 1), pageLimit)
    let query = PeopleQuery(text: asked["q"], group: PeopleQuery.Group(rawValue: asked["who"]), page: number)
    let found = try await accounts.people(query)
    let page = PeoplePage(
      found.accounts, total: found.total, query, notice: asked["done"] == "deleted" ? texts["pages.people.deleted"] : nil, status: status,
      texts)
    return web.page(page, request, context)
  }

  private func create(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let draft = editor.draft(form, language: context.language)
    let isCustomer = form.all("roles").contains(PersonEditor.customer)
    do {
      // What somebody may is chosen and never assumed.
      try draft.check(hasRole: isCustomer || !draft.roles.isEmpty)
      let id = try await accounts.create(draft, by: context.signedIn?.member.id, from: Whereabouts(request, context))
      guard let account = try await accounts.account(id) else { throw Refusal(.notFound) }
      return try await showLink(to: account, request, context)
    } catch let refusal as Refusal where !refusal.fields.isEmpty {
      let page = editor.page(nil, draft, refusal, isCustomer: isCustomer, web.texts(context.language))
      return web.page(page, request, context, status: refusal.reason.status)
    }
  }

  private func update(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try await account(context)
    let draft = editor.draft(form, language: account.language)
    let place = Whereabouts(request, context)
    do {
      let ended = try await accounts.update(account.id, to: draft, by: context.signedIn?.member.id, from: place)
      var response = Response.redirect("\(Self.list)/\(account.id)?saved=yes")
      // Who changed their own roles stays signed in, with a new token for what they may now.
      if ended, account.id == context.signedIn?.member.id {
        let token = try await accounts.startSession(for: account.id, from: place)
        response.setCookie(web.cookies.signedIn(token, maxAgeSeconds: Int(SessionLifetime.absoluteSeconds)))
      }
      return response
    } catch let refusal as Refusal where !refusal.fields.isEmpty || refusal.reason == .lastAdministrator {
      return web.page(editor.page(account, draft, refusal, web.texts(context.language)), request, context, status: refusal.reason.status)
    }
  }

  private func setActive(_ active: Bool, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try await account(context)
    do {
      try await accounts.setActive(active, of: account.id, by: context.signedIn?.member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.list)/\(account.id)?saved=yes")
    } catch let refusal as Refusal where refusal.reason == .lastAdministrator {
      let page = editor.page(account, account.draft, refusal, web.texts(context.language))
      return web.page(page, request, context, status: refusal.reason.status)
    }
  }

  private func showDeletion(typed: String, _ refusal: Refusal?, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try await account(context)
    let consequences = try await accounts.consequences(of: account.id)
    let page = DeletePage(account, consequences, typed: typed, refusal, web.texts(context.language))
    return web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }

  /// Only with the address typed again: there is no way back.
  private func delete(_ form: Form, _ request: Request, _ context: WebContext) async throws -> Response {
    let account = try await account(context)
    do {
      guard EmailAddress.key(of: form["email"]) == EmailAddress.key(of: account.email) else {
        throw Refusal(.formInvalid, fields: ["email": .addressDiffers])
      }
      try await accounts.erase(account.id, by: context.signedIn?.member.id, from: Whereabouts(request, context))
      return .redirect("\(Self.list)?done=deleted")
    } catch let refusal as Refusal where !refusal.fields.isEmpty || refusal.reason == .lastAdministrator {
      return try await showDeletion(typed: form["email"], refusal, request, context)
    }
  }

  private func audit(_ request: Request, _ context: WebContext) async throws -> Response {
    let asked = try Form(query: request)
    let (below, about) = (AuditLineID(asked["below"]), AccountID(asked["account"]))
    let (lines, account) = try await accounts.store.read { session in
      (
        try session.auditLines(below: below, about: about, limit: AuditPage.length + 1), try about.flatMap { try session.account($0) }
      )
    }
    return web.page(AuditPage(lines, about: account, web.texts(context.language)), request, context)
  }

  private func showLink(to account: Account, _ request: Request, _ context: WebContext) async throws -> Response {
    let link = try await accounts.invite(account.id, by: context.signedIn?.member.id, from: Whereabouts(request, context))
    let texts = web.texts(context.language)
    let page = LinkPage(
      title: texts["pages.link.title", ["name": account.name]], link: link, text: texts["pages.link.text", ["name": account.name]],
      personURL: SafeURL(path: "/admin/agents/", account.id))
    return web.page(page, request, context)
  }
}

/// The link to hand over, shown once: only its digest is kept.
struct LinkPage: Page {
  static let template = "link"
  let title: String
  let link: String
  let text: String
  let personURL: SafeURL
}
