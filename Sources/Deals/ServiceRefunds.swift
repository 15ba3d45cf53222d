import Accounts
import Base
import Conversations
import Ledger
import LedgerCore
import Notifications
import Payments
import Store
import Web

extension NoticeKind {
  /// What somebody paid for an answer, or a tip, is theirs again.
  public static let serviceRefunded = NoticeKind("serviceRefunded", push: true, mail: true)
  /// What an expert earned was given back to its customer.
  public static let earningReturned = NoticeKind("earningReturned", push: true, mail: true)
}

/// Where what was paid for a service goes.
enum RefundWay: String, CaseIterable, Sendable {
  case wallet, payment
}

/// Why.
enum RefundReason: String, CaseIterable, Sendable {
  case administrator, oneStar
}

/// What is given back of a service (B37), inside the transaction of whoever decides it.
struct ServiceRefunds: Sendable {
  struct Wish: Sendable {
    let hold: Hold
    /// Nil for what is left of it.
    let units: Int64?
    let reason: RefundReason
    let by: AccountID?
    /// Of the page that was sent.
    let formKey: String
    /// Whether both are told.
    var isTold = true
  }

  let ledger: Ledger
  let ids: IDMaker
  let notifications: Notifications

  /// Gives units back and tells both. The same page again changes nothing.
  ///
  /// - Parameter payOut: pays units of a lot out to where they were bought; nil where they stay in the wallet.
  /// - Returns: whether anything went back.
  @discardableResult func give(
    _ wish: Wish, at now: Moment, in session: any Session, payingOut payOut: ((LotPart, RefundID) throws -> Void)? = nil
  ) throws -> Bool {
    let hold = wish.hold
    guard try !session.isGivenBack(hold.id, by: wish.formKey) else { return false }
    let parts = try ledger.compensate(
      hold, units: wish.units, key: "service.\(hold.id).\(wish.formKey)", by: payOut == nil ? .wallet(until: nil) : .lots, at: now,
      in: session)
    guard !parts.isEmpty else { return false }
    for part in parts {
      let id: ServiceRefundID = ids.next()
      try session.run(
        """
        INSERT INTO service_refunds (id, hold_id, units, worth_minor, currency, way, reason, decided_by, form_key, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """, id, hold.id, part.part.units, part.part.worthMinor, part.currency.code,
        (payOut == nil ? RefundWay.wallet : .payment).rawValue, wish.reason.rawValue, wish.by, wish.formKey, now)
      try payOut?(part, ids.next())
    }
    if wish.isTold { try tell(parts.reduce(0) { $0 + $1.part.units }, of: hold, at: now, in: session) }
    return true
  }

  /// Gives units of what was charged as one back, the latest first, and tells both once.
  func give(
    _ units: Int64, of holds: [Hold], because reason: RefundReason, by account: AccountID?, formKey: String, at now: Moment,
    in session: any Session
  ) throws {
    guard units > 0 else { return }
    var left = units
    for hold in holds.reversed() where left > 0 {
      let some = min(left, try session.returnableUnits(of: hold))
      guard some > 0 else { continue }
      try give(Wish(hold: hold, units: some, reason: reason, by: account, formKey: formKey, isTold: false), at: now, in: session)
      left -= some
    }
    guard left == 0 else { throw Refusal(.notRefundable) }
    try tell(units, of: holds[0], at: now, in: session)
  }

  private func tell(_ units: Int64, of hold: Hold, at now: Moment, in session: any Session) throws {
    for (kind, account) in [(NoticeKind.serviceRefunded, hold.payer), (.earningReturned, hold.payee)] {
      let tidings = Tidings(kind, about: "service.\(hold.id)", data: ["hold": "\(hold.id)"], count: units, at: now)
      try notifications.tell(tidings, to: account, in: session)
    }
  }

  /// An answer rated one star is given back, once per customer and month.
  func apply(oneStarFor answer: Int64, in conversation: ConversationID, of customer: AccountID, at now: Moment, in session: any Session)
    throws
  {
    guard try session.lastOneStarRefund(of: customer).map({ $0.month == now.month }) != true else { return }
    for hold in try session.questions(answeredBy: answer, in: conversation) {
      try give(Wish(hold: hold, units: nil, reason: .oneStar, by: nil, formKey: "oneStar"), at: now, in: session)
    }
  }
}

extension Moment {
  /// The month in UTC: `2026-11`.
  fileprivate var month: Substring { isoText.prefix(7) }
}

/// A refund as a page shows it.
struct GivenBack: Sendable {
  let units: Int64
  let worth: Money
  let way: RefundWay
  let reason: RefundReason
  let at: Moment
}

extension Session {
  fileprivate func isGivenBack(_ hold: HoldID, by formKey: String) throws -> Bool {
    try row("SELECT 1 FROM service_refunds WHERE hold_id = $1 AND form_key = $2 LIMIT 1", hold, formKey) != nil
  }

  fileprivate func lastOneStarRefund(of customer: AccountID) throws -> Moment? {
    try row(
      """
      SELECT r.at
      FROM service_refunds r
      JOIN holds h ON h.id = r.hold_id
      WHERE h.payer_id = $1 AND r.reason = 'oneStar'
      ORDER BY r.id DESC
      LIMIT 1
      """, customer)?[0]
  }

  func refunds(of hold: HoldID) throws -> [GivenBack] {
    try rows("SELECT units, worth_minor, currency, way, reason, at FROM service_refunds WHERE hold_id = $1 ORDER BY id LIMIT 100", hold)
      .map { row in
        guard let way = RefundWay(rawValue: row[3]), let reason = RefundReason(rawValue: row[4]) else {
          preconditionFailure("The schema knows no other words for a refund")
        }
        return GivenBack(units: row[0], worth: Money(row[1], Currency(stored: row[2])), way: way, reason: reason, at: row[5])
      }
  }
}

/// Refunds by an administrator.
extension Deals {
  private var refunds: ServiceRefunds { ServiceRefunds(ledger: ledger, ids: ids, notifications: notifications) }

  /// The purchase that everything of a hold came from; nil where it was given, or came from several.
  func purchase(behind hold: Hold, in session: any Session) throws -> PurchaseID? {
    let abouts = try session.origins(of: hold)
    guard abouts.count == 1, let about = abouts.first, about.hasPrefix("purchase.") else { return nil }
    return PurchaseID(String(about.dropFirst("purchase.".count)))
  }

  /// Gives what was paid for a service back, whole or in part.
  func giveBack(_ units: Int64, of id: HoldID, to way: RefundWay, formKey: String, by administrator: AccountID, from place: Whereabouts)
    async throws
  {
    let now = clock.now
    guard let hold = try await store.read({ try $0.hold(id) }) else { throw Refusal(.notFound) }
    guard units > 0, units <= hold.captured else { throw Refusal(.amountInvalid) }
    let line = AuditLine(
      by: administrator, deed: "service.refunded", thing: "hold.\(id)", address: place.address.text,
      detail: ["units": "\(units)", "way": way.rawValue, "account": "\(hold.payer)"])
    let auditID: AuditLineID = ids.next()
    let wish = ServiceRefunds.Wish(hold: hold, units: units, reason: .administrator, by: administrator, formKey: formKey)
    var purchase: PurchaseID?
    if way == .payment {
      purchase = try await store.read { [self] session -> PurchaseID? in try self.purchase(behind: hold, in: session) }
      guard purchase != nil else { throw Refusal(.notRefundable) }
    }
    var locks = [Lock.account(hold.payer)]
    if let purchase { locks = try await payments.refundLocks(of: purchase) }
    try await store.write(locking: locks) { [refunds, payments, purchase] session in
      var payOut: ((LotPart, RefundID) throws -> Void)?
      if let purchase {
        payOut = { part, refund in _ = try payments.payOut(part.part.units, of: purchase, as: refund, at: now, in: session) }
      }
      let isGiven = try refunds.give(wish, at: now, in: session, payingOut: payOut)
      if isGiven { try session.audit(line, id: auditID, at: now) }
    }
  }

  /// Gives what was paid for a chat by the minute back to the wallet, whole or in part, the latest minutes first. The same page again changes
  /// nothing.
  func giveBack(
    _ units: Int64, ofChat chat: MinuteSessionID, formKey: String, by administrator: AccountID, from place: Whereabouts
  ) async throws {
    let (now, auditID): (Moment, AuditLineID) = (clock.now, ids.next())
    guard let hold = try await store.read({ try $0.charge(ofChat: chat) })?.holds.first else { throw Refusal(.notFound) }
    let line = AuditLine(
      by: administrator, deed: "service.refunded", thing: "hold.\(hold.id)", address: place.address.text,
      detail: ["units": "\(units)", "way": RefundWay.wallet.rawValue, "account": "\(hold.payer)"])
    try await store.write(locking: [.account(hold.payer)]) { [refunds] session in
      guard let charge = try session.charge(ofChat: chat) else { throw Refusal(.notFound) }
      if try charge.holds.contains(where: { try session.isGivenBack($0.id, by: formKey) }) { return }
      guard units > 0, units <= charge.returnable, try session.minuteSession(chat)?.endedAt != nil else { throw Refusal(.amountInvalid) }
      try refunds.give(units, of: charge.holds, because: .administrator, by: administrator, formKey: formKey, at: now, in: session)
      try session.audit(line, id: auditID, at: now)
    }
  }

  func tellRefunds(by notifications: Notifications) {
    notifications.add([.serviceRefunded, .earningReturned]) { [web] session, account, notices in
      var stories: [NoticeID: Story] = [:]
      let texts = web.texts(try session.account(account)?.language ?? .english)
      for notice in notices {
        guard let id = notice.identity("hold", of: Kinds.Hold.self), let hold = try session.hold(id) else { continue }
        let isCustomer = notice.kind == NoticeKind.serviceRefunded.name
        guard account == (isCustomer ? hold.payer : hold.payee) else { continue }
        stories[notice.id] = Story(
          name: texts.counted("deals.price.\(hold.units.unit.rawValue)", Int(notice.count)),
          place: texts["deals.after.row.\(hold.kind.rawValue)"], text: nil, conversation: nil,
          path: "\(isCustomer ? "/wallet" : "/earnings")/deals/\(id)", acts: [])
      }
      return stories
    }
  }
}
