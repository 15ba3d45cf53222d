import Base

/// How this node is: for load balancers, for those who watch, and for `parley health`.
struct HealthReport: Encodable, Sendable {
  /// `failing` takes the node out of service; `degraded` wants somebody to look.
  enum Status: String, Encodable, Comparable {
    case ok, degraded, failing

    static func < (left: Status, right: Status) -> Bool { left.rank < right.rank }
    private var rank: Int {
      switch self {
      case .ok: 0
      case .degraded: 1
      case .failing: 2
      }
    }
  }

  let status: Status
  let version: String
  /// `ok` or `unreachable`.
  let database: String
  let diskFreeBytes: Int64?
  let jobsDue: Int64?
  let filesBytes: Int64?
  let filesLimitBytes: Int64
  /// What somebody should look at, though everything works.
  let warnings: [String]
  let parts: Parts

  struct Parts: Encodable {
    let webSockets: WebSockets
    let database: Database
    let cache: Cache
    let disk: Disk
    let jobs: Jobs
    let bus: Bus

    var all: [(name: String, status: Status)] {
      [
        ("webSockets", webSockets.status), ("database", database.status), ("cache", cache.status), ("disk", disk.status),
        ("jobs", jobs.status), ("bus", bus.status),
      ]
    }
  }

  struct WebSockets: Encodable {
    let status: Status
    /// Lines and polls; null where the loops that serve them did not answer.
    let connections: Int?
  }

  struct Database: Encodable {
    let status: Status
    let reads: Bool
    let writes: Bool
  }

  /// What the program keeps in memory because every message asks for it: who answers where, and who is there.
  struct Cache: Encodable {
    let status: Status
    let teams: Int
    let people: Int
    let here: Int
    let ageSeconds: Int64?
  }

  struct Disk: Encodable {
    let status: Status
    let freeBytes: Int64?
    let warningBytes: Int64
  }

  struct Jobs: Encodable {
    let status: Status
    /// Since jobs were last looked for.
    let lastRoundSeconds: Int64?
    let due: Int64?
    /// For how long the oldest job that is due has waited.
    let oldestDueSeconds: Int64?
  }

  /// What goes from node to node.
  struct Bus: Encodable {
    let status: Status
    /// Whether anything comes in from the other nodes; null where there is one node.
    let connected: Bool?
  }

  /// For people at a terminal.
  var lines: String {
    func number(_ value: Int64?) -> String { value.map(String.init) ?? "?" }
    return """
      \(status.rawValue)
      webSockets  \(parts.webSockets.status.rawValue)  \(parts.webSockets.connections.map(String.init) ?? "?") connections
      database    \(parts.database.status.rawValue)  reads: \(parts.database.reads), writes: \(parts.database.writes)
      cache       \(parts.cache.status.rawValue)  \(parts.cache.teams) teams, \(parts.cache.people) people, \
      \(parts.cache.here) there, \(number(parts.cache.ageSeconds)) s old
      disk        \(parts.disk.status.rawValue)  \(number(parts.disk.freeBytes)) bytes free, warning below \(parts.disk.warningBytes)
      jobs        \(parts.jobs.status.rawValue)  looked \(number(parts.jobs.lastRoundSeconds)) s ago, \(number(parts.jobs.due)) due, \
      the oldest for \(number(parts.jobs.oldestDueSeconds)) s
      bus         \(parts.bus.status.rawValue)  \(parts.bus.connected.map { "connected: \($0)" } ?? "one node")
      """
  }
}
