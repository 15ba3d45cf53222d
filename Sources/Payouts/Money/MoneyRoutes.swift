import Access
import Accounts
import Base
import HTTPTypes
import Hummingbird
import Ledger
import LedgerCore
import NIOCore
import Paper
import Store
import Web

/// `/earnings/money`: what an expert earned, and when it is paid (B88, C21). `/earnings/payouts` are the slips.
struct MoneyRoutes: Sendable {
  static let path = "/earnings/money"
  static let payoutsPath = "/earnings/payouts"
  static let payoutsShown = 100

  let payouts: Payouts

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { request, context in try await show(request, context) }
    routes.get(Self.payoutsPath, .ownDesk) { _, _ in .redirect(Self.path) }
    routes.get("\(Self.payoutsPath)/{id}", .ownDesk) { request, context in
      let payout = try await payout(context)
      return payouts.web.page(SlipPage(payout, house: payouts.mail.house, payouts.web.texts(context.language)), request, context)
    }
    routes.get("\(Self.payoutsPath)/{id}/slip.pdf", .ownDesk) { _, context in
      let texts = payouts.web.texts(context.language)
      let sheet = SlipPage(try await payout(context), house: payouts.mail.house, texts).sheet(
        texts, address: payouts.web.settings.baseAddress)
      return .download("\(sheet.name).pdf", "application/pdf", try await payouts.printer.print(sheet))
    }
  }

  /// Somebody else's and none at all look the same; administrators have a page of their own.
  private func payout(_ context: WebContext) async throws -> Payout {
    let (id, me): (PayoutID, AccountID) = (try context.identity("id"), try context.person().member.id)
    guard let payout = try await payouts.store.read({ try $0.payout(id) }), payout.payee == me else { throw Refusal(.notFound) }
    return payout
  }

  private func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let (account, now) = (try context.expert().member.id, payouts.clock.now)
    let span = MoneyPage.Span(rawValue: try Form(query: request)["by"]) ?? .day
    let found = try await payouts.store.read { session in
      let figures = try session.figures(FigureFilter(group: span == .chat ? .chat : .day, payee: account))
      return MoneyPage.Found(
        unpaid: try session.unpaidEarnings(of: account, at: now),
        payouts: try session.payouts(PayoutFilter(payee: account, limit: Self.payoutsShown)),
        sums: try session.payoutSums(of: account), figures: figures,
        names: try span == .chat ? session.names(of: figures.map(\.key), .chat) : [:], profile: try session.payoutProfile(of: account))
    }
    return payouts.web.page(MoneyPage(found, by: span, payouts.web.texts(context.language)), request, context)
  }
}

extension Session {
  /// What was paid out to an expert and what is on its way, in each currency.
  func payoutSums(of account: AccountID) throws -> [Payout.State: [Money]] {
    let found = try rows(
      """
      SELECT state, currency, CAST(SUM(net_minor) AS BIGINT)
      FROM payouts
      WHERE account_id = $1
      GROUP BY state, currency
      ORDER BY state, currency
      """, account)
    return found.reduce(into: [:]) { sums, row in
      guard let state = Payout.State(rawValue: row[0]) else { return }
      sums[state, default: []].append(Money(row[2], Currency(stored: row[1])))
    }
  }
}
