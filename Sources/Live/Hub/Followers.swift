import Synchronization

/// How many follow each topic on each event loop, or are about to: what is published wakes the loops alone on which somebody waits for it,
/// and makes no frames where nobody does.
///
/// Whoever joins counts before they read what they join: what was published before that is in what they read.
final class Followers: Sendable {
  private let loops: Int
  private let counts = Mutex<[String: [Int]]>([:])

  init(loops: Int) { self.loops = loops }

  func add(_ topic: String, on loop: Int) {
    counts.withLock { $0[topic, default: Array(repeating: 0, count: loops)][loop] += 1 }
  }

  func remove(_ topic: String, on loop: Int) {
    counts.withLock { counts in
      counts[topic]?[loop] -= 1
      if counts[topic]?.allSatisfy({ $0 == 0 }) == true { counts[topic] = nil }
    }
  }

  /// The loops on which somebody follows, in their order.
  func loops(of topic: String) -> [Int] {
    guard let here = counts.withLock({ $0[topic] }) else { return [] }
    return here.indices.filter { here[$0] > 0 }
  }

  var isEmpty: Bool { counts.withLock(\.isEmpty) }
}
