import Base
import Synchronization
import Testing

@Suite struct GathererTests {
  private final class Batches: Sendable {
    let told = Mutex<[(began: ContinuousClock.Instant, ended: ContinuousClock.Instant, values: [Int: Int])]>([])
  }

  @Test("Whoever gathers rests so many times as long as a batch took, and what comes meanwhile is handed on together")
  func rest() async throws {
    let gatherer = Gatherer<Int, Int>(waitMilliseconds: 1, atOnce: 1, rest: 3) { $0 + $1 }
    let batches = Batches()
    gatherer.note(1, 1)
    gatherer.note(2, 1)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await gatherer.run { batch in
          let began = ContinuousClock.now
          try? await Task.sleep(for: .milliseconds(40))
          batches.told.withLock { $0.append((began, .now, batch)) }
          if batch[1] == 1 { for _ in 1...5 { gatherer.note(1, 2) } }
        }
      }
      while batches.told.withLock({ $0.count }) < 3 { try? await Task.sleep(for: .milliseconds(5)) }
      group.cancelAll()
    }
    let told = batches.told.withLock { $0 }
    #expect(told.map(\.values.count) == [1, 1, 1])
    #expect(told.flatMap(\.values.values).sorted() == [1, 1, 10])
    for (before, after) in zip(told, told.dropFirst()) {
      #expect(before.ended.duration(to: after.began) >= before.began.duration(to: before.ended) * 3 - .milliseconds(1))
    }
  }
}
