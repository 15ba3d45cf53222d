import Base
import Foundation
import HTTPTypes
import Hummingbird
import Mail
import Store
import Web

extension LetterKind {
  static let digest = LetterKind("digest", canBeUnsubscribed: true)
}

extension JobKind {
  static let digestNotices = JobKind("notifications.digest")
}

/// The letter that gathers what somebody missed while they were away: not sooner than a quarter of an hour after it happened, not more than
/// one an hour, and not in quiet hours.
extension Notifications {
  static let digestAfterSeconds: Int64 = 15 * 60
  static let digestEverySeconds: Int64 = 3600
  /// More are counted, not named.
  static let namedInDigest = 5

  func expectDigest(of account: AccountID, at due: Moment, in session: any Session) throws {
    try jobs.enqueue(
      .digestNotices, uniqueKey: account.description, payload: #"{"account":"\#(account)"}"#,
      dueAt: max(due, clock.now.adding(seconds: Self.digestAfterSeconds)), in: session)
  }

  var digestHandlers: [JobHandler] {
    [
      JobHandler(.digestNotices) { [self] session, payload in
        guard let account = AccountID(payload.filter(\.isNumber)) else { return }
        try sendDigest(to: account, in: session)
      }
    ]
  }

  private func sendDigest(to account: AccountID, in session: any Session) throws {
    // Who is there sees the bell.
    guard mail.isOn, !presence(of: account).isHere else { return }
    let now = clock.now
    let wishes = try session.wishes(of: account)
    let wanted = try session.notMailed(of: account, limit: Self.atOnce).filter { notice in
      kind(named: notice.kind).map { !$0.hasOwnLetter && wishes.wants($0, by: .mail) } ?? false
    }
    guard !wanted.isEmpty else { return }
    if let end = wishes.hours.end(at: now) { return try expectDigest(of: account, at: end, in: session) }
    if let sent = try session.digestSentAt(account), now < sent.adding(seconds: Self.digestEverySeconds) {
      return try expectDigest(of: account, at: sent.adding(seconds: Self.digestEverySeconds), in: session)
    }
    let ripe = wanted.filter { $0.at <= now.adding(seconds: -Self.digestAfterSeconds) }
    // What came meanwhile is in the letter too; while nothing is old enough there is none.
    guard !ripe.isEmpty else { return try expectDigest(of: account, at: now, in: session) }
    let told = try told(wanted, to: account, in: session)
    guard !told.isEmpty, let row = try session.row("SELECT email, name, language FROM accounts WHERE id = $1 AND active", account),
      try mail.undeliverable(row[0], in: session) == nil
    else { return }
    let language = Language(rawValue: row[2]) ?? .english
    let recipient = Recipient(address: row[0], name: row[1], language: language)
    try mail.post(letter(told, to: recipient, of: account), in: session)
    for notice in wanted { try session.setMailed(notice.id, at: now) }
    try session.setDigestSent(account, at: now)
  }

  private func letter(_ told: [ToldNotice], to recipient: Recipient, of account: AccountID) -> Letter {
    let texts = web.texts(recipient.language)
    let named = told.prefix(Self.namedInDigest).map { "\(texts.heading(of: $0)) (\($0.story.place))" }
    let more = told.count - named.count
    let lines = named + (more > 0 ? [texts.counted("notices.digest.more", more)] : [])
    let newest = told.first.map { "\($0.notice.id).\($0.notice.revision)" } ?? ""
    return Letter(
      .digest, to: recipient, lines: lines, button: "\(baseAddress)/notices?show=unread",
      unsubscribe: "\(baseAddress)/notices/stop/\(account).\(code(of: account))", key: "\(account).\(newest)")
  }

  // MARK: Stopping them

  /// Signed, so that the link of a letter stops this account's letters and nobody else's.
  private func code(of account: AccountID) -> String {
    LinkCode.of(Self.claim(of: account), with: linkKey)
  }

  private static func claim(of account: AccountID) -> String { "notices.stop.\(account)" }

  private static func claim(of account: AccountID, _ kind: String) -> String { "notice.stop.\(account).\(kind)" }

  /// Where somebody ends the letters of one kind and of no other.
  public func stopAddress(_ kind: NoticeKind, of account: AccountID) -> String {
    "\(baseAddress)/notices/stop/\(account).\(kind.name).\(LinkCode.of(Self.claim(of: account, kind.name), with: linkKey))"
  }

  /// Whose letters a link ends, and of which kind where it is about one.
  private func stopped(by token: String) throws(Refusal) -> (account: AccountID, kind: NoticeKind?) {
    let parts = token.split(separator: ".").map(String.init)
    if parts.count == 2, let account = AccountID(parts[0]), LinkCode.isRight(parts[1], of: Self.claim(of: account), with: linkKey) {
      return (account, nil)
    }
    guard parts.count == 3, let account = AccountID(parts[0]), let kind = kind(named: parts[1]),
      LinkCode.isRight(parts[2], of: Self.claim(of: account, kind.name), with: linkKey)
    else { throw Refusal(.linkUsedOrExpired) }
    return (account, kind)
  }

  func registerUnsubscribing(on routes: Routes) {
    routes.get("/notices/stop/{token}", .decidedInside("Notifications.stopped")) { [self] request, context in
      guard let token = context.parameters.get("token") else { throw Refusal(.notFound) }
      let kind = try stopped(by: token).kind
      return web.page(stopPage(token, kind, isDone: false, context), request, context)
    }
    // A mail program posts here by itself (RFC 8058): without a cookie, without a form of ours, from wherever it is.
    let origin = AllowedOrigin.decidedInside("Notifications.stopped")
    routes.on(.post, "/notices/stop/{token}", .decidedInside("Notifications.stopped"), origin: origin, limit: .forms) {
      [self] request, context in
      guard let token = context.parameters.get("token") else { throw Refusal(.notFound) }
      let (account, only) = try stopped(by: token)
      try await store.write { [self] session in
        guard try session.row("SELECT id FROM accounts WHERE id = $1 AND active", account) != nil else {
          throw Refusal(.linkUsedOrExpired)
        }
        var wishes = try session.wishes(of: account)
        for kind in only.map({ [$0] }) ?? kinds { wishes.said[Wishes.Wish(kind: kind.name, channel: .mail)] = false }
        try session.save(wishes, of: account)
      }
      return web.page(stopPage(token, only, isDone: true, context), request, context)
    }
  }

  private func stopPage(_ token: String, _ kind: NoticeKind?, isDone: Bool, _ context: WebContext) -> StopPage {
    let texts = web.texts(context.language)
    let text = kind.map { texts["notices.stop.only", ["kind": texts["notices.wish.\($0.name)"]]] } ?? texts["notices.stop.text"]
    return StopPage(
      title: texts[isDone ? "notices.stop.done" : "notices.stop.title"], text: text, isDone: isDone,
      stopURL: SafeURL("/notices/stop/\(token)"))
  }
}

/// `/notices/stop/{token}`: no more letters of this kind.
struct StopPage: Page {
  static let template = "notices-stop"
  let title: String
  let text: String
  let isDone: Bool
  let stopURL: SafeURL?
}

extension Session {
  /// What is unread and stands in no letter yet, the newest first.
  fileprivate func notMailed(of account: AccountID, limit: Int) throws -> [Notice] {
    try unread(of: account, limit: limit).filter { $0.mailedAt == nil }
  }

  fileprivate func setMailed(_ id: NoticeID, at now: Moment) throws { try run("UPDATE notices SET mailed_at = $2 WHERE id = $1", id, now) }

  fileprivate func digestSentAt(_ account: AccountID) throws -> Moment? {
    try row("SELECT sent_at FROM notice_digests WHERE account_id = $1", account)?[0]
  }

  fileprivate func setDigestSent(_ account: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO notice_digests (account_id, sent_at)
      VALUES ($1, $2)
      ON CONFLICT (account_id) DO UPDATE SET sent_at = excluded.sent_at
      """, account, now)
  }
}
