import Accounts
import Base
import Files
import Foundation
import Mail
import Notifications
import Store
import Web

extension JobKind {
  static let makeArchive = JobKind("archives.make", retries: JobRetries(limit: 3, firstPauseSeconds: 10, longestPauseSeconds: 60))
  static let expireArchive = JobKind("archives.expire", retries: .patient)
}

extension NoticeKind {
  /// A copy of everything about the account can be fetched.
  public static let archiveReady = NoticeKind("archiveReady", push: true, mail: false)
}

extension LetterKind {
  static let archiveReady = LetterKind("archiveReady")
}

extension Privacy {
  /// Longer than the largest archive takes.
  private static let leaseSeconds: Int64 = 3600
  static let copiesPath = "/profile/privacy/copies"

  /// Asks for an archive: one at a time, and some a day.
  func askArchive(of subject: DataSubject, by asker: AccountID, from place: Whereabouts) async throws {
    let (id, now): (ArchiveID, Moment) = (ids.next(), clock.now)
    let audit = audit(asker, "\(subject.kind.rawValue).archiveAsked", subject, place)
    let limit = subject == .account(asker) ? Archive.perDay : Archive.perDayForOthers
    do {
      try await store.write(locking: [.account(asker)]) { [jobs] session in
        if try session.newestArchive(of: subject, by: asker)?.state.isUnderWay == true { throw Refusal(.archiveUnderWay) }
        guard try session.countArchives(by: asker, since: now.adding(seconds: -86_400)) < limit else { throw Refusal(.tooManyArchives) }
        try session.insertArchive(id, of: subject, by: asker, at: now)
        try jobs.enqueue(.makeArchive, uniqueKey: id.description, payload: Self.payload(id), dueAt: now, in: session)
        try session.audit(audit.line, id: audit.id, at: now)
      }
    } catch StoreFailure.unique {
      throw Refusal(.archiveUnderWay)
    }
  }

  /// An archive that somebody may fetch: their own asking, and ready.
  func fetch(_ id: ArchiveID, by reader: AccountID) async throws -> (archive: Archive, file: any StoredFile) {
    guard let archive = try await store.read({ try $0.archive(id) }), archive.askedBy == reader else { throw Refusal(.notFound) }
    guard archive.state == .ready, archive.expiresAt > clock.now, let bytes = archive.bytes else { throw Refusal(.fileExpired) }
    return (archive, pieces.open(archive.pieces, bytes: bytes))
  }

  var archiveHandlers: [JobHandler] {
    [
      .outside(
        .makeArchive, leaseSeconds: Self.leaseSeconds,
        { [self] job in try await make(Self.archive(in: job.payload)) },
        buried: { session, job in
          let id = try Self.archive(in: job.payload)
          try session.setArchive(id, .failed, done: 0, parts: 1)
          return nil
        }),
      .outside(
        .expireArchive, leaseSeconds: 600,
        { [self] job in try await expire(Self.archive(in: job.payload)) },
        complete: { session, job, isGone in if isGone { try session.setGone(try Self.archive(in: job.payload)) } }),
    ]
  }

  private func make(_ id: ArchiveID) async throws {
    guard let archive = try await store.read({ try $0.archive(id) }), archive.state.isUnderWay else { return }
    guard let asker = try await accounts.account(archive.askedBy) else { return }
    try FileManager.default.createDirectory(
      atPath: shelf.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let path = "\(shelf.folder)/archive-\(id).zip"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let work = MakeArchive(
      store: store, storage: shelf.storage, web: web, subject: archive.subject,
      isOwn: archive.subject == .account(archive.askedBy), language: asker.language, visitDays: terms.visitDays,
      now: clock.now
    ) { [store] done, parts in
      try await store.write(urgency: .background) { try $0.setArchive(id, .making, done: done, parts: parts) }
    }
    try await work.write(to: path)
    let (places, bytes) = try await pieces.keep(path, of: id)
    do {
      try await publish(archive, to: asker, bytes: bytes, places: places)
    } catch {
      try? await pieces.remove(places)
      throw error
    }
  }

  /// The archive can be fetched: an earlier one makes room, and who asked is told.
  private func publish(_ archive: Archive, to asker: Account, bytes: Int64, places: [FilePlace]) async throws {
    let (id, now) = (archive.id, clock.now)
    let isOwn = archive.subject == .account(asker.id)
    let link = page(isOwn ? "/profile/privacy" : "/admin/privacy")
    try await store.write(locking: [.account(asker.id)]) { [jobs, mail, notifications] session in
      // Whoever was erased meanwhile is in no archive.
      guard try session.archive(id)?.state == .making else { throw JobFailure.never(reason: "nobody waits for it") }
      for earlier in try session.keptArchives(about: archive.subject) where earlier.askedBy == asker.id {
        try jobs.enqueue(.expireArchive, uniqueKey: "\(earlier.id)", payload: Self.payload(earlier.id), dueAt: now, in: session)
        try session.run("UPDATE archives SET expires_at = $2 WHERE id = $1", earlier.id, now)
      }
      let end = now.adding(seconds: Int64(Archive.keptDays) * 86_400)
      try session.setReady(id, bytes: bytes, pieces: places, at: now, until: end)
      try jobs.enqueue(.expireArchive, uniqueKey: "\(id)", payload: Self.payload(id), dueAt: end, in: session)
      if isOwn {
        try notifications.tell(Tidings(.archiveReady, about: "archive", data: ["archive": "\(id)"], at: now), to: asker.id, in: session)
      }
      let recipient = Recipient(address: asker.email, name: asker.name, language: asker.language)
      let letter = Letter(.archiveReady, to: recipient, arguments: ["days": "\(Archive.keptDays)"], button: link, key: "\(id)")
      try mail.post(letter, in: session)
    }
  }

  /// - Returns: whether it is gone; an archive whose days were renewed is not.
  private func expire(_ id: ArchiveID) async throws -> Bool {
    guard let archive = try await store.read({ try $0.archive(id) }), archive.expiresAt <= clock.now else { return false }
    try await pieces.remove(archive.pieces)
    return true
  }

  /// Nothing is left to fetch of or by somebody who is erased.
  func dropArchives(about subject: DataSubject, in session: any Session) throws {
    let now = clock.now
    for archive in try session.keptArchives(about: subject) {
      try session.run("UPDATE archives SET expires_at = $2 WHERE id = $1", archive.id, now)
      try jobs.enqueue(.expireArchive, uniqueKey: "\(archive.id)", payload: Self.payload(archive.id), dueAt: now, in: session)
    }
    try session.run(
      "UPDATE archives SET state = 'gone' WHERE subject_kind = $1 AND subject_id = $2 AND state IN ('waiting', 'making')",
      subject.kind.rawValue, subject.number)
  }

  func registerNotices() {
    notifications.add([.archiveReady]) { [web] session, account, notices in
      let language = try session.row("SELECT language FROM accounts WHERE id = $1", account).flatMap { Language(rawValue: $0[0]) }
      let place = web.texts(language ?? .english)["privacy.title"]
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        stories[notice.id] = Story(name: nil, place: place, text: nil, conversation: nil, path: "/profile/privacy", acts: [])
      }
      return stories
    }
  }

  private static func payload(_ id: ArchiveID) -> String { #"{"archive":"\#(id)"}"# }

  private struct Payload: Decodable {
    let archive: ArchiveID
  }

  private static func archive(in payload: String) throws -> ArchiveID {
    try JSONDecoder().decode(Payload.self, from: Data(payload.utf8)).archive
  }
}
