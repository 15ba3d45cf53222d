import Base
import Outside
import Store
import Synchronization
import Web

/// Mail: letters to people, each posted in the transaction that makes it necessary and sent by a job after it.
///
/// A slice posts a `Letter` of a `LetterKind`; the words are in `Locales/<language>/mail.json`, the paper in `Templates/`. The job renders
/// it (`LetterPaper`), makes the message (`Message`) and hands it to the mail server or writes it into a folder. What became of a letter is
/// told by `settled`, and to those who must not miss it by `record`.
///
/// A class, because everybody shares its listeners.
public final class Mail: Sendable {
  /// After the commit. It may be lost in a crash; `record` is not.
  public let settled = Event<LetterOutcome>()

  let settings: MailSettings
  let store: any Store
  let jobs: Jobs
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  let outside: Outside
  let keepers = Mutex<[Keeper]>([])

  typealias Keeper = @Sendable (any Session, LetterOutcome) throws -> Void

  public init(
    settings: MailSettings, store: any Store, jobs: Jobs, ids: IDMaker, clock: WallClock, web: WebFront, outside: Outside
  ) {
    self.settings = settings
    self.store = store
    self.jobs = jobs
    self.ids = ids
    self.clock = clock
    self.web = web
    self.outside = outside
  }

  /// Whether letters go anywhere: a server or a folder is set.
  public var isOn: Bool { settings.way != .off }

  /// The name of the house as letters sign it.
  public var house: String { settings.from.name ?? settings.from.address.domain }

  /// Where letters are written to instead of being sent; nil when they are sent.
  public var folder: MailFolder? { if case .folder(let path) = settings.way { MailFolder(path: path) } else { nil } }

  /// Puts a letter down in the caller's transaction; it leaves after the commit. Of a kind and key there is one letter.
  ///
  /// - Returns: false while mail is off, and for addresses that are none (RFC 2606, section 2): nothing was put down.
  /// - Throws: `Refusal(.emailInvalid)` for an address that no header may carry.
  @discardableResult public func post(_ letter: Letter, in session: any Session) throws -> Bool {
    guard isOn, !letter.recipient.address.hasSuffix(".invalid") else { return false }
    guard let address = MailAddress(letter.recipient.address) else { throw Refusal(.emailInvalid) }
    if let replyTo = letter.replyTo, MailAddress(replyTo) == nil { throw Refusal(.emailInvalid) }
    let id: LetterID = ids.next()
    guard try session.insert(letter, id: id, to: address, at: clock.now) else { return true }
    try jobs.enqueue(.sendLetter, payload: #"{"letter": "\#(id)"}"#, dueAt: clock.now, in: session)
    return true
  }

  /// Whether the letter with this key was put down before.
  public func isPosted(_ kind: LetterKind, key: String, in session: any Session) throws -> Bool {
    try session.isPosted(kind.name, key: key)
  }

  /// Hears of every letter's fate in the transaction that records it: for what must be true together with it, such as "emailed at 14:32".
  /// Called while the slices are plugged together.
  public func record(_ note: @escaping @Sendable (any Session, LetterOutcome) throws -> Void) { keepers.withLock { $0.append(note) } }

  /// What a mail server said when it refused this address for good; nil when it did not, or a letter reached it since.
  public func undeliverable(_ address: String, in session: any Session) throws -> Undeliverable? {
    try session.undeliverable(MailAddress.key(of: address))
  }

  /// Puts down what has to be done every day.
  public func prepare() async throws {
    try await store.write { [self] in try enqueueSweep(in: $0) }
  }

  func enqueueSweep(in session: any Session) throws {
    try jobs.enqueue(.sweepLetters, uniqueKey: "daily", dueAt: clock.now.adding(seconds: Self.sweepSeconds), in: session)
  }

  static let sweepSeconds: Int64 = 86_400
  /// How long the line of a letter is kept: as long as its key may be used again by mistake, or somebody asks where it is.
  static let keptSeconds: Int64 = 30 * 86_400
}

extension JobKind {
  static let sendLetter = JobKind("letters.send", retries: .patient)
  static let sweepLetters = JobKind("letters.sweep")
}
