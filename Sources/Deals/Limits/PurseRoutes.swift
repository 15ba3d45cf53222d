import Access
import Base
import Brakes
import Conversations
import Hummingbird
import Ledger
import Store
import Web

/// `/wallet/threads/{conversation}`: what the page of a paid thread shows to its payer alone, in the payer's words, in the frame of its website
/// too. It is asked anew with each change of the wallet.
struct PurseRoutes: Sendable {
  let deals: Deals

  func register(on routes: Routes) {
    routes.get("/wallet/threads/{conversation}", .decidedInside("PurseRoutes.payer"), programs: .welcome) { _, context in
      let conversation: ConversationID = try context.identity("conversation")
      let payer = try payer(context)
      let me = payer.id
      let (texts, now) = (deals.web.texts(context.language), deals.clock.now)
      let purse = try await deals.store.read { [toll = deals.toll] session -> Purse? in
        guard let thread = try session.thread(conversation, paidBy: me), payer.embeddedAt.map({ $0 == thread.site }) ?? true else {
          return nil
        }
        let deal = Deal(customer: me, expert: thread.expert)
        guard
          let asking = try toll.quote(deal, at: thread.site, isThere: deals.conversations.isThere(thread.expert), now: now, in: session)
        else { return nil }
        let price = asking.quote.total
        let stop = try session.threadStop(in: conversation, of: me, unit: price.unit, at: now)
        let minute = try session.terms(at: thread.site).flatMap { try session.minutePrice($0, of: thread.expert) }
        return Purse(
          price: asking.isSold ? try session.worth(of: price, for: me, at: now)?.wordsWithDay(texts) : nil,
          minute: try minute.flatMap { try session.worth(of: Units($0, price.unit), for: me, at: now)?.wordsWithDay(texts) },
          stop: stop.left.map { texts.counted("brakes.stop.left.\(price.unit.rawValue)", Int($0)) } ?? texts["brakes.stop.open"],
          stopAddress: "/wallet/limits/threads/\(conversation)")
      }
      guard let purse else { throw Refusal(.notFound) }
      return .json(purse)
    }
  }

  private func payer(_ context: WebContext) throws -> Access.Actor.Member {
    let member = try context.person().member
    guard context.actor.may(.read, .wallet(member.id)) else { throw Refusal(.notAllowed) }
    return member
  }
}

private struct Purse: Encodable {
  /// What the next question costs, about, in the currency that its payer chose.
  let price: String?
  /// A minute of a chat; nil where nobody is asked by the minute, too.
  let minute: String?
  let stop: String
  let stopAddress: String
}

extension Session {
  fileprivate func thread(_ conversation: ConversationID, paidBy payer: AccountID) throws -> (site: SiteID, expert: AccountID)? {
    try row("SELECT site_id, expert_id FROM conversations WHERE id = $1 AND customer_id = $2", conversation, payer)
      .map { ($0[0], $0[1]) }
  }
}
