import Access
import Base
import Conversations
import HTTPTypes
import Hummingbird
import Live
import Sites
import Store
import Synchronization
import Web

/// `/health`: whether this node can do its work, for load balancers and for `parley health`.
///
/// It looks at every part that a conversation needs, at most once a second, and says nothing that must not be read by everybody.
/// A class, because all requests share what was seen.
final class Health: Sendable {
  /// What is looked at.
  struct Organs: Sendable {
    /// How many connections the loops serve; answers when every loop has.
    let connections: @Sendable () async throws -> Int
    let read: @Sendable (_ now: Moment) async throws -> Readings
    let write: @Sendable () async throws -> Void
    let memory: @Sendable () -> Conversations.Memory
    let freeBytes: @Sendable () -> Int64?
    let lastRound: @Sendable () -> ContinuousClock.Instant?
    /// Whether the other nodes are heard; nil where there is one node.
    let bus: @Sendable () -> Bool?
  }

  struct Readings: Sendable {
    let due: Int64
    let oldestDue: Moment?
    let filesBytes: Int64
  }

  /// How long a part may take to answer.
  static let patience = Duration.seconds(1)
  static let keptFor = Duration.seconds(1)
  /// Each write is a write to the disk: between two of them the last one counts.
  static let writeKeptFor = Duration.seconds(5)
  /// Less than this wants somebody to look; less than a tenth of it, and nothing may be stored soon.
  static let diskWarningBytes: Int64 = 1 << 30
  /// Jobs are looked for every half minute at the latest.
  static let longestRoundSeconds: Int64 = 120
  static let longestDueSeconds: Int64 = 300

  private struct Seen {
    var report: (at: ContinuousClock.Instant, HealthReport)?
    var writes: (at: ContinuousClock.Instant, Bool)?
  }

  private let organs: Organs
  /// What the files of all chats may take.
  private let quotaBytes: Int64
  private let clock: WallClock
  private let startedAt = ContinuousClock.now
  private let seen = Mutex(Seen())
  private let reading = Probe()
  private let writing = Probe()
  private let looping = Probe()

  init(_ organs: Organs, quotaBytes: Int64, clock: WallClock) {
    self.organs = organs
    self.quotaBytes = quotaBytes
    self.clock = clock
  }

  func register(on routes: Routes) {
    routes.get("/health", .to(.read, .publicPage)) { [self] _, _ in
      let report = await report()
      return .json(report, status: report.status == .failing ? .serviceUnavailable : .ok)
    }
  }

  /// What was seen within the last second.
  func report() async -> HealthReport {
    if let (at, report) = seen.withLock({ $0.report }), ContinuousClock.now - at < Self.keptFor { return report }
    let report = await look()
    seen.withLock { $0.report = (.now, report) }
    return report
  }

  private func look() async -> HealthReport {
    let now = clock.now
    async let webSockets = webSockets()
    async let readings = readings(now)
    async let writes = writes()
    let found = await readings
    let database = HealthReport.Database(readings: found != nil, writes: await writes)
    let disk = disk()
    let jobs = jobs(found, now)
    let files = found.map { FileUse(bytes: $0.filesBytes, quotaBytes: quotaBytes) }
    let parts = HealthReport.Parts(webSockets: await webSockets, database: database, cache: cache(now), disk: disk, jobs: jobs, bus: bus())
    return HealthReport(
      status: parts.all.map(\.status).max() ?? .ok, version: Program.version, database: database.reads ? "ok" : "unreachable",
      diskFreeBytes: disk.freeBytes, jobsDue: found?.due, filesBytes: files?.bytes, filesLimitBytes: quotaBytes,
      warnings: (files?.isNearlyFull == true ? ["files"] : []) + parts.all.filter { $0.status == .degraded }.map(\.name), parts: parts)
  }

  private func webSockets() async -> HealthReport.WebSockets {
    let count = Box<Int>()
    let answered = await looping.answers(within: Self.patience) { [organs] in count.put(try await organs.connections()) }
    return HealthReport.WebSockets(status: answered ? .ok : .failing, connections: answered ? count.value : nil)
  }

  private func readings(_ now: Moment) async -> Readings? {
    let found = Box<Readings>()
    let answered = await reading.answers(within: Self.patience) { [organs] in found.put(try await organs.read(now)) }
    return answered ? found.value : nil
  }

  private func writes() async -> Bool {
    if let (at, worked) = seen.withLock({ $0.writes }), worked, ContinuousClock.now - at < Self.writeKeptFor { return true }
    let worked = await writing.answers(within: Self.patience) { [organs] in try await organs.write() }
    seen.withLock { $0.writes = (.now, worked) }
    return worked
  }

  private func cache(_ now: Moment) -> HealthReport.Cache {
    let memory = organs.memory()
    return HealthReport.Cache(
      status: memory.loadedAt == nil ? .failing : memory.isStale ? .degraded : .ok, teams: memory.teams, people: memory.people,
      here: memory.here, ageSeconds: memory.loadedAt.map { now.milliseconds(since: $0) / 1000 })
  }

  private func disk() -> HealthReport.Disk {
    let free = organs.freeBytes()
    let status: HealthReport.Status =
      switch free {
      case .some(..<(Self.diskWarningBytes / 10)): .failing
      case .some(Self.diskWarningBytes...): .ok
      case .some, nil: .degraded
      }
    return HealthReport.Disk(status: status, freeBytes: free, warningBytes: Self.diskWarningBytes)
  }

  /// Messages go their way without jobs, so a worker that stands still takes no node out of service.
  private func jobs(_ found: Readings?, _ now: Moment) -> HealthReport.Jobs {
    let round = organs.lastRound().map { (ContinuousClock.now - $0).components.seconds }
    let waited = found?.oldestDue.map { now.milliseconds(since: $0) / 1000 }
    let isLate = (round ?? (ContinuousClock.now - startedAt).components.seconds) > Self.longestRoundSeconds
    let isBehind = (waited ?? 0) > Self.longestDueSeconds
    return HealthReport.Jobs(
      status: isLate || isBehind ? .degraded : .ok, lastRoundSeconds: round, due: found?.due, oldestDueSeconds: waited)
  }

  /// Without it the database is asked every two seconds: slower, and nothing is lost.
  private func bus() -> HealthReport.Bus {
    let connected = organs.bus()
    return HealthReport.Bus(status: connected == false ? .degraded : .ok, connected: connected)
  }

  /// Filled by a question that may answer too late.
  private final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)
    var value: Value? { content.withLock { $0 } }
    func put(_ value: Value) { content.withLock { $0 = value } }
  }
}

extension HealthReport.Database {
  fileprivate init(readings: Bool, writes: Bool) {
    self.init(status: readings && writes ? .ok : .failing, reads: readings, writes: writes)
  }
}
