import Access
import Accounts
import Base
import Conversations
import Crypto
import Files
import Logging
import Mail
import Notifications
import Sites
import Store
import Web

/// Privacy: what the house keeps about people, and how it ends.
///
/// Everything goes by the registry (`Personal.tables`): `Copies/` makes an archive of all that is somebody's, `Erasing/` takes it away after a
/// wait that can be ended, `Keeping/` takes what was kept for long enough: by the registry, and by the days that each website chose. `Pages/` are
/// `/profile/privacy` for everybody, `/admin/privacy` for who answers the requests of visitors, and what each website keeps how long.
///
/// A class, because jobs and pages share it.
public final class Privacy: Sendable {
  public struct Terms: Sendable {
    /// Between asking for an erasure and doing it.
    public let waitDays: Int
    /// For visits and the pages that were seen, where a website chose nothing.
    public let visitDays: Int

    public init(waitDays: Int, visitDays: Int) {
      self.waitDays = waitDays
      self.visitDays = visitDays
    }
  }

  /// Where archives are made and kept.
  public struct Shelf: Sendable {
    let storage: any FileStorage
    /// On this machine, for what is on its way.
    let folder: String
    /// Seals archives.
    let key: SymmetricKey

    public init(storage: any FileStorage, folder: String, key: SymmetricKey) {
      self.storage = storage
      self.folder = folder
      self.key = key
    }
  }

  let store: any Store
  let jobs: Jobs
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  let mail: Mail
  let accounts: Accounts
  let conversations: Conversations
  let notifications: Notifications
  let shelf: Shelf
  /// Signs the links with which an erasure is ended.
  let linkKey: SymmetricKey
  let terms: Terms
  let logger: Logger

  public init(
    store: any Store, jobs: Jobs, ids: IDMaker, clock: WallClock, web: WebFront, mail: Mail, accounts: Accounts,
    conversations: Conversations, notifications: Notifications, shelf: Shelf, linkKey: SymmetricKey, terms: Terms, logger: Logger
  ) {
    self.store = store
    self.jobs = jobs
    self.ids = ids
    self.clock = clock
    self.web = web
    self.mail = mail
    self.accounts = accounts
    self.conversations = conversations
    self.notifications = notifications
    self.shelf = shelf
    self.linkKey = linkKey
    self.terms = terms
    self.logger = logger
    registerNotices()
    mail.record { session, outcome in try session.forgetFarewell(outcome) }
    accounts.onErase { [self] session, account in try letGo(of: .account(account), in: session) }
  }

  public func register(on routes: Routes) {
    ProfilePrivacyRoutes(privacy: self, web: web).register(on: routes)
    AdminPrivacyRoutes(privacy: self, web: web).register(on: routes)
    RetentionRoutes(privacy: self, web: web).register(on: routes)
  }

  public var jobHandlers: [JobHandler] { archiveHandlers + erasureHandlers + [sweeping, keepingNights] }

  /// Puts down what has to be done every day.
  public func prepare() async throws {
    try await store.write { [self] session in
      try expectSweep(in: session)
      // A night that nobody was awake in is made good for.
      try expectNights(at: clock.now, in: session)
    }
  }

  var pieces: SealedPieces { SealedPieces(storage: shelf.storage, key: shelf.key, folder: shelf.folder) }

  func page(_ path: String) -> String { web.settings.baseAddress + path }

  /// A line and its identity, made before the write: a write may run twice.
  func audit(_ by: AccountID?, _ deed: String, _ subject: DataSubject, _ place: Whereabouts) -> (line: AuditLine, id: AuditLineID) {
    let thing = "\(subject.kind.rawValue).\(subject.number)"
    return (AuditLine(by: by, deed: deed, thing: thing, address: place.address.text), ids.next())
  }
}
