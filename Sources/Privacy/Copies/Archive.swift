import Base
import Files
import Foundation
import Store

/// A copy of everything about somebody: asked for, made by a job, fetched by who asked, deleted after some days.
struct Archive: Sendable {
  enum State: String, Sendable {
    case waiting, making, ready, failed, gone

    var isUnderWay: Bool { self == .waiting || self == .making }
  }

  static let keptDays = 7
  /// By one person about themselves.
  static let perDay = 3
  /// By one administrator about others.
  static let perDayForOthers = 50

  let id: ArchiveID
  let askedBy: AccountID
  let subject: DataSubject
  let state: State
  let done: Int64
  let parts: Int64
  let bytes: Int64?
  let pieces: [FilePlace]
  let askedAt: Moment
  let expiresAt: Moment

  var percent: Int { parts == 0 ? 0 : Int(done * 100 / parts) }
}

extension Session {
  private static var archiveColumns: String {
    "id, asked_by, subject_kind, subject_id, state, done, parts, bytes, pieces, asked_at, expires_at"
  }

  func insertArchive(_ id: ArchiveID, of subject: DataSubject, by asker: AccountID, at now: Moment) throws {
    try run(
      """
      INSERT INTO archives (id, asked_by, subject_kind, subject_id, state, done, parts, asked_at, expires_at)
      VALUES ($1, $2, $3, $4, 'waiting', 0, 1, $5, $6)
      """, id, asker, subject.kind.rawValue, subject.number, now, now.adding(seconds: Int64(Archive.keptDays) * 86_400))
  }

  func archive(_ id: ArchiveID) throws -> Archive? { try archives("id = $1", [id.sqlValue], limit: 1).first }

  /// The newest that somebody asked for about somebody.
  func newestArchive(of subject: DataSubject, by asker: AccountID) throws -> Archive? {
    try archives(
      "asked_by = $1 AND subject_kind = $2 AND subject_id = $3", [asker.sqlValue, subject.kind.rawValue.sqlValue, subject.number.sqlValue],
      limit: 1
    ).first
  }

  func newestArchives(by asker: AccountID, limit: Int) throws -> [Archive] { try archives("asked_by = $1", [asker.sqlValue], limit: limit) }

  /// Those with something about an account or a visitor in them, and those that an account may fetch.
  func keptArchives(about subject: DataSubject) throws -> [Archive] {
    var condition = "pieces IS NOT NULL AND (subject_kind = $1 AND subject_id = $2"
    if subject.kind == .account { condition += " OR asked_by = $2" }
    return try archives(condition + ")", [subject.kind.rawValue.sqlValue, subject.number.sqlValue], limit: 100)
  }

  func countArchives(by asker: AccountID, since: Moment) throws -> Int {
    try row("SELECT COUNT(*) FROM archives WHERE asked_by = $1 AND asked_at > $2", asker, since)?[0] ?? 0
  }

  func setArchive(_ id: ArchiveID, _ state: Archive.State, done: Int64, parts: Int64) throws {
    try run("UPDATE archives SET state = $2, done = $3, parts = $4 WHERE id = $1", id, state.rawValue, done, parts)
  }

  func setReady(_ id: ArchiveID, bytes: Int64, pieces: [FilePlace], at now: Moment, until end: Moment) throws {
    let list = String(decoding: try JSONEncoder().encode(["list": pieces.map(\.description)]), as: UTF8.self)
    try run(
      "UPDATE archives SET state = 'ready', done = parts, bytes = $2, pieces = $3, ready_at = $4, expires_at = $5 WHERE id = $1", id, bytes,
      list, now, end)
  }

  func setGone(_ id: ArchiveID) throws { try run("UPDATE archives SET state = 'gone', pieces = NULL WHERE id = $1", id) }

  private func archives(_ condition: String, _ values: [SQLValue], limit: Int) throws -> [Archive] {
    try rows("SELECT \(Self.archiveColumns) FROM archives WHERE \(condition) ORDER BY asked_at DESC, id DESC LIMIT \(limit)", values)
      .map(Archive.init)
  }
}

extension Archive {
  fileprivate init(_ row: Row) {
    guard let kind = DataSubject.Kind(rawValue: row[2]), let state = State(rawValue: row[4]) else {
      preconditionFailure("The schema keeps an archive to our words")
    }
    let pieces = (row[8] as String?).flatMap { try? JSONDecoder().decode([String: [String]].self, from: Data($0.utf8)) }
    self.init(
      id: row[0], askedBy: row[1], subject: DataSubject(kind, row[3]), state: state, done: row[5], parts: row[6], bytes: row[7],
      pieces: (pieces?["list"] ?? []).compactMap { FilePlace($0) }, askedAt: row[9], expiresAt: row[10])
  }
}
