import Access
import Accounts
import Base
import Brakes
import Conversations
import Deals
import Files
import HTTPTypes
import Hosts
import Hummingbird
import Insights
import Ledger
import Live
import Logging
import Mail
import NIOCore
import NIOPosix
import Nodes
import Notifications
import Operations
import Outside
import Paper
import Payments
import Payouts
import Privacy
import ServiceLifecycle
import Sites
import Store
import Texting
import Village
import Web
import Wire

/// The program: every slice made once and plugged together, the same for `serve` and for tests.
///
/// `run()` serves until its task is cancelled or the process is told to end.
public final class Program: Sendable {
  public static let version = "0.1.0"

  public let settings: Settings
  public let clock: WallClock
  public let store: any Store
  public let ids: IDMaker
  public let jobs: Jobs
  public let web: WebFront
  public let mail: Mail
  public let texting: Texting
  public let accounts: Accounts
  public let sites: Sites
  public let notifications: Notifications
  public let operations: Operations
  public let conversations: Conversations
  public let privacy: Privacy
  public let ledger: Ledger
  public let payments: Payments
  public let brakes: Brakes
  public let deals: Deals
  public let payouts: Payouts
  public let hosts: Hosts
  public let insights: Insights
  public let village: Village
  public let outside: Outside
  public let hub: Hub
  public let routes: RouteTable
  public let logger: Logger
  let lease: NodeLease
  /// Nil where there is one node.
  private let nodes: Nodes?
  private let carried: [CarriedEvent]
  private let examiner: Examiner
  private let printer = Printer()
  let health: Health
  private let responder: any HTTPResponder<WebContext>
  private let doors: Doors
  /// Only in the demo.
  private let trials: Trials?
  private let devEvents: DevEvents?
  private let group: MultiThreadedEventLoopGroup
  private let started: ContinuousClock.Instant

  /// What the router was made from, for those who look whether every door is guarded.
  public struct RouteTable: Sendable {
    public let rows: [Routes.Row]
    public let undeclared: [String]
  }

  /// Opens and migrates the store, and makes everything that lives as long as the program.
  ///
  /// - Parameters:
  ///   - rerun: makes the store roll back and repeat some writes: tests only.
  ///   - hurry: shortens the times of the live connections: tests only.
  public init(
    _ settings: Settings, clock: WallClock = .system(), rerun: Rerun? = nil, hurry: Hurry = Hurry(), logger: Logger
  ) async throws {
    self.settings = settings
    self.clock = clock
    self.logger = logger
    started = .now
    let bundle = try settings.bundle()
    store = hurry.store(try await openStore(address: settings.databaseAddress, rerun: rerun, logger: logger))
    let applied = try await migrate(store, Migration.all(in: bundle, for: store.dialect.engine), now: clock.now)
    if !applied.isEmpty {
      logger.notice("The schema was brought up to date", metadata: ["migrations": .string(applied.joined(separator: ", "))])
    }
    lease = try await NodeLease.take(in: store)
    ids = lease.ids
    jobs = Jobs(ids: ids, clock: clock)
    try await jobs.takeOver(in: store)
    ledger = Ledger(ids: ids, jobs: jobs)
    web = try WebFront(settings: settings.web, bundle: bundle, clock: clock)
    outside = Outside(certificates: settings.text(.certificates).isEmpty ? nil : settings.text(.certificates))
    mail = Mail(settings: try settings.mail(), store: store, jobs: jobs, ids: ids, clock: clock, web: web, outside: outside)
    group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    let nodeBus = Self.nodeBus(settings, hurry, lease, logger)
    let bus: any Bus = nodeBus ?? LocalBus()
    hub = Hub(group: group, bus: bus, limits: settings.connected(hurry.limits))
    let keys = KeyFolder(settings.keysFolder)
    examiner = Examiner(program: hurry.program)
    let landing = Landing(folder: settings.text(.data) + "/files/incoming", examiner: examiner)
    landing.clear()
    let quota = Int64(settings.number(.filesLimit)) << 30
    let accounts = Accounts(
      store: store, ids: ids, clock: clock, mail: mail, baseAddress: settings.baseAddress, factorKey: { try keys.key("second-factors") },
      providers: settings.providers, landing: landing, ask: { [outside] in try await outside.ask($0) })
    self.accounts = accounts
    sites = Sites(store: store, ids: ids, clock: clock, landing: landing, fileQuota: quota, places: settings.places(logger))
    let folder = settings.text(.data) + "/files"
    let filing = Filing(
      landing: landing, storage: settings.fileStorage(outside) ?? DiskStorage(folder: folder + "/chats"), keys: keys,
      sealer: Sealer(folder: folder + "/sealed", keys: keys),
      scanner: VirusScanner(settings.text(.virusScanner)), quotaBytes: quota)
    let texting = Texting(
      settings: try settings.texting(), store: store, jobs: jobs, ids: ids, clock: clock, web: web, house: mail.house,
      key: try keys.key("phones"), ask: { [outside] in try await outside.ask($0) })
    self.texting = texting
    let notifications = Notifications(
      store: store, jobs: jobs, ids: ids, clock: clock, hub: hub, web: web, mail: mail, texting: texting, outside: outside,
      keys: (push: try keys.key("push"), letters: try keys.key("letters")), pushHosts: settings.pushHosts, logger: logger)
    self.notifications = notifications
    let operations = Operations(
      store: store, jobs: jobs, ids: ids, clock: clock, web: web, mail: mail, notifications: notifications, terms: settings.operations)
    self.operations = operations
    let toll = MessageToll(
      ledger: ledger, jobs: jobs, ids: ids, notifications: notifications, texting: texting, web: web,
      refundsOneStar: settings.flag(.oneStarRefund))
    conversations = Conversations(
      store: store, jobs: jobs, ids: ids, clock: clock, hub: hub, eventLoop: group.any(), web: web, sites: sites,
      notifications: notifications, recognise: { try await accounts.recognise($0) },
      isSessionOpen: { try await accounts.isOpen(session: $1, of: $0) },
      saveStatus: { status, account in
        try await accounts.setStatus(AccountStatus(status), of: account)
      },
      filing: filing, mail: mail, toll: toll, linkKey: try keys.key("threads"), logger: logger, linger: hurry.linger)
    nodes = nodeBus.map { [store, conversations, sites] in Self.nodes($0, store, conversations, sites, logger) }
    carried = nodeBus.map { [conversations, sites] in Self.carried(by: $0, accounts, sites, conversations) } ?? []
    privacy = Privacy(
      store: store, jobs: jobs, ids: ids, clock: clock, web: web, mail: mail, accounts: accounts, conversations: conversations,
      notifications: notifications,
      shelf: Privacy.Shelf(storage: filing.storage, folder: landing.folder, key: try keys.key("archives")),
      linkKey: try keys.key("privacy"),
      terms: Privacy.Terms(waitDays: settings.number(.erasureWaitDays), visitDays: settings.number(.visitsDays)), logger: logger)
    payments = Payments(
      store: store, jobs: jobs, ids: ids, clock: clock, web: web, mail: mail, notifications: notifications, ledger: ledger,
      operations: operations,
      printer: printer,
      providers: settings.paymentProviders(testKey: try keys.key("test-payments")) { [outside] in try await outside.ask($0) },
      terms: Payments.Terms(
        bankAccount: settings.text(.bankAccount), refundDays: Int64(settings.number(.refundDays)), referral: settings.referral,
        fraudDeclines: Int64(settings.number(.fraudDeclines))),
      friendKey: try keys.key("friends"), logger: logger)
    brakes = Brakes(store: store, ids: ids, clock: clock, web: web, notifications: notifications)
    deals = Deals(
      store: store, ids: ids, clock: clock, web: web, ledger: ledger, toll: toll, sites: sites, conversations: conversations,
      notifications: notifications, payments: payments)
    payouts = Payouts(
      store: store, ids: ids, clock: clock, web: web, mail: mail, notifications: notifications, accounts: accounts, ledger: ledger,
      operations: operations, printer: printer, key: { try keys.key("payouts") })
    hosts = Hosts(
      store: store, ids: ids, clock: clock, web: web, accounts: accounts, sites: sites, conversations: conversations, deals: deals,
      key: { try keys.key("hosts") })
    insights = Insights(store: store, clock: clock, web: web, logger: logger)
    village = Village(
      store: store, ids: ids, clock: clock, accounts: accounts, sites: sites, ledger: ledger, hosts: hosts,
      texting: texting, baseAddress: settings.baseAddress)
    let events = DevEvents(clock: clock)
    trials =
      settings.flag(.demo)
      ? Trials(
        store: store, jobs: jobs, clock: clock, web: web, accounts: accounts, conversations: conversations,
        erase: { [privacy] session, account in try privacy.eraseNow(account, in: session) }) : nil
    doors = Doors(
      web: web, store: store, accounts: accounts, events: events, letters: mail.folder, texting: texting, isDemo: settings.flag(.demo),
      isDev: settings.flag(.dev), trials: trials, marketplace: settings.flag(.demo) ? Marketplace(hosts: hosts) : nil)
    let isDev = settings.flag(.demo) || settings.flag(.dev)
    devEvents = isDev ? events : nil
    if isDev { bus.subscribe(events.note) }
    let routes = Routes(
      web: web, recognise: { try await accounts.recognise($0) }, unread: { try await notifications.unread(of: $0) },
      alerts: { try await operations.openAlerts() })
    let kept = try bundle.isReloaded ? nil : KeptAssets(folder: "\(settings.text(.data))/assets", adding: bundle, at: machineTime())
    StaticFiles(bundle: bundle, kept: kept).register(on: routes)
    accounts.register(
      on: routes, threadBehind: { [conversations] in conversations.thread(behind: $0) },
      status: { [conversations] in AccountStatus(conversations.status(of: $0.id)) })
    sites.register(on: routes, mails: mail.isOn, inviting: conversations) { try $1.chat(of: $0) }
    conversations.register(on: routes)
    texting.register(on: routes)
    notifications.register(on: routes)
    privacy.register(on: routes)
    deals.register(on: routes)
    payments.register(on: routes)
    brakes.register(on: routes)
    payouts.register(on: routes)
    operations.register(on: routes)
    hosts.register(on: routes)
    insights.register(on: routes)
    doors.register(on: routes)
    let organs = Health.Organs(
      store: store, hub: hub, conversations: conversations, jobs: jobs, folder: settings.text(.data), node: lease.number, bus: nodeBus)
    health = Health(organs, quotaBytes: quota, clock: clock)
    health.register(on: routes)
    responder = doors.around(routes.router.buildResponder())
    self.routes = RouteTable(rows: routes.rows, undeclared: routes.undeclared)
    listen()
    try await conversations.prepare()
    try await accounts.prepare(jobs)
    try await mail.prepare()
    try await notifications.prepare()
    try await privacy.prepare()
    try await deals.prepare()
    try await store.write { [ledger, clock] in try ledger.prepare(at: clock.now, in: $0) }
    try await payments.prepare()
    try await operations.prepare()
    try await proof.prepare(jobs)
    try await nodes?.prepare()
  }

  /// What one slice tells another. Events never decide; they only make others look again.
  private func listen() {
    let conversations = conversations
    let accounts = accounts
    accounts.onErase { [notifications] session, account in
      try session.letGoOfThreads(of: account)
      try notifications.erase(account, in: session)
    }
    accounts.onKeep { session, thread, account in try session.keep(thread, for: account) }
    mail.record { [conversations] session, outcome in try conversations.noteFate(of: outcome, in: session) }
    conversations.accountMoved.subscribe { [devEvents, logger] move in
      devEvents?.note(move.isHere ? "AccountArrived" : "AccountLeft", #"{"account":"\(move.account)"}"#)
      do {
        try await accounts.touch(move.account)
      } catch {
        logger.warning("Who was there could not be noted", metadata: ["error": "\(error)"])
      }
    }
    operations.ask { [payments] session, texts in try payments.waiting(texts, in: session) }
    operations.ask { [payouts] session, texts in try payouts.waiting(texts, in: session) }
    operations.ask { [deals] session, texts in try deals.waiting(texts, in: session) }
    ledger.onWalletMoved { account, _ in conversations.walletMoved(account) }
    if let trials {
      ledger.onWalletMoved { account, _ in trials.walletMoved(account) }
      accounts.revoked.subscribeHere { [logger] revocation in
        do {
          try await trials.sessionEnded(of: revocation.account)
        } catch {
          // Its job ends it in any case.
          logger.warning("A trial could not be ended", metadata: ["error": "\(error)"])
        }
      }
    }
    accounts.statusChanged.subscribe { change in
      guard let status = AgentStatus(rawValue: change.status.rawValue) else { return }
      await conversations.statusChanged(to: status, of: change.account)
    }
    accounts.statusChanged.subscribeHere { change in await conversations.settleStatus(of: change.account) }
    accounts.changed.subscribe { account in await conversations.rightsChanged(of: account) }
    accounts.changed.subscribeHere { account in await conversations.settleRights(of: account) }
    accounts.revoked.subscribe { revocation in
      conversations.revoke { account, digest in
        account == revocation.account && (revocation.session == nil || revocation.session == digest)
      }
    }
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter listening: told the port, once connections are accepted.
  public func run(listening: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
    if settings.flag(.demo) { try await village.settle() }
    let endpoint = LiveEndpoint { [conversations, doors, web] request, remote in
      // The demo's websites are somebody else's.
      doors.isWebsite(host: request.authority) ? .refuse : await conversations.admission(of: request, from: remote, web: web)
    }
    try await serve(responder, endpoint, listening)
  }

  private func serve(
    _ responder: some HTTPResponder<WebContext>, _ endpoint: LiveEndpoint, _ listening: @escaping @Sendable (Int) async -> Void
  ) async throws {
    let application = Application(
      responder: responder,
      server: liveServer(endpoint, hub: hub),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.text(.host), port: settings.number(.port)), serverName: nil, backlog: Live.Limits.backlog),
      onServerRunning: { [self] channel in
        await listening(channel.localAddress?.port ?? settings.number(.port))
      },
      eventLoopGroupProvider: .shared(group), logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { [conversations] in await conversations.run() }
      tasks.addTask { [notifications] in await notifications.run() }
      tasks.addTask { [deals] in await deals.run() }
      tasks.addTask { [insights] in await insights.run() }
      tasks.addTask { [self] in
        await JobRunner(store: store, jobs: jobs, handlers: jobHandlers, logger: logger) { [devEvents] kind, payload in
          devEvents?.note("JobDone", #"{"kind":"\(kind)","payload":\(payload)}"#)
        }
        .run()
      }
      tasks.addTask { [lease] in try await lease.keep() }
      if let nodes { tasks.addTask { await nodes.run() } }
      for event in carried { tasks.addTask { await event.run() } }
      tasks.addTask { [self] in try await serve(application) }
      try await tasks.next()
      tasks.cancelAll()
      while (try? await tasks.next()) != nil {}
    }
    await close()
  }

  var jobHandlers: [JobHandler] {
    conversations.jobHandlers + accounts.jobHandlers(jobs) + mail.jobHandlers + texting.jobHandlers + notifications.jobHandlers
      + privacy.jobHandlers
      + ledger.jobHandlers(clock: clock) + deals.jobHandlers + payments.jobHandlers + (trials?.jobHandlers ?? [])
      + operations.jobHandlers + [proof.jobHandler(jobs)]
  }

  private var proof: Proof { Proof(store: store, clock: clock, operations: operations) }

  private func serve(_ application: some ApplicationProtocol) async throws {
    let control = try await ControlSocket.listen(in: settings.text(.data), on: group) { [self] question in await answer(question) }
    try await application.run()
    try await control?.close()
  }

  /// Ends what is not a task: hashing threads, the store, the event loops.
  public func close() async {
    await accounts.close()
    await examiner.close()
    await printer.close()
    outside.close()
    nodes?.close()
    await store.close()
    try? await group.shutdownGracefully()
  }

  /// What `parley doctor` says.
  public func doctor() async throws -> (code: Int32, text: String) {
    let answer = await answer(ControlSocket.Question("doctor"))
    return (answer.code, answer.text)
  }

  func answer(_ question: ControlSocket.Question, isServing: Bool = true) async -> ControlSocket.Answer {
    if question.command == "health" {
      guard isServing else { return ControlSocket.Answer(code: 1, "No server runs on this data folder.") }
      let report = await health.report()
      return ControlSocket.Answer(code: report.status == .failing ? 1 : 0, report.lines)
    }
    do {
      return try await Orders(
        store: store, accounts: accounts, mail: mail, conversations: conversations, operations: operations, ids: ids, clock: clock,
        isServing: isServing
      )
      .answer(question)
    } catch {
      return ControlSocket.Answer(code: 1, "\(error)")
    }
  }
}

extension AccountStatus {
  /// Both sides have the same three words.
  fileprivate init(_ status: AgentStatus) {
    switch status {
    case .online: self = .online
    case .away: self = .away
    case .offline: self = .offline
    }
  }
}

/// Shorter times for tests, and the program that they have beside them.
public struct Hurry: Sendable {
  /// What looks into files as a child: the program that runs, which in tests is not this one.
  public var program = "/proc/self/exe"
  public var limits = Live.Limits()
  /// What stands between the program and its store: tests kill it there.
  public var store: @Sendable (any Store) -> any Store = { $0 }
  public var linger: TimeAmount = .seconds(10)
  /// What carries between nodes in the place of PostgreSQL.
  public var carrier: (any Carrier)?

  public init() {}
}
