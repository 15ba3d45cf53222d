import Access
import Base
import Synchronization

/// Throughput limits, in memory and per node, counted by who it is *and* by the address it comes from.
///
/// One number per key: the moment, in microseconds, at which its allowance will be full again. A class, because all requests share it.
public final class Limiter: Sendable {
  /// How many keys are kept; above it those whose allowance is nearly full again are forgotten first.
  static let keyLimit = 100_000
  private static let second: Int64 = 1_000_000

  private let limits: Limits
  private let fullAt = Mutex<[String: Int64]>([:])

  public init(limits: Limits) { self.limits = limits }

  /// Lets one act through or says when the next may come.
  public func admit(_ purpose: Limits.Purpose, by actor: Access.Actor, from address: ClientAddress, at now: Moment) throws(Refusal) {
    let (rate, key) = limits.rate(purpose, for: actor)
    let shared = Limits.Rate(rate.count * limits.peoplePerAddress, perSeconds: rate.seconds)
    var claims = [("\(purpose.rawValue).address.\(address.network)", key == nil && !purpose.isOfManyPeople ? rate : shared)]
    if let key { claims.append(("\(purpose.rawValue).\(key)", rate)) }
    try admit(claims, at: now)
  }

  /// The same for a key of a slice's own, such as a visitor's key before anybody knows whose it is.
  public func admit(_ purpose: Limits.Purpose, party: Limits.Party, key: String, at now: Moment) throws(Refusal) {
    try admit([("\(purpose.rawValue).\(key)", limits[party, purpose])], at: now)
  }

  /// All claims are let through or none, so that a refused act costs nothing.
  private func admit(_ claims: [(key: String, rate: Limits.Rate)], at now: Moment) throws(Refusal) {
    let now = now.milliseconds * 1000
    let wait = fullAt.withLock { fullAt -> Int64 in
      let next = claims.map { claim in
        let window = Int64(claim.rate.seconds) * Self.second
        let share = window / Int64(claim.rate.count)
        let full = fullAt[claim.key] ?? 0
        // Nothing is taken beyond its window: what lies there was taken before somebody put the clock back, and counts no more.
        return (full > now + window ? now : max(full, now)) + max(share, 1)
      }
      let waits = zip(claims, next).map { claim, moment in moment - now - Int64(claim.rate.seconds) * Self.second }
      guard let longest = waits.max(), longest <= 0 else { return waits.max() ?? 0 }
      for (claim, moment) in zip(claims, next) { fullAt[claim.key] = moment }
      Self.forget(&fullAt, at: now)
      return 0
    }
    if wait > 0 { throw Refusal(.tooFast, retryAfterSeconds: Int((wait + Self.second - 1) / Self.second)) }
  }

  private static func forget(_ fullAt: inout [String: Int64], at now: Int64) {
    guard fullAt.count > keyLimit else { return }
    fullAt = fullAt.filter { $0.value > now }
    guard fullAt.count > keyLimit else { return }
    let kept = fullAt.sorted { $0.value > $1.value }.prefix(keyLimit / 2)
    fullAt = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
  }
}
