import Base
import Synchronization

/// The number of this node, leased in the database, so that no two nodes make the same identity.
///
/// On SQLite the data folder has one owner, so the number is always 0 and a lease that a killed process left behind is taken over.
/// Leases use the machine's time, as identities do.
public final class NodeLease: Sendable {
  public let number: Int
  public let ids: IDMaker
  private let store: any Store
  private let time: @Sendable () -> Moment
  /// What our row may say; two moments after a renewal whose answer was lost.
  private let leasedUntil: Mutex<[Moment]>

  static let lengthSeconds: Int64 = 60
  public static let renewalSeconds: Int64 = 15
  /// A node that cannot renew stops before another one may take its number.
  private static let marginSeconds: Int64 = 10

  /// Another node has the number, or the lease ran out: this one must end, because its identities are no longer its own.
  public struct Lost: Error, CustomStringConvertible {
    public let number: Int
    public var description: String { "The lease of node number \(number) is lost." }
  }

  public struct NoneFree: Error, CustomStringConvertible {
    public var description: String { "All \(IDMaker.nodeLimit) node numbers are leased." }
  }

  public static func take(in store: any Store, time: @escaping @Sendable () -> Moment = machineTime) async throws -> NodeLease {
    let now = time()
    let until = now.adding(seconds: lengthSeconds)
    for _ in 0..<IDMaker.nodeLimit {
      let taken = try await store.write { session -> (number: Int, highWater: Int64)? in
        try takeOver(now, until, in: session) ?? add(until, in: session)
      }
      if let taken { return NodeLease(store, taken.number, notBelow: taken.highWater, until, time) }
    }
    throw NoneFree()
  }

  private init(_ store: any Store, _ number: Int, notBelow: Int64, _ until: Moment, _ time: @escaping @Sendable () -> Moment) {
    self.store = store
    self.number = number
    self.time = time
    ids = IDMaker(node: number, notBelow: notBelow, time: time)
    leasedUntil = Mutex([until])
  }

  /// Renews until the task is cancelled, and then gives the number back.
  ///
  /// - Throws: `Lost`, after which no identity may be made.
  public func keep() async throws {
    while true {
      do {
        try await Task.sleep(for: .seconds(Self.renewalSeconds))
      } catch {
        break
      }
      do {
        try await renew()
      } catch is StoreFailure {
        // There may be time for another try.
        guard let until = leasedUntil.withLock({ $0.min() }), time().adding(seconds: Self.marginSeconds) < until else {
          throw Lost(number: number)
        }
      }
    }
    try await release()
  }

  /// Moves the end of the lease, and keeps how far identities have come.
  public func renew() async throws { try await set(until: time().adding(seconds: Self.lengthSeconds)) }

  /// Gives the number back. No identity may be made afterwards.
  public func release() async throws { try await set(until: Moment(milliseconds: 0)) }

  private func set(until: Moment) async throws {
    let known = leasedUntil.withLock { known in
      defer { known.append(until) }
      return SQLList(known, from: 4)
    }
    let number = number
    let highWater = ids.next(NodeLease.self).rawValue
    let isOurs = try await store.write { session in
      try session.run(
        "UPDATE nodes SET leased_until = $1, high_water = $2 WHERE number = $3 AND leased_until \(known.sql)",
        [until.sqlValue, highWater.sqlValue, number.sqlValue] + known.values) == 1
    }
    guard isOurs else { throw Lost(number: number) }
    leasedUntil.withLock { $0 = [until] }
  }

  private static func takeOver(_ now: Moment, _ until: Moment, in session: any Session) throws -> (number: Int, highWater: Int64)? {
    // The owner of the folder is the only node.
    let isFree = session.dialect.engine == .sqlite ? "number = 0 OR leased_until < $1" : "leased_until < $1"
    return try session.row(
      """
      UPDATE nodes SET leased_until = $2
      WHERE number = (SELECT number FROM nodes WHERE \(isFree) ORDER BY number LIMIT 1 \(session.dialect.skipLocked))
      RETURNING number, high_water
      """, now, until
    ).map { ($0[0], $0[1]) }
  }

  /// - Returns: nil when another node was faster.
  private static func add(_ until: Moment, in session: any Session) throws -> (number: Int, highWater: Int64)? {
    let next: Int = try session.row("SELECT CAST(COALESCE(MAX(number) + 1, 0) AS BIGINT) FROM nodes")?[0] ?? 0
    guard next < IDMaker.nodeLimit else { throw NoneFree() }
    let row = try session.row(
      """
      INSERT INTO nodes (number, leased_until, high_water) VALUES ($1, $2, 0)
      ON CONFLICT (number) DO NOTHING
      RETURNING number
      """, next, until)
    return row.map { ($0[0], 0) }
  }
}
