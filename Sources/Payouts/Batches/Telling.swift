import Accounts
import Base
import Notifications
import Operations
import Store
import Web

extension NoticeKind {
  /// What an expert earned is on its way, has arrived, or came back.
  static let payoutUnderWay = NoticeKind("payoutUnderWay", push: false, mail: true)
  static let payoutPaid = NoticeKind("payoutPaid", push: true, mail: true)
  static let payoutFailed = NoticeKind("payoutFailed", push: true, mail: true, maySMS: true)
}

extension Payouts {
  func tell(_ kind: NoticeKind, of payout: Payout, at now: Moment, in session: any Session) throws {
    let tidings = Tidings(kind, about: Payout.key(payout.id), data: ["payout": "\(payout.id)"], at: now)
    try notifications.tell(tidings, to: payout.payee, in: session)
  }

  func alert(about payout: Payout, at now: Moment, in session: any Session) throws {
    let detail = ["account": "\(payout.payee)"].merging(.money(payout.slip.net)) { $1 }
    try operations.raise(.payoutFailed, about: Payout.key(payout.id), detail, at: now, in: session)
  }

  /// Who acknowledges the alert has looked at why the payout failed.
  func followAlerts() {
    operations.onAcknowledged(.payoutFailed) { session, subject, administrator, now in
      guard let id = PayoutID(String(subject.drop { $0 != "." }.dropFirst())) else { return }
      _ = try session.lookAt(id, by: administrator, at: now)
    }
  }

  func tellNotices() {
    notifications.add([.payoutUnderWay, .payoutPaid, .payoutFailed]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let (texts, money) = (web.texts(reader.language), MoneyWords(reader.language))
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let id = notice.identity("payout", of: Kinds.Payout.self), let payout = try session.payout(id), payout.payee == account
        else { continue }
        stories[notice.id] = Story(
          name: money[payout.slip.net], place: texts["payouts.money.title"], text: nil, conversation: nil,
          path: "\(MoneyRoutes.payoutsPath)/\(id)", acts: [])
      }
      return stories
    }
  }
}

extension Session {
  /// Somebody has looked at why a payout failed.
  ///
  /// - Returns: whether nobody had until now.
  func lookAt(_ id: PayoutID, by administrator: AccountID, at now: Moment) throws -> Bool {
    try run(
      "UPDATE payouts SET seen_at = $2, seen_by = $3 WHERE id = $1 AND state = 'failed' AND seen_at IS NULL", id, now, administrator) == 1
  }
}
