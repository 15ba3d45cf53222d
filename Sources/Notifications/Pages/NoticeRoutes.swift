import Access
import Base
import HTTPTypes
import Hummingbird
import Web

/// Everybody's own notices, and what they want to be told of. The pages read and post without scripts.
extension Notifications {
  public func register(on routes: Routes) {
    registerPush(on: routes)
    registerUnsubscribing(on: routes)
    routes.get("/notices", .ownDesk) { [self] request, context in try await page(request, context) }
    routes.form("/notices", .ownDesk) { [self] form, _, context in
      let account = try own(context)
      // "read.88" and "archive.88" for one notice, without a number for all.
      let parts = form["do"].split(separator: ".").map(String.init)
      let notice = parts.count > 1 ? NoticeID(parts[1]) : nil
      guard parts.count == 1 || notice != nil else { throw Refusal(.notUnderstood) }
      switch parts.first {
      case "read": try await read(notice, of: account)
      case "archive": try await archive(notice, of: account)
      default: throw Refusal(.notUnderstood)
      }
      let shelf = NoticeShelf(rawValue: form["show"]) ?? .open
      return .redirect("/notices?show=\(shelf.rawValue)&page=\(max(1, Int(form["page"]) ?? 1))")
    }
    routes.get("/profile/notices", .ownDesk) { [self] request, context in
      return web.page(
        try await wishesPage(choices(of: own(context)), nil, isSaved: try Form(query: request).has("saved"), context), request, context)
    }
    routes.form("/profile/notices", .ownDesk) { [self] form, request, context in try await saveWishes(form, request, context) }
  }

  func own(_ context: WebContext) throws -> AccountID {
    guard let person = context.signedIn else { throw Refusal(.signInNeeded) }
    return person.member.id
  }

  private func page(_ request: Request, _ context: WebContext) async throws -> Response {
    let account = try own(context)
    let query = try Form(query: request)
    let shelf = NoticeShelf(rawValue: query["show"]) ?? .open
    let number = min(max(1, Int(query["page"]) ?? 1), 10_000)
    let (told, total) = try await store.read { [self] session in
      let notices = try session.notices(of: account, shelf, skipping: (number - 1) * Self.pageLength, limit: Self.pageLength)
      return (try self.told(notices, to: account, in: session), try session.countNotices(of: account, shelf))
    }
    let page = NoticesPage(told, shelf: shelf, number: number, total: Int(total), web.texts(context.language))
    return web.page(page, request, context)
  }
}
