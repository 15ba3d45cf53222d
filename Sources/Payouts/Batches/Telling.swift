import Accounts
import Base
import Notifications
import Store
import Web

extension NoticeKind {
  /// What an expert earned is on its way, has arrived, or came back.
  static let payoutUnderWay = NoticeKind("payoutUnderWay", push: false, mail: true)
  static let payoutPaid = NoticeKind("payoutPaid", push: true, mail: true)
  static let payoutFailed = NoticeKind("payoutFailed", push: true, mail: true, maySMS: true)
  /// An administrator has to look at one that failed: it is told until somebody has.
  static let payoutAlert = NoticeKind("payoutAlert", push: true, mail: true)
}

extension Payouts {
  func tell(_ kind: NoticeKind, of payout: Payout, at now: Moment, in session: any Session) throws {
    let tidings = Tidings(kind, about: Payout.key(payout.id), data: ["payout": "\(payout.id)"], at: now)
    try notifications.tell(tidings, to: payout.payee, in: session)
  }

  func alert(about payout: Payout, at now: Moment, in session: any Session) throws {
    let tidings = Tidings(.payoutAlert, about: Payout.key(payout.id), data: ["payout": "\(payout.id)"], at: now)
    for administrator in try session.payoutWatchers() { try notifications.tell(tidings, to: administrator, in: session) }
  }

  func tellNotices() {
    notifications.add([.payoutUnderWay, .payoutPaid, .payoutFailed, .payoutAlert]) { [web] session, account, notices in
      guard let reader = try session.account(account) else { return [:] }
      let (texts, money) = (web.texts(reader.language), MoneyWords(reader.language))
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let id = notice.identity("payout", of: Kinds.Payout.self), let payout = try session.payout(id) else { continue }
        if notice.kind == NoticeKind.payoutAlert.name {
          guard reader.roles.contains(.administrator) else { continue }
          stories[notice.id] = Story(
            name: "\(payout.name), \(money[payout.slip.net])", place: texts["payouts.admin.title"], text: nil, conversation: nil,
            path: AdminPayoutRoutes.path, acts: [])
        } else {
          guard payout.payee == account else { continue }
          stories[notice.id] = Story(
            name: money[payout.slip.net], place: texts["payouts.money.title"], text: nil, conversation: nil,
            path: "\(MoneyRoutes.payoutsPath)/\(id)", acts: [])
        }
      }
      return stories
    }
  }
}

extension Session {
  /// Who is told when a payout fails.
  fileprivate func payoutWatchers() throws -> [AccountID] {
    try rows("SELECT id FROM accounts WHERE is_administrator AND active ORDER BY id LIMIT 100").map { $0[0] }
  }
}
