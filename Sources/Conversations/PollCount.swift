import Base
import Synchronization

/// How many polls wait at once, by who asks and by address: each keeps a connection and its subscriptions.
///
/// A class, because all requests share it.
final class PollCount: Sendable {
  /// Some tabs of one person, each with a poll that waits and one that says something.
  static let perPerson = 16
  /// An office behind one address.
  static let perAddress = 10 * perPerson
  private static let retrySeconds = 5

  private let counts = Mutex<[String: Int]>([:])

  /// Counts a poll while it runs.
  func admit<Value>(
    _ person: String, from network: String, isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> Value
  ) async throws -> Value {
    let places = [("person.\(person)", Self.perPerson), ("address.\(network)", Self.perAddress)]
    let isWelcome = counts.withLock { counts in
      guard places.allSatisfy({ counts[$0.0] ?? 0 < $0.1 }) else { return false }
      for (key, _) in places { counts[key, default: 0] += 1 }
      return true
    }
    guard isWelcome else { throw Refusal(.tooFast, retryAfterSeconds: Self.retrySeconds) }
    defer {
      counts.withLock { counts in
        for (key, _) in places { counts[key] = counts[key].flatMap { $0 > 1 ? $0 - 1 : nil } }
      }
    }
    return try await work()
  }
}
