import Base
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Hashes passwords, a few at a time: each one costs memory and a processor, and a storm of sign-ins must not take both.
///
/// A class, because everybody shares its threads and its queue.
final class Passwords: Sendable {
  /// Half of the processors, so that the others stay with those who chat.
  static let threads = max(1, System.coreCount / 2)
  /// How many may wait; the next one is told to come back.
  static let queueLimit = 256

  private let pool = NIOThreadPool(numberOfThreads: threads)
  private let waiting = Mutex(0)

  init() { pool.start() }

  func hash(_ password: String) async throws -> String { try await run { Argon2.hash(password) } }

  /// Whether the password fits. Without a hash it takes as long and does not fit, so that nobody learns which accounts exist.
  func verify(_ password: String, _ encoded: String?) async throws -> Bool {
    try await run {
      guard let encoded else {
        _ = Argon2.hash(password)
        return false
      }
      return Argon2.verify(password, encoded)
    }
  }

  func close() async { try? await pool.shutdownGracefully() }

  private func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
    let hasRoom = waiting.withLock { waiting in
      guard waiting < Self.queueLimit else { return false }
      waiting += 1
      return true
    }
    guard hasRoom else { throw Refusal(.unavailable, retryAfterSeconds: 2) }
    defer { waiting.withLock { $0 -= 1 } }
    return try await pool.runIfActive {
      Self.giveWay()
      return body()
    }
  }

  /// Whoever signs in can wait a little longer; whoever chats shall not notice. On Linux this is the calling thread's own (setpriority(2)).
  private static func giveWay() {
    #if os(Linux)
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    #endif
  }
}
