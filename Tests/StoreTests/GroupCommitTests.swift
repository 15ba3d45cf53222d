import Base
import Store
import TestKit
import Testing

@Suite struct GroupCommitTests {
  private let lane = [Lock.thing(1)]

  /// Holds the writer, or the lane, until what follows is queued.
  private func hold(_ store: any Store, _ answers: Answers) -> Gate {
    let gate = Gate()
    store.submit(locking: lane, urgency: .interactive) { _ in
      gate.wait()
    } completion: {
      answers.note("holder")($0)
    }
    return gate
  }

  @Test("A closure that throws after it wrote leaves its neighbours unharmed, and they run again", arguments: Dialect.Engine.allCases)
  func lateThrow(engine: Dialect.Engine) async throws {
    try await withThings(engine, rerun: nil) { store in
      let answers = Answers()
      let runs = Tally()
      let gate = hold(store, answers)
      for id in [11, 12, 13] as [Int64] {
        store.submit(locking: lane, urgency: .interactive) { session in
          runs.add("\(id)")
          try session.addThing(id)
          if id == 12 { throw Refusal(.notAllowed) }
        } completion: {
          answers.note("\(id)")($0)
        }
      }
      gate.open()
      await answers.wait(for: 4)
      try await expectThings([11, 13], in: store)
      #expect(answers.names == ["holder", "11", "12", "13"])
      #expect(answers.error(of: "11") == nil)
      #expect(answers.error(of: "12") as? Refusal == Refusal(.notAllowed))
      #expect(answers.error(of: "13") == nil)
      #expect(runs["11"] == 2, "it shared the transaction that was rolled back")
      #expect(runs["12"] == 2)
      #expect(runs["13"] == 1)
    }
  }

  @Test("A closure that throws before its first write just fails", arguments: Dialect.Engine.allCases)
  func earlyThrow(engine: Dialect.Engine) async throws {
    try await withThings(engine, rerun: nil) { store in
      let answers = Answers()
      let runs = Tally()
      let gate = hold(store, answers)
      for id in [11, 12, 13] as [Int64] {
        store.submit(locking: lane, urgency: .interactive) { session in
          runs.add("\(id)")
          _ = try session.rows("SELECT id FROM things")
          if id == 12 { throw Refusal(.notAllowed) }
          try session.addThing(id)
        } completion: {
          answers.note("\(id)")($0)
        }
      }
      gate.open()
      await answers.wait(for: 4)
      try await expectThings([11, 13], in: store)
      #expect(answers.error(of: "12") as? Refusal == Refusal(.notAllowed))
      for id in ["11", "12", "13"] { #expect(runs[id] == 1) }
    }
  }

  @Test("A closure that is rolled back and run again leaves one result", arguments: Dialect.Engine.allCases)
  func rerun(engine: Dialect.Engine) async throws {
    try await withThings(engine, rerun: Rerun(oneIn: 1, seed: 7)) { store in
      let runs = Tally()
      let value = try await store.write { session -> Int in
        runs.add("closure")
        try session.addThing(1)
        return try session.row("SELECT COUNT(*) FROM things")?[0] ?? 0
      }
      #expect(value == 1)
      #expect(runs["closure"] == 2)
      try await expectThings([1], in: store)
    }
  }

  @Test("The same seed strikes the same closures")
  func seed() async throws {
    func runs() async throws -> [Int] {
      try await withThings(.sqlite, rerun: Rerun(oneIn: 3, seed: 99)) { store in
        var counts: [Int] = []
        for id in 1...30 as ClosedRange<Int64> {
          let runs = Tally()
          try await store.write { session in
            runs.add("x")
            try session.addThing(id)
          }
          counts.append(runs["x"])
        }
        return counts
      }
    }
    let first = try await runs()
    #expect(first.contains(2))
    #expect(first.contains(1))
    #expect(try await runs() == first)
  }

  @Test("A signal for after the commit comes once, and never for a write that failed", arguments: Dialect.Engine.allCases)
  func afterCommit(engine: Dialect.Engine) async throws {
    try await withThings(engine, rerun: Rerun(oneIn: 1, seed: 3)) { store in
      let signals = Tally()
      try await store.write { session in
        session.afterCommit { signals.add("kept") }
        try session.addThing(1)
      }
      await #expect(throws: Refusal.self) {
        try await store.write { session in
          session.afterCommit { signals.add("failed") }
          try session.addThing(2)
          throw Refusal(.notAllowed)
        }
      }
      // The signal follows the answer on the same thread, so the next answer is behind it.
      try await store.write(locking: lane) { _ in }
      await store.close()
      #expect(signals["kept"] == 1)
      #expect(signals["failed"] == 0)
    }
  }

  @Test("Interactive writes go before background ones that wait")
  func urgency() async throws {
    try await withThings(.sqlite, rerun: nil) { store in
      let answers = Answers()
      let gate = hold(store, answers)
      store.submit(locking: [], urgency: .background) {
        try $0.addThing(1)
      } completion: {
        answers.note("background")($0)
      }
      store.submit(locking: [], urgency: .interactive) {
        try $0.addThing(2)
      } completion: {
        answers.note("interactive")($0)
      }
      gate.open()
      await answers.wait(for: 3)
      #expect(answers.names == ["holder", "interactive", "background"])
    }
  }

  @Test("Background writes get their turn while interactive ones never end")
  func fairness() async throws {
    try await withThings(.sqlite, rerun: nil) { store in
      let answers = Answers()
      let gate = hold(store, answers)
      store.submit(locking: [], urgency: .background) { _ in
      } completion: {
        answers.note("background")($0)
      }
      for number in 1...600 {
        store.submit(locking: [], urgency: .interactive) { _ in
        } completion: {
          answers.note("\(number)")($0)
        }
      }
      gate.open()
      await answers.wait(for: 602)
      #expect(answers.names.last == "600")
    }
  }

  @Test("Cancelling who asked does not cancel the write", arguments: Dialect.Engine.allCases)
  func cancellation(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let answers = Answers()
      let gate = hold(store, answers)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await store.write(locking: [.thing(1)]) { try $0.addThing(5) } }
        group.cancelAll()
        gate.open()
        try await group.waitForAll()
      }
      try await expectThings([5], in: store)
    }
  }

  @Test("Closing waits for the writes that are queued, and takes no more", arguments: Dialect.Engine.allCases)
  func closing(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let answers = Answers()
      for id in 1...50 as ClosedRange<Int64> {
        store.submit(locking: [.thing(id % 3)], urgency: id % 2 == 0 ? .background : .interactive) {
          try $0.addThing(id)
        } completion: {
          answers.note("\(id)")($0)
        }
      }
      await store.close()
      #expect(answers.names.count == 50)
      #expect(answers.names.allSatisfy { answers.error(of: $0) == nil })
      await #expect {
        try await store.write { try $0.addThing(99) }
      } throws: {
        kind(of: $0) == "closed"
      }
      await #expect {
        _ = try await store.thingIDs()
      } throws: {
        kind(of: $0) == "closed"
      }
    }
  }

  @Test("More writes than may wait are turned away at once, and all others are done", arguments: Dialect.Engine.allCases)
  func overload(engine: Dialect.Engine) async throws {
    try await withThings(engine, rerun: nil) { store in
      let answers = Answers()
      let outcomes = Tally()
      let gate = hold(store, answers)
      for _ in 1...20_100 {
        store.submit(locking: lane, urgency: .interactive) { _ in
        } completion: { result in
          switch result {
          case .success: outcomes.add("done")
          case .failure(let error): outcomes.add(kind(of: error))
          }
        }
      }
      gate.open()
      // Whoever comes later is served again.
      while (try? await store.write(locking: lane, { try $0.addThing(7) })) == nil {}
      await answers.wait(for: 1)
      try await expectThings([7], in: store)
      // The one that holds the lane may count or not.
      #expect((19_999...20_000).contains(outcomes["done"]))
      #expect(outcomes["done"] + outcomes["overloaded"] == 20_100)
    }
  }

  @Test("Reads that share a transaction each see what was committed before they were asked for", arguments: Dialect.Engine.allCases)
  func readingTogether(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in 1...200 as ClosedRange<Int64> {
          group.addTask {
            try await store.write(locking: [.thing(id)]) { try $0.addThing(id) }
            let ids = try await store.thingIDs()
            #expect(ids.contains(id))
            // One that fails takes none of its neighbours along.
            if id % 10 == 0 {
              await #expect(throws: StoreFailure.self) { _ = try await store.read { try $0.rows("SELECT nothing FROM nowhere") } }
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
