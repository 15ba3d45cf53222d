import Base
import Ledger
import LedgerCore
import Store

@testable import Payments

extension WholeHistory {
  private struct Seen: Sendable {
    var wallets: [(owner: AccountID, unit: CreditUnit, units: Int64, held: Int64)] = []
    var lots: [(owner: AccountID, unit: String, currency: String, units: Int64, worth: Int64, ends: Moment?)] = []
    var holds: [(question: PlainBook.Question, units: Int64, captured: Int64, released: Int64, deadline: Moment)] = []
    var lefts: [PlainBook.Question: Judgement] = [:]
    var earnings: [(expert: AccountID, currency: Currency, amount: Int64)] = []
    var purchases: [(id: PurchaseID, state: PurchaseState?)] = []
    var said: [(conversation: ConversationID, n: Int64, byExpert: Bool, client: String)] = []
    var purchaseCount: Int64 = 0
    /// The purchases with which something waits for its owner to come and pay.
    var waiting: [PurchaseID] = []
    var heads: [(conversation: ConversationID, entries: Int64, last: Int64)] = []
  }

  /// What the town says of itself, beside what it must be; nothing as long as both agree.
  func compare() async throws -> [String] {
    let (customers, experts, ids, town) = (customers, experts, bought.keys.sorted(), town)
    let (seen, findings) = try await town.insist {
      let seen = try await town.store.read { session in
        var seen = Seen()
        for owner in customers {
          for unit in CreditUnit.allCases {
            let wallet = try session.wallet(of: owner, in: unit)
            seen.wallets.append((owner, unit, wallet.units, wallet.held))
          }
        }
        seen.lots = try session.rows(
          "SELECT account_id, unit, currency, free_units, free_worth_minor, expires_at FROM lots ORDER BY id", []
        ).map { ($0[0], $0[1], $0[2], $0[3], $0[4], $0[5]) }
        seen.holds = try session.rows(
          """
          SELECT h.conversation_id, h.n, m.minute, h.units, h.captured, h.released, h.deadline_at
          FROM holds h
          LEFT JOIN minute_holds m ON m.hold_id = h.id
          ORDER BY h.id
          """, []
        ).map { (PlainBook.Question(conversation: $0[0], n: $0[1], minute: $0[2] as Int64? ?? 0), $0[3], $0[4], $0[5], $0[6]) }
        for row in try session.rows(
          """
          SELECT h.conversation_id, h.n, o.accepted_at, o.declined_at
          FROM offline_messages o
          JOIN holds h ON h.id = o.hold_id
          """, [])
        {
          let (accepted, declined): (Moment?, Moment?) = (row[2], row[3])
          let judgement: Judgement = accepted != nil ? .accepted : declined != nil ? .declined : .waiting
          seen.lefts[PlainBook.Question(conversation: row[0], n: row[1])] = judgement
        }
        for expert in experts {
          for currency in [Currency.euro, .dinar] {
            seen.earnings.append((expert, currency, try session.posted(.earnings(expert), currency.code)))
          }
        }
        seen.purchases = try ids.map { ($0, try session.purchase($0)?.state) }
        seen.purchaseCount = try session.row("SELECT COUNT(*) FROM purchases")?[0] ?? 0
        seen.waiting = try session.rows("SELECT purchase_id FROM recharges WHERE stop = 'declined'").compactMap { $0[0] }
        seen.said = try session.rows(
          "SELECT conversation_id, n, by_kind, client_id FROM entries WHERE client_id IS NOT NULL ORDER BY conversation_id, n", []
        ).map { ($0[0], $0[1], $0[2] as String == "agent", $0[3]) }
        seen.heads = try session.rows("SELECT conversation_id, COUNT(*), MAX(n) FROM entries GROUP BY conversation_id", []).map {
          ($0[0], $0[1], $0[2])
        }
        return seen
      }
      return (seen, try await Ledger.examine(town.store).findings)
    }
    return findings.map(\.description) + moneyWrong(seen) + promisesWrong(seen) + purchasesWrong(seen) + logWrong(seen)
  }

  private func moneyWrong(_ seen: Seen) -> [String] {
    var wrong: [String] = []
    for wallet in seen.wallets {
      let (all, held) = book.units(of: wallet.owner, in: wallet.unit)
      if (wallet.units, wallet.held) != (all, held) || wallet.held < 0 || wallet.held > wallet.units {
        wrong.append("customer \(name(wallet.owner)) has \(wallet.units)/\(wallet.held) \(wallet.unit), must have \(all)/\(held)")
      }
    }
    if seen.lots.count != book.lots.count { wrong.append("\(seen.lots.count) lots, must be \(book.lots.count)") }
    for (number, (found, lot)) in zip(seen.lots, book.lots).enumerated() {
      let free = book.free(in: number)
      if (found.owner, found.unit, found.currency) != (lot.owner, lot.unit.rawValue, lot.currency.code)
        || (found.units, found.worth) != (free.units, free.worth) || found.ends != lot.ends
      {
        wrong.append(
          "lot \(number) has \(found.units) of \(found.worth) until \(found.ends?.isoDay ?? "ever"), "
            + "must have \(free.units) of \(free.worth) until \(lot.ends?.isoDay ?? "ever")")
      }
    }
    for (expert, currency, amount) in seen.earnings where amount != book.earnings[expert]?[currency] ?? 0 {
      wrong.append("expert \(name(expert)) earned \(amount) \(currency), must be \(book.earnings[expert]?[currency] ?? 0)")
    }
    return wrong
  }

  private func promisesWrong(_ seen: Seen) -> [String] {
    var wrong: [String] = []
    if seen.holds.count != book.promises.count { wrong.append("\(seen.holds.count) holds, must be \(book.promises.count)") }
    for hold in seen.holds {
      let (question, promise) = (hold.question, book.promises[hold.question])
      let taken = promise?.taken ?? 0
      let back = promise.map { $0.state == .open ? 0 : $0.count - $0.taken }
      if (hold.units, hold.captured, hold.released) != (promise?.count, taken, back) || hold.deadline != promise?.due {
        wrong.append(
          "the hold of \(question.n), minute \(question.minute), is \(hold.units) = \(hold.captured) + \(hold.released) + open, "
            + "must be \(taken) + \(back ?? 0)")
      }
    }
    if seen.lefts != lefts { wrong.append("what was left is judged \(seen.lefts), must be \(lefts)") }
    return wrong
  }

  private func purchasesWrong(_ seen: Seen) -> [String] {
    var wrong: [String] = []
    if seen.purchaseCount != bought.count { wrong.append("\(seen.purchaseCount) purchases, must be \(bought.count)") }
    for id in seen.waiting where bought[id]?.story.isPaid != false { wrong.append("purchase \(name(id)) is paid, and is waited for") }
    for (id, state) in seen.purchases {
      guard let purchase = bought[id] else { continue }
      let must = purchase.story.state(price: purchase.price.minor)
      if state != must { wrong.append("purchase \(name(id)) is \(state?.rawValue ?? "gone"), must be \(must)") }
    }
    return wrong
  }

  private func logWrong(_ seen: Seen) -> [String] {
    var wrong: [String] = []
    let found = seen.said.map { "\($0.conversation) \($0.n) \($0.byExpert) \($0.client)" }.sorted()
    let must = messages.map { "\(threads[$0.thread].id) \($0.n) \(!$0.isQuestion) \($0.client)" }.sorted()
    if found != must {
      let (lost, odd) = (Set(must).subtracting(found), Set(found).subtracting(must))
      wrong.append("the log has lost \(lost.sorted()) and has besides \(odd.sorted())")
    }
    for head in seen.heads where head.entries != head.last { wrong.append("a log has \(head.entries) entries up to \(head.last)") }
    return wrong
  }
}

extension Moment {
  fileprivate var isoDay: String { "\(milliseconds / 86_400_000)" }
}
