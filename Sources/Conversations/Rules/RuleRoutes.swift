import Access
import Accounts
import Base
import ConversationsCore
import Hummingbird
import Sites
import Store
import Web

/// `/admin/sites/{site}/rules`: what is done about the chats of a website without anybody pressing anything (P2). Pages without scripts.
struct RuleRoutes: Sendable {
  private static let path = "/admin/sites/{site}/rules"
  /// What the list counts.
  private static let countedSeconds: Int64 = 30 * 86_400

  let house: Conversations

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .administration)) { request, context in
      let parts = try await parts(context)
      let since = house.clock.now.adding(seconds: -Self.countedSeconds)
      let (rules, runs) = try await house.store.read { (try $0.rules(at: parts.site.id), try $0.ruleRuns(at: parts.site.id, since: since)) }
      let isDone = try Form(query: request)["done"] == "yes"
      let page = RulesPage(rules, of: parts, runs: runs, isDone: isDone, house.web.texts(context.language))
      return house.web.page(page, request, context)
    }
    routes.get("\(Self.path)/new", .to(.read, .administration)) { request, context in
      try await show(RuleForm(), of: nil, parts(context), request, context)
    }
    routes.form("\(Self.path)/new", .to(.write, .administration)) { form, request, context in
      try await save(form, as: nil, parts(context), request, context)
    }
    routes.get("\(Self.path)/{rule}", .to(.read, .administration)) { request, context in
      let parts = try await parts(context)
      let rule = try await known(context, at: parts.site.id)
      return try show(RuleForm(rule), of: rule.id, parts, request, context)
    }
    routes.form("\(Self.path)/{rule}", .to(.write, .administration)) { form, request, context in
      let parts = try await parts(context)
      let rule = try await known(context, at: parts.site.id)
      guard form.has("remove") else { return try await save(form, as: rule.id, parts, request, context) }
      try await house.change(parts.site.id, as: "site.rules", by: context, from: request, doing: ["removed": "\(rule.id)"]) { session, _ in
        try session.remove(rule.id)
      }
      return .redirect("/admin/sites/\(parts.site.id)/rules?done=yes")
    }
  }

  private func parts(_ context: WebContext) async throws -> RuleParts {
    guard let site = try await house.sites.site(context.identity("site", of: Kinds.Site.self)) else { throw Refusal(.notFound) }
    return try await house.store.read { session in
      RuleParts(
        site: site, tags: try session.tags(at: site.id), replies: try session.replies(of: .site(site.id)),
        people: try session.peopleForRules(at: site.id))
    }
  }

  private func known(_ context: WebContext, at site: SiteID) async throws -> Rule {
    let id: RuleID = try context.identity("rule")
    guard let rule = try await house.store.read({ try $0.rules(at: site).first { $0.id == id } }) else { throw Refusal(.notFound) }
    return rule
  }

  private func save(_ form: Form, as known: RuleID?, _ parts: RuleParts, _ request: Request, _ context: WebContext) async throws -> Response
  {
    let typed = RuleForm(form)
    do {
      let rule = try typed.rule(known ?? house.ids.next(), of: parts)
      try await house.change(
        parts.site.id, as: "site.rules", by: context, from: request, doing: ["saved": "\(rule.id)", "on": "\(rule.active)"]
      ) { session, now in
        guard try known != nil || session.rules(at: parts.site.id).count < Rule.limit else { throw Refusal(.listIsFull) }
        try session.save(rule, at: now)
      }
      return .redirect("/admin/sites/\(parts.site.id)/rules?done=yes")
    } catch let refusal as Refusal where [.formInvalid, .listIsFull].contains(refusal.reason) {
      return try show(typed, of: known, parts, refusal: refusal, request, context)
    }
  }

  private func show(
    _ form: RuleForm, of rule: RuleID?, _ parts: RuleParts, refusal: Refusal? = nil, _ request: Request, _ context: WebContext
  ) throws -> Response {
    let page = RulePage(form, of: rule, parts, refusal: refusal, house.web.texts(context.language))
    return house.web.page(page, request, context, status: refusal?.reason.status ?? .ok)
  }
}
