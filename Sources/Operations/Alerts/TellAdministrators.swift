import Accounts
import Base
import Mail
import Notifications
import Store
import Web

extension NoticeKind {
  /// Something needs an administrator at once: it is told until one has acknowledged it.
  static let alertRaised = NoticeKind("alertRaised", push: true, mail: true, isUrgent: true, hasOwnLetter: true, maySMS: true)
}

extension LetterKind {
  static let alertRaised = LetterKind("alertRaised")
}

/// Who hears of an alert: every administrator, in the page, by push, and by a letter that leaves at once.
extension Operations {
  /// A house with more administrators finds the alert on its page.
  private static let toldLimit = 100

  static func key(_ id: AlertID) -> String { "alert.\(id)" }

  func tellAdministrators(of id: AlertID, at now: Moment, in session: any Session) throws {
    guard let alert = try session.alert(id) else { return }
    let tidings = Tidings(.alertRaised, about: Self.key(id), data: ["alert": "\(id)"], at: now)
    for administrator in try session.watchers(limit: Self.toldLimit) {
      try notifications.tell(tidings, to: administrator, in: session)
      try write(about: alert, to: administrator, in: session)
    }
  }

  private func write(about alert: Alert, to administrator: AccountID, in session: any Session) throws {
    guard mail.isOn, let reader = try session.account(administrator), try mail.undeliverable(reader.email, in: session) == nil,
      try notifications.wantsLetter(.alertRaised, administrator, in: session)
    else { return }
    let words = AlertWords(web.texts(reader.language), names: try session.names(of: Set([alert.account].compactMap(\.self))))
    let letter = Letter(
      .alertRaised, to: Recipient(address: reader.email, name: reader.name, language: reader.language),
      arguments: ["what": words.title(of: alert.kind), "advice": words.advice(about: alert.kind)], lines: [words.detail(of: alert)],
      button: "\(web.settings.baseAddress)\(AlertRoutes.path)", key: "\(alert.id).\(administrator)")
    try mail.post(letter, in: session)
  }

  func tellNotices() {
    notifications.add([.alertRaised]) { [web] session, account, notices in
      guard let reader = try session.account(account), reader.roles.contains(.administrator) else { return [:] }
      let texts = web.texts(reader.language)
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let id = notice.identity("alert", of: Kinds.Alert.self), let alert = try session.alert(id) else { continue }
        stories[notice.id] = Story(
          name: AlertWords(texts, names: [:]).title(of: alert.kind), place: texts["operations.alerts.title"], text: nil,
          conversation: nil, path: AlertRoutes.path, acts: [])
      }
      return stories
    }
  }
}

/// What an alert says, in somebody's words.
struct AlertWords: Sendable {
  private let texts: Texts
  private let names: [AccountID: String]

  init(_ texts: Texts, names: [AccountID: String]) {
    self.texts = texts
    self.names = names
  }

  func title(of kind: AlertKind) -> String { texts["operations.alert.\(kind.rawValue).title"] }

  /// What to do.
  func advice(about kind: AlertKind) -> String { texts["operations.alert.\(kind.rawValue).advice"] }

  func detail(of alert: Alert) -> String {
    var arguments = alert.detail
    arguments["who"] = who(alert.account)
    arguments["amount"] = alert.money.map { MoneyWords(texts.language)[$0] } ?? ""
    arguments["provider"] = alert.detail["provider"].map { texts["payments.provider.\($0).title"] } ?? ""
    arguments["since"] = alert.detail["since"].flatMap { Int64($0) }.map { Moment(milliseconds: $0).universalText } ?? ""
    return texts["operations.alert.\(alert.kind.rawValue).\(alert.detail["rule"] ?? "detail")", arguments]
  }

  func who(_ account: AccountID?) -> String {
    account.flatMap { names[$0] }.flatMap { $0.isEmpty ? nil : $0 } ?? texts["pages.audit.deleted"]
  }
}

extension Session {
  fileprivate func watchers(limit: Int) throws -> [AccountID] {
    try rows("SELECT id FROM accounts WHERE is_administrator AND active ORDER BY id LIMIT $1", limit).map { $0[0] }
  }
}
