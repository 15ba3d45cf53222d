import Base
import Mail
import Notifications
import Store
import Synchronization
import Web

/// Operations: what those who run the house have to look at.
///
/// - `Alerts/`: what needs somebody at once. A slice raises one inside the transaction that makes it true; it stays until an administrator
///   acknowledges it.
/// - `Backups/`: what `parley backup` reported, and whether the last good one is too old.
/// - `Overview/`: the page of all money: what waits, as each slice says it, and below it every transaction of the books.
///
/// It stands below the slices that raise and that have something to wait for; they depend on it. docs/alerts.md is for administrators.
///
/// A class, because the slices share what they told it while the program was plugged together.
public final class Operations: Sendable {
  /// What an owner decides.
  public struct Terms: Sendable {
    /// After how many hours without a good backup somebody is told; 0 for never.
    let backupHours: Int64
    /// Whether there have to be backups although none was ever reported.
    let expectsBackups: Bool

    public init(backupHours: Int64, expectsBackups: Bool) {
      self.backupHours = backupHours
      self.expectsBackups = expectsBackups
    }
  }

  /// Says what waits in a slice for somebody, in the reader's words.
  public typealias Asked = @Sendable (any Session, Texts) throws -> [Waiting]
  /// Hears in the transaction in which an alert about a subject is acknowledged.
  public typealias Acknowledged = @Sendable (any Session, _ subject: String, _ by: AccountID, _ at: Moment) throws -> Void

  let store: any Store
  let jobs: Jobs
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  let mail: Mail
  let notifications: Notifications
  let terms: Terms
  private let asked = Mutex<[Asked]>([])
  private let listeners = Mutex<[AlertKind: Acknowledged]>([:])

  public init(
    store: any Store, jobs: Jobs, ids: IDMaker, clock: WallClock, web: WebFront, mail: Mail, notifications: Notifications, terms: Terms
  ) {
    self.store = store
    self.jobs = jobs
    self.ids = ids
    self.clock = clock
    self.web = web
    self.mail = mail
    self.notifications = notifications
    self.terms = terms
    tellNotices()
  }

  public func register(on routes: Routes) {
    AlertRoutes(operations: self).register(on: routes)
    OverviewRoutes(operations: self).register(on: routes)
  }

  public var jobHandlers: [JobHandler] { [backupHandler] }

  /// Puts down what has to be done every hour.
  public func prepare() async throws {
    try await store.write { [self] session in try expectLook(at: clock.now, in: session) }
  }

  /// While the program is plugged together: who is asked what waits.
  public func ask(_ slice: @escaping Asked) { asked.withLock { $0.append(slice) } }

  func waiting(_ texts: Texts, in session: any Session) throws -> [Waiting] {
    let slices = asked.withLock { $0 }
    let found = try slices.flatMap { slice -> [Waiting] in try slice(session, texts) }.filter { $0.count > 0 }
    return Waiting.Kind.allCases.flatMap { kind in found.filter { $0.kind == kind } }
  }

  /// While the program is plugged together: who hears that alerts of a kind are acknowledged.
  public func onAcknowledged(_ kind: AlertKind, _ listener: @escaping Acknowledged) { listeners.withLock { $0[kind] = listener } }

  func listener(_ kind: AlertKind) -> Acknowledged? { listeners.withLock { $0[kind] } }
}
