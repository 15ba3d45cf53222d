/// What a store can answer instead of a result. The engines' codes are mapped here, so that nobody above asks which engine it is:
/// `catch StoreFailure.unique { throw Refusal(.emailTaken) }`.
public enum StoreFailure: Error, Sendable {
  /// Somebody else has this key already.
  case unique(Detail)
  /// What a row points at is missing, or is still pointed at.
  case foreignKey(Detail)
  case notNull(Detail)
  case check(Detail)
  /// Others were in the way for longer than the retries.
  case busy(Detail)
  /// The disk has no room. Nothing of the write was kept.
  case full(Detail)
  /// The database cannot be reached. Nothing of the write was kept.
  case connectionLost(Detail)
  /// The connection broke while COMMIT was under way: the write may be there or not, and only a look can tell.
  case outcomeUnknown(Detail)
  /// A text held U+0000, which both engines would cut silently.
  case textHasNull
  /// More waits than is let wait. Nothing of the write was kept: try again in some seconds.
  case overloaded
  /// The store was closed before this was asked of it.
  case closed
  /// Another process owns the data folder. It is the one to ask; `processID` is nil when it did not say.
  case folderInUse(folder: String, processID: Int32?)
  /// Anything else: a wrong statement, a broken file, a missing permission.
  case other(Detail)

  /// What the engine said. It holds no values of parameters, because it goes to the log.
  public struct Detail: Sendable, CustomStringConvertible {
    /// SQLite's extended result code, or PostgreSQL's SQLSTATE.
    public let code: String
    public let message: String
    public let sql: String?

    init(code: String, message: String, sql: String? = nil) {
      self.code = code
      self.message = message
      self.sql = sql
    }

    public var description: String { "\(message) [\(code)]" + (sql.map { " in: \($0)" } ?? "") }
  }

  /// Whether running the same closure again may succeed, because nothing of it was kept and the cause passes.
  var mayPass: Bool {
    switch self {
    case .busy, .connectionLost: true
    default: false
    }
  }
}

extension StoreFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unique(let detail): "a key that exists: \(detail)"
    case .foreignKey(let detail): "a reference that does not hold: \(detail)"
    case .notNull(let detail): "a value that is missing: \(detail)"
    case .check(let detail): "a rule of the schema: \(detail)"
    case .busy(let detail): "the database is busy: \(detail)"
    case .full(let detail): "the disk is full: \(detail)"
    case .connectionLost(let detail): "no connection to the database: \(detail)"
    case .outcomeUnknown(let detail): "the connection broke during COMMIT: \(detail)"
    case .textHasNull: "a text with U+0000"
    case .overloaded: "too much is waiting to be written"
    case .closed: "the store is closed"
    case .folderInUse(let folder, let processID):
      "The folder \(folder) belongs to " + (processID.map { "process \($0)" } ?? "another process")
        + ". Ask that one, or stop it first."
    case .other(let detail): "\(detail)"
    }
  }
}
