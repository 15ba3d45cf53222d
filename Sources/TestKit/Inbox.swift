import NIOCore
import Synchronization

/// What has arrived and was not yet looked at, for tests that wait for it.
///
/// A class, because the connection puts in what the test takes out.
public final class Inbox<Item: Sendable>: Sendable {
  public struct NothingCame: Error, CustomStringConvertible {
    public let description: String
  }

  private struct Waiter {
    let id: Int
    let isMeant: @Sendable (Item) -> Bool
    let continuation: CheckedContinuation<Item, any Error>
  }

  private struct State {
    var items: [Item] = []
    var waiters: [Waiter] = []
    var lastID = 0
    var isFinished = false
  }

  private let state = Mutex(State())
  private let eventLoop: any EventLoop

  public init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  public func put(_ item: Item) {
    let waiter = state.withLock { state -> Waiter? in
      if let index = state.waiters.firstIndex(where: { $0.isMeant(item) }) { return state.waiters.remove(at: index) }
      state.items.append(item)
      return nil
    }
    waiter?.continuation.resume(returning: item)
  }

  /// Nothing more comes: whoever waits has waited in vain.
  public func finish() {
    let waiters = state.withLock { state in
      state.isFinished = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.continuation.resume(throwing: NothingCame(description: "The connection ended")) }
  }

  /// Everything that is there now, taken out.
  public func takeAll() -> [Item] {
    state.withLock { state in
      defer { state.items = [] }
      return state.items
    }
  }

  /// The first that is meant; the others stay.
  public func take(within time: TimeAmount, _ what: String, where isMeant: @escaping @Sendable (Item) -> Bool) async throws -> Item {
    try await withCheckedThrowingContinuation { continuation in
      let result = state.withLock { state -> Result<Item, any Error>? in
        if let index = state.items.firstIndex(where: isMeant) { return .success(state.items.remove(at: index)) }
        if state.isFinished { return .failure(NothingCame(description: "The connection ended before \(what); there was \(state.items)")) }
        state.lastID += 1
        state.waiters.append(Waiter(id: state.lastID, isMeant: isMeant, continuation: continuation))
        let id = state.lastID
        eventLoop.scheduleTask(in: time) { self.giveUp(id, what) }
        return nil
      }
      if let result { continuation.resume(with: result) }
    }
  }

  private func giveUp(_ id: Int, _ what: String) {
    let (waiter, items) = state.withLock { state -> (Waiter?, [Item]) in
      let index = state.waiters.firstIndex { $0.id == id }
      return (index.map { state.waiters.remove(at: $0) }, state.items)
    }
    waiter?.continuation.resume(throwing: NothingCame(description: "No \(what) came in time; there was \(items)"))
  }
}
