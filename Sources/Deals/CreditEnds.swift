import Accounts
import Base
import Ledger
import Notifications
import Store

extension JobKind {
  static let tellEnds = JobKind("credit.ends")
}

extension NoticeKind {
  /// Credit ends soon.
  public static let creditEnds = NoticeKind("creditEnds", push: false, mail: true)
}

/// Whose credit ends is told 30 days, 7 days and a day before (A33).
extension Deals {
  static let lookSeconds: Int64 = 3600

  var creditHandlers: [JobHandler] {
    [
      JobHandler(.tellEnds) { [self] session, _ in
        let now = clock.now
        for lot in try ledger.takeEnding(at: now, in: session) {
          try notifications.tell(
            Tidings(.creditEnds, about: "lot.\(lot.id)", data: ["lot": "\(lot.id)"], count: lot.units.count, at: now), to: lot.owner,
            in: session)
        }
        try expectLook(after: now, in: session)
      }
    ]
  }

  /// Puts the hourly look down, once there is none: at the start.
  public func prepare() async throws {
    let now = clock.now
    try await store.write { [self] in try expectLook(after: now, in: $0) }
    try await prepareMinutes(at: now)
  }

  private func expectLook(after now: Moment, in session: any Session) throws {
    try toll.jobs.enqueue(.tellEnds, uniqueKey: "hourly", dueAt: now.adding(seconds: Self.lookSeconds), in: session)
  }

  /// Extends somebody's credit, and takes back what they were told of its end.
  public func extend(_ lot: LotID, of owner: AccountID) async throws {
    let now = clock.now
    try await store.write { [ledger, notifications] session in
      try ledger.extend(lot, of: owner, at: now, in: session)
      try notifications.settle(.creditEnds, about: "lot.\(lot)", in: session)
    }
  }

  func tellEnds(by notifications: Notifications) {
    notifications.add([.creditEnds]) { [web] session, account, notices in
      var stories: [NoticeID: Story] = [:]
      let place = web.texts(try session.account(account)?.language ?? .english)["deals.credit"]
      for notice in notices {
        // What was used up or has ended is no longer told.
        guard let id = notice.identity("lot", of: Kinds.Lot.self), let lot = try session.lotView(id), lot.owner == account, lot.free > 0,
          let end = lot.expiresAt
        else { continue }
        stories[notice.id] = Story(name: end.day, place: place, text: nil, conversation: nil, path: "/wallet", acts: [])
      }
      return stories
    }
  }
}

extension Moment {
  /// The day in UTC, as all languages read it: `2026-11-21`.
  fileprivate var day: String { String(isoText.prefix(10)) }
}
