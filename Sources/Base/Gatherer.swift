import Synchronization

/// Gathers what comes in for a moment and hands it on together, merged by key, in rounds: a key that comes back while a round is worked on waits for the next.
///
/// A class, because those who note and the loop that works share it.
public final class Gatherer<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let waitMilliseconds: Int64
  private let atOnce: Int
  private let rest: Int
  private let merge: @Sendable (Value, Value) -> Value
  private let pending = Mutex<[Key: Value]>([:])
  private let raised: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation

  /// - Parameters:
  ///   - atOnce: how many keys one batch takes.
  ///   - rest: after a batch it rests so many times as long as that took, so that work which never ends leaves time to others and meets more at once.
  public init(waitMilliseconds: Int64, atOnce: Int, rest: Int = 0, merge: @escaping @Sendable (Value, Value) -> Value) {
    self.waitMilliseconds = waitMilliseconds
    self.atOnce = atOnce
    self.rest = rest
    self.merge = merge
    (raised, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  public func note(_ key: Key, _ value: Value) {
    pending.withLock { pending in
      pending[key] = pending[key].map { merge($0, value) } ?? value
    }
    signal.yield()
  }

  /// Works until the task is cancelled.
  public func run(_ work: @Sendable ([Key: Value]) async -> Void) async {
    for await _ in raised {
      try? await Task.sleep(for: .milliseconds(waitMilliseconds))
      var round = pending.withLock { Array($0.keys) }[...]
      while case let batch = take(round.prefix(atOnce)), !batch.isEmpty {
        round = round.dropFirst(atOnce)
        let began = ContinuousClock.now
        await work(batch)
        if rest > 0 { try? await Task.sleep(for: (ContinuousClock.now - began) * rest) }
      }
    }
  }

  private func take(_ keys: ArraySlice<Key>) -> [Key: Value] {
    pending.withLock { pending in
      Dictionary(uniqueKeysWithValues: keys.compactMap { key in pending.removeValue(forKey: key).map { (key, $0) } })
    }
  }
}
