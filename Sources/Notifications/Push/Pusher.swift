import Base
import Crypto
import Foundation
import Outside
import Store
import Web
import Wire

extension JobKind {
  /// Decides who is pushed a notice.
  static let deliverNotice = JobKind("notifications.deliver")
  /// One notice to one browser. A push that is too late is none, so it is tried for minutes, not for days.
  static let pushNotice = JobKind("notifications.push", retries: JobRetries(limit: 6, firstPauseSeconds: 10, longestPauseSeconds: 600))
}

/// What a push needs besides the notice.
struct PushSettings: Sendable {
  let outside: Outside
  let key: PushKey
  let privateHosts: Set<String>

  /// - Returns: nil for an address at which browsers have no pushes: they want TLS, or the machine itself.
  init?(from baseAddress: String, seed: SymmetricKey, outside: Outside, privateHosts: Set<String>) {
    guard let parts = URLComponents(string: baseAddress), let host = parts.host else { return nil }
    let isLocal = host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1"
    guard parts.scheme == "https" || isLocal else { return nil }
    // Push services want an address of mail or a safe one of the web.
    let contact = parts.scheme == "https" ? baseAddress : "mailto:postmaster@localhost"
    self.outside = outside
    self.privateHosts = privateHosts
    key = PushKey(seed: seed, contact: contact)
  }
}

extension Notifications {
  static let subscriptionLimit = 20
  /// A page that was closed just now counts as there for some seconds: then it is looked at once more.
  static let secondLookSeconds: Int64 = 15

  var pushHandlers: [JobHandler] {
    [
      JobHandler(.deliverNotice) { [self] session, payload in try deliver(Errand(payload), in: session) },
      JobHandler.outside(
        .pushNotice, leaseSeconds: 90, { [self] job in try await push(Errand(job.payload)) },
        complete: { session, _, outcome in if case .gone(let id) = outcome { try session.dropSubscription(id) } }),
    ]
  }

  func expectDelivery(of notice: NoticeID, isSecondLook: Bool = false, in session: any Session) throws {
    let due = isSecondLook ? clock.now.adding(seconds: Self.secondLookSeconds) : clock.now
    try jobs.enqueue(
      .deliverNotice, uniqueKey: "\(notice).\(isSecondLook)", payload: #"{"notice":"\#(notice)","again":"\#(isSecondLook ? 1 : 0)"}"#,
      dueAt: due, in: session)
  }

  /// Whether it goes where it rings.
  func rings(_ kind: NoticeKind, _ wishes: Wishes) -> Bool { pushes(kind, wishes) || texts(kind, wishes) }

  private func pushes(_ kind: NoticeKind, _ wishes: Wishes) -> Bool { push != nil && wishes.wants(kind, by: .push) }

  private func texts(_ kind: NoticeKind, _ wishes: Wishes) -> Bool { texting.isOn && kind.maySMS && wishes.wants(kind, by: .sms) }

  /// Rings for whoever wants it and is not there to be told otherwise.
  private func deliver(_ errand: Errand, in session: any Session) throws {
    guard let id = errand.notice, let notice = try session.notice(id), notice.readAt == nil, let kind = kind(named: notice.kind)
    else { return }
    let wishes = try session.wishes(of: notice.account)
    guard rings(kind, wishes), wishes.hours.end(at: clock.now) == nil else { return }
    let presence = presence(of: notice.account)
    // Who is offline wants no rings, and is told by SMS of what they chose: that is what one has it for.
    let pushes = presence.mayRing && self.pushes(kind, wishes)
    guard pushes || texts(kind, wishes) else { return }
    if presence.isHere {
      if !errand.isSecondLook { try expectDelivery(of: id, isSecondLook: true, in: session) }
      return
    }
    if texts(kind, wishes) { try text(notice, in: session) }
    guard pushes else { return }
    for kept in try session.subscriptions(of: notice.account, at: clock.now) {
      try jobs.enqueue(
        .pushNotice, uniqueKey: "\(id).\(kept.id)", payload: #"{"notice":"\#(id)","subscription":"\#(kept.id)"}"#, dueAt: clock.now,
        in: session)
    }
  }

  /// One for each notice: what comes to one that is unread is no other. It says of what, and nothing of what was said.
  private func text(_ notice: Notice, in session: any Session) throws {
    guard let told = try told([notice], to: notice.account, in: session).first,
      let row = try session.row("SELECT language FROM accounts WHERE id = $1 AND active", notice.account)
    else { return }
    let words = "\(web.texts(Language(rawValue: row[0]) ?? .english).heading(of: told)) (\(told.story.place))"
    try texting.postNotice(words, link: "\(baseAddress)/notices", to: notice.account, key: notice.id.description, in: session)
  }

  private enum Outcome: Sendable {
    case taken, needless
    case gone(PushSubscriptionID)
  }

  private func push(_ errand: Errand) async throws -> Outcome {
    guard let push, let noticeID = errand.notice, let subscriptionID = errand.subscription else { return .needless }
    let found = try await store.read { [self] session -> (KeptSubscription, ToldNotice, Language)? in
      guard let kept = try session.subscription(subscriptionID, at: clock.now),
        let notice = try session.notice(noticeID), notice.readAt == nil,
        notice.account == kept.account, let told = try told([notice], to: kept.account, in: session).first,
        let row = try session.row("SELECT language FROM accounts WHERE id = $1 AND active", kept.account)
      else { return nil }
      return (kept, told, Language(rawValue: row[0]) ?? .english)
    }
    guard let (kept, told, language) = found, let kind = kind(named: told.notice.kind) else { return .needless }
    guard let place = PushPlace(kept.subscription.endpoint) else { return .gone(kept.id) }
    let body = try PushMessage.encrypt(words(of: told, in: language), for: kept.subscription)
    let question = HTTPQuestion(
      "POST", kept.subscription.endpoint,
      headers: [
        ("Content-Type", "application/octet-stream"), ("Content-Encoding", "aes128gcm"), ("TTL", "\(kind.pushSeconds)"),
        ("Urgency", kind.isUrgent ? "high" : "normal"), ("Topic", Self.topic(told.notice.subject)),
        ("Authorization", try push.key.authorization(for: place, at: machineTime())),
      ], body: body, reach: push.privateHosts.contains(place.host) ? .anywhere : .publicNetwork)
    do {
      return try outcome(of: try await push.outside.ask(question), kept.id)
    } catch OutsideFailure.privateAddress {
      // A name that leads into the private network is no push service, whoever said so.
      return .gone(kept.id)
    }
  }

  private func outcome(of answer: HTTPAnswer, _ subscription: PushSubscriptionID) throws -> Outcome {
    switch answer.status {
    case 200..<300: return .taken
    // The browser took its subscription back.
    case 404, 410: return .gone(subscription)
    case 429, 503:
      let seconds = answer.header("Retry-After").flatMap { Int64($0) } ?? 60
      throw JobFailure.later(seconds: min(max(1, seconds), 3600), reason: "the push service answered \(answer.status)")
    case 400..<500: throw JobFailure.never(reason: "the push service answered \(answer.status)")
    default: throw PushFailure(status: answer.status)
    }
  }

  /// What the service worker shows.
  private func words(of told: ToldNotice, in language: Language) -> [UInt8] {
    let texts = web.texts(language)
    var json = JSONWriter()
    json.object { object in
      object.field("title", texts.heading(of: told).cut(toBytes: Self.titleBytes))
      let body = [told.story.place.cut(toBytes: Self.titleBytes), told.story.text?.cut(toBytes: Self.textBytes)]
      object.field("body", body.compactMap(\.self).joined(separator: " · "))
      object.field("tag", told.notice.subject)
      object.field("path", told.story.path)
      object.field("language", language.code)
      object.field("direction", language.direction)
    }
    return json.bytes
  }

  /// Of one topic a push service keeps the last push alone. It learns that two are about the same thing, and nothing about the thing.
  private static func topic(_ subject: String) -> String { Base64URL.text(SHA256.hash(data: Array(subject.utf8)).prefix(24)) }

  /// Together they fit into one record even when JSON writes each of their bytes as six.
  static let titleBytes = 120
  static let textBytes = 280
}

extension String {
  /// What fits, whole letters of it.
  func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var (kept, bytes) = ("", 0)
    for letter in self {
      bytes += letter.utf8.count
      guard bytes <= limit - 3 else { break }
      kept.append(letter)
    }
    return kept + "…"
  }
}

private struct PushFailure: Error {
  let status: Int
}

/// A job's payload: `{"notice":"88","subscription":"5"}`.
private struct Errand {
  let notice: NoticeID?
  let subscription: PushSubscriptionID?
  let isSecondLook: Bool

  init(_ payload: String) {
    let fields = (try? JSONDecoder().decode([String: String].self, from: Data(payload.utf8))) ?? [:]
    notice = fields["notice"].flatMap { NoticeID($0) }
    subscription = fields["subscription"].flatMap { PushSubscriptionID($0) }
    isSecondLook = fields["again"] == "1"
  }
}
