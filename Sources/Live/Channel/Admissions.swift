import NIOCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Counts the connections of this node, so that it stops taking more before the system refuses it files or memory.
///
/// A class, because all event loops share it.
final class Admissions: Sendable {
  enum Answer {
    case welcome
    /// It is answered with 503.
    case full
    /// Even those who are answered are too many.
    case overrun
  }

  private let limits: Limits
  private let taken = Atomic<Int>(0)
  private let turnedAway = Atomic<Int>(0)
  private let memory = Mutex((lookedAt: NIODeadline.uptimeNanoseconds(0), isFull: false))

  private static let memoryLookEvery = TimeAmount.milliseconds(500)

  init(_ limits: Limits) { self.limits = limits }

  /// Takes a place until the channel is closed.
  func admit(_ channel: any Channel) -> Answer {
    if taken.load(ordering: .relaxed) < limits.connections, !isMemoryFull() {
      taken.add(1, ordering: .relaxed)
      channel.closeFuture.whenComplete { [taken = self] _ in taken.taken.subtract(1, ordering: .relaxed) }
      return .welcome
    }
    guard turnedAway.load(ordering: .relaxed) < limits.turnedAway else { return .overrun }
    turnedAway.add(1, ordering: .relaxed)
    channel.closeFuture.whenComplete { [away = self] _ in away.turnedAway.subtract(1, ordering: .relaxed) }
    return .full
  }

  private func isMemoryFull() -> Bool {
    guard limits.memoryBytes > 0 else { return false }
    return memory.withLock { memory in
      let now = NIODeadline.now()
      if now - memory.lookedAt >= Self.memoryLookEvery {
        memory = (now, Self.residentBytes() > limits.memoryBytes)
      }
      return memory.isFull
    }
  }

  /// What the process holds in memory; 0 where the system does not say.
  static func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }
}
