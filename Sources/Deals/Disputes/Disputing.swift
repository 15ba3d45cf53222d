import Accounts
import Base
import Ledger
import Notifications
import Store
import Web

extension NoticeKind {
  /// A customer disputes what was charged: told to the expert, and to administrators until it is decided.
  public static let disputeOpened = NoticeKind("disputeOpened", push: true, mail: true, maySMS: true)
  public static let disputeDecided = NoticeKind("disputeDecided", push: true, mail: true)
}

/// Disputes: the page that says why something was charged is their evidence, and an administrator decides.
extension Deals {
  static let reasonLimit = 1000

  /// Opens a dispute about an answer, or about the whole chat that a minute belongs to. The same again changes nothing.
  ///
  /// - Throws: `disputeClosed` when the time for it is over, or all of it was given back.
  func dispute(_ id: HoldID, because reason: String, by customer: AccountID, from place: Whereabouts) async throws {
    let reason = try Self.fit(reason)
    guard let hold = try await store.read({ try $0.hold(id) }), hold.payer == customer else { throw Refusal(.notFound) }
    let (now, dispute, auditID): (Moment, DisputeID, AuditLineID) = (clock.now, ids.next(), ids.next())
    let line = AuditLine(
      by: customer, deed: "dispute.opened", thing: "hold.\(id)", address: place.address.text, detail: ["account": "\(hold.payee)"])
    // Who pays out takes the expert's row, too: nothing is paid out while it is disputed.
    try await store.write(locking: [.account(hold.payer), .account(hold.payee)]) { [notifications] session in
      guard let charge = try session.charge(of: id), charge.dispute == nil else { return }
      try session.require(.disputes, ofThread: hold.conversation)
      guard let until = charge.disputableUntil, now <= until, charge.returnable > 0 else { throw Refusal(.disputeClosed) }
      try session.write(dispute, about: charge, because: reason, by: customer, at: now)
      let tidings = Tidings(.disputeOpened, about: "dispute.\(dispute)", data: ["hold": "\(id)"], at: now)
      for reader in try [hold.payee] + session.disputeWatchers().filter({ $0 != hold.payee }) {
        try notifications.tell(tidings, to: reader, in: session)
      }
      try session.audit(line, id: auditID, at: now)
    }
  }

  /// Decides a dispute: gives back all that is left, a part, or nothing. A second decision changes nothing.
  ///
  /// - Parameter units: how many, where it is a part; of a chat by the minute its latest minutes first.
  func decide(
    _ id: HoldID, _ outcome: Dispute.Outcome, units: Int64, answer: String, by administrator: AccountID, from place: Whereabouts
  ) async throws {
    let answer = try Self.fit(answer)
    guard let hold = try await store.read({ try $0.hold(id) }) else { throw Refusal(.notFound) }
    let (now, auditID): (Moment, AuditLineID) = (clock.now, ids.next())
    let refunds = ServiceRefunds(ledger: ledger, ids: ids, notifications: notifications)
    try await store.write(locking: [.account(hold.payer), .account(hold.payee)]) { [notifications] session in
      guard let charge = try session.charge(of: id), let dispute = charge.dispute else { throw Refusal(.notFound) }
      guard dispute.decision == nil else { return }
      let back: Int64
      switch outcome {
      case .whole: back = charge.returnable
      case .nothing: back = 0
      case .part:
        guard units > 0, units < charge.returnable else { throw Refusal(.amountInvalid) }
        back = units
      }
      let changed = try session.run(
        """
        UPDATE disputes
        SET decided_at = $2, decided_by = $3, outcome = $4, units = $5, answer = $6
        WHERE id = $1 AND decided_at IS NULL
        """, dispute.id, now, administrator, outcome.rawValue, back, answer)
      guard changed == 1 else { return }
      try refunds.give(back, of: charge.holds, because: .administrator, by: administrator, formKey: "dispute", at: now, in: session)
      try notifications.settle(.disputeOpened, about: "dispute.\(dispute.id)", in: session)
      for reader in [hold.payer, hold.payee] {
        let tidings = Tidings(.disputeDecided, about: "dispute.\(dispute.id)", data: ["hold": "\(id)"], at: now)
        try notifications.tell(tidings, to: reader, in: session)
      }
      let line = AuditLine(
        by: administrator, deed: "dispute.decided", thing: "hold.\(id)", address: place.address.text,
        detail: ["outcome": outcome.rawValue, "units": "\(back)", "account": "\(hold.payer)"])
      try session.audit(line, id: auditID, at: now)
    }
  }

  private static func fit(_ words: String) throws -> String {
    guard !words.isEmpty else { throw Refusal(.textEmpty) }
    guard words.unicodeScalars.count <= reasonLimit else { throw Refusal(.fieldTooLong) }
    guard !words.contains("\0") else { throw Refusal(.textHasNull) }
    return words
  }

  func tellDisputes(by notifications: Notifications) {
    notifications.add([.disputeOpened, .disputeDecided]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let texts = web.texts(reader.language)
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let id = notice.identity("hold", of: Kinds.Hold.self), let charge = try session.charge(of: id), let dispute = charge.dispute
        else { continue }
        let hold = charge.holds[0]
        let place: String
        if account == hold.payer {
          place = "/wallet"
        } else if account == hold.payee {
          place = "/earnings"
        } else if reader.roles.contains(.administrator) {
          place = "/admin"
        } else {
          continue
        }
        let path = charge.minutes.map { "\(place)/minutes/\($0)" } ?? "\(place)/deals/\(id)"
        let captured = charge.holds.reduce(0) { $0 + $1.captured }
        let price = texts.counted("deals.price.\(hold.units.unit.rawValue)", Int(captured))
        let name = dispute.decision.map { texts["deals.dispute.outcome.\($0.outcome.rawValue)"] } ?? price
        stories[notice.id] = Story(
          name: name, place: texts["deals.after.row.\(hold.kind.rawValue)"], text: nil, conversation: nil, path: path, acts: [])
      }
      return stories
    }
  }
}

extension Session {
  /// Who decides.
  fileprivate func disputeWatchers() throws -> [AccountID] {
    try rows("SELECT id FROM accounts WHERE is_administrator AND active ORDER BY id LIMIT 100").map { $0[0] }
  }
}
