import Base
import ConversationsCore
import Files
import Store

/// A row of `files`.
struct FileRow: Sendable {
  let file: AttachedFile
  let conversation: ConversationID
  /// Nil for the visitor.
  let account: AccountID?
  let place: FilePlace?
  /// The message that carries it; nil until it is sent.
  let n: Int64?
  let client: String?
  let createdAt: Moment
  let expiresAt: Moment
  let deletedAt: Moment?
}

extension Session {
  func insert(_ row: FileRow, scanned: Bool) throws {
    try run(
      """
      INSERT INTO files (id, conversation_id, by_kind, by_account, name, type, bytes, width, height, path, scan, created_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      """, row.file.id.description, row.conversation, row.account == nil ? "visitor" : "agent", row.account, row.file.name, row.file.type,
      row.file.bytes, row.file.size?.width, row.file.size?.height, row.place?.description,
      scanned ? "clean" : "none", row.createdAt, row.expiresAt)
  }

  func file(_ id: FileID) throws -> FileRow? { try files("id = $1", id.description).first }

  /// Files whose time is over and that are still there, oldest first.
  ///
  /// - Parameter condition: on `f`, with `$1` for now.
  func expiredFiles(where condition: String, at now: Moment, limit: Int) throws -> [FileRow] {
    try files("\(condition) ORDER BY f.expires_at, f.id LIMIT \(limit)", now)
  }

  /// Ties a file to the message that carries it.
  func attach(_ file: FileID, to n: Int64, client: String, until expiresAt: Moment) throws {
    try run("UPDATE files SET n = $2, client_id = $3, expires_at = $4 WHERE id = $1", file.description, n, client, expiresAt)
  }

  /// Leaves the row, which says what there was, without a place to find it at.
  func markDeleted(_ file: FileID, at now: Moment) throws {
    try run("UPDATE files SET path = NULL, deleted_at = $2 WHERE id = $1", file.description, now)
  }

  private func files(_ condition: String, _ value: any SQLEncodable) throws -> [FileRow] {
    try rows(
      """
      SELECT id, conversation_id, by_account, name, type, bytes, width, height, path, n, client_id, created_at, expires_at, deleted_at
      FROM files AS f
      WHERE \(condition)
      """, [value.sqlValue]
    ).map { try FileRow($0) }
  }
}

extension FileRow {
  fileprivate init(_ row: Row) throws {
    let (idText, place): (String, String?) = (row[0], row[8])
    guard let id = FileID(idText) else { preconditionFailure("We made the identity of every file") }
    let (width, height): (Int?, Int?) = (row[6], row[7])
    var size: PictureSize?
    if let width, let height { size = PictureSize(width: width, height: height) }
    self.init(
      file: AttachedFile(id: id, name: row[3], type: row[4], bytes: row[5], size: size), conversation: row[1], account: row[2],
      place: place.flatMap { FilePlace($0) }, n: row[9], client: row[10], createdAt: row[11], expiresAt: row[12], deletedAt: row[13])
  }
}
