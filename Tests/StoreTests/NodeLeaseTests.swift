import Base
import Store
import TestKit
import Testing

@Suite struct NodeLeaseTests {
  private let clock = WallClock.fixed(at: Databases.start)
  private var time: @Sendable () -> Moment { { [clock] in clock.now } }

  @Test("Each node has a number of its own, and one that was given back is leased again")
  func numbers() async throws {
    try await withThings(.postgres) { store in
      let first = try await NodeLease.take(in: store, time: time)
      let second = try await NodeLease.take(in: store, time: time)
      #expect([first.number, second.number] == [0, 1])
      try await first.release()
      clock.advance(milliseconds: 1)
      #expect(try await NodeLease.take(in: store, time: time).number == 0)
      #expect(try await NodeLease.take(in: store, time: time).number == 2)
    }
  }

  @Test("Nodes that start at once get different numbers")
  func together() async throws {
    try await withThings(.postgres) { store in
      let time = time
      let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<6 { group.addTask { try await NodeLease.take(in: store, time: time).number } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(numbers.sorted() == Array(0..<6))
    }
  }

  @Test("A node whose lease ran out and was taken by another learns that it is lost")
  func lost() async throws {
    try await withThings(.postgres) { store in
      let first = try await NodeLease.take(in: store, time: time)
      clock.advance(milliseconds: 30_000)
      try await first.renew()
      clock.advance(milliseconds: 61_000)
      let second = try await NodeLease.take(in: store, time: time)
      #expect(second.number == first.number)
      await #expect(throws: NodeLease.Lost.self) { try await first.renew() }
      try await second.renew()
    }
  }

  @Test("The owner of a data folder is node 0, also after it was killed")
  func folder() async throws {
    try await withThings(.sqlite) { store in
      _ = try await NodeLease.take(in: store, time: time)
      #expect(try await NodeLease.take(in: store, time: time).number == 0)
    }
  }

  @Test("Identities never go back behind those of the lease before, though the clock did", arguments: Dialect.Engine.allCases)
  func highWater(engine: Dialect.Engine) async throws {
    try await withThings(engine) { store in
      let first = try await NodeLease.take(in: store, time: time)
      let last: VisitorID = first.ids.next()
      try await first.release()
      let earlier = WallClock.fixed(at: Moment(milliseconds: Databases.start.milliseconds - 5000))
      let second = try await NodeLease.take(in: store, time: { earlier.now })
      #expect(second.number == first.number)
      #expect(second.ids.next() as VisitorID > last)
    }
  }
}
