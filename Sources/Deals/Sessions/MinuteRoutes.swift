import Access
import Base
import Hummingbird
import Store
import Web

/// The bill of a chat by the minute (X2): `/wallet/minutes`, `/earnings/minutes` and `/admin/minutes` show the same page to the customer, the
/// expert and those who look after the house.
struct MinuteRoutes: Sendable {
  static let path = "/admin/minutes"

  let deals: Deals

  func register(on routes: Routes) {
    routes.get("\(Self.path)/{session}", .to(.read, .deals)) { request, context in
      try await show(request, context, as: context.actor.may(.read, .administration) ? .administrator : .manager)
    }
    routes.get("/wallet/minutes/{session}", .ownDesk) { request, context in try await show(request, context, as: .customer) }
    routes.get("/earnings/minutes/{session}", .ownDesk) { request, context in try await show(request, context, as: .expert) }
  }

  private func show(_ request: Request, _ context: WebContext, as reader: DealPage.Reader) async throws -> Response {
    let (id, me): (MinuteSessionID, AccountID) = (try context.identity("session"), try context.person().member.id)
    let now = deals.clock.now
    let found = try await deals.store.read { session -> (MinuteReplay, DealPeople)? in
      guard let replay = try session.minuteReplay(id, at: now), let people = try session.people(of: replay.session) else { return nil }
      return (replay, people)
    }
    // Somebody else's bill and none at all look the same.
    guard let (replay, people) = found, reader.maySee(replay.session, me) else { throw Refusal(.notFound) }
    return deals.web.page(MinuteBillPage(replay, people, as: reader, deals.web.texts(context.language)), request, context)
  }
}

extension DealPage.Reader {
  fileprivate func maySee(_ session: MinuteSession, _ account: AccountID) -> Bool {
    switch self {
    case .customer: session.deal.customer == account
    case .expert: session.deal.expert == account
    case .administrator, .manager: true
    }
  }
}

extension Session {
  fileprivate func people(of session: MinuteSession) throws -> DealPeople? {
    try row(
      """
      SELECT s.name, v.name, COALESCE(g.pseudonym, a.pseudonym)
      FROM conversations c
      JOIN sites s ON s.id = c.site_id
      JOIN visitors v ON v.id = c.visitor_id
      JOIN accounts a ON a.id = $2
      LEFT JOIN assignments g ON g.site_id = c.site_id AND g.account_id = $2
      WHERE c.id = $1
      """, session.conversation, session.deal.expert
    ).map { DealPeople(site: $0[0], customer: $0[1], expert: $0[2]) }
  }
}
