import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Places around commit and acknowledgement where tests kill the program, or make the disk fail.
///
/// All of them sleep unless `--dev` and `PARLEY_FAIL` wake them: asleep a place costs one look at a flag. An order is
/// `before-commit:37` (the program is killed as it passes there for the 37th time) or `before-commit:10-20=full` (those eleven times the
/// write fails as if the disk were full, or with `error` as if it were broken). Several stand with commas between.
public enum FailPoint: String, CaseIterable, Sendable {
  case beforeBegin = "before-begin"
  case beforeCommit = "before-commit"
  case afterCommit = "after-commit"
  /// Others have heard of a message, and its sender has no answer.
  case beforeAnswer = "before-answer"
  /// The work of a job is done, and not yet committed.
  case inJob = "in-job"
  case afterJob = "after-job"

  enum Deed: String, Sendable {
    case kill, full, error
  }

  struct Order: Sendable {
    let place: FailPoint
    let times: ClosedRange<Int>
    let deed: Deed
  }

  public struct Orders: Sendable {
    let list: [Order]

    public init(_ text: String) throws(Unknown) {
      var list: [Order] = []
      for part in text.split(separator: ",") { list.append(try Order(part)) }
      self.list = list
    }
  }

  /// An order that is none.
  public struct Unknown: Error, CustomStringConvertible {
    public let description: String
  }

  private static let isAwake = Atomic<Bool>(false)
  private static let orders = Mutex<(orders: [Order], passed: [FailPoint: Int])>(([], [:]))

  /// For the life of the process.
  public static func wake(_ orders: Orders) {
    Self.orders.withLock { $0 = (orders.list, [:]) }
    isAwake.store(!orders.list.isEmpty, ordering: .releasing)
  }

  /// - Throws: what the engine would throw at that place, when it is ordered.
  func pass() throws(StoreFailure) {
    guard Self.isAwake.load(ordering: .relaxed) else { return }
    switch ordered() {
    case nil: return
    case .kill: Self.end()
    case .full: throw .full(.init(code: "13", message: "a fail point says that the disk is full"))
    case .error: throw .other(.init(code: "10", message: "a fail point says that the disk cannot be written"))
    }
  }

  /// Where nothing can fail any more.
  public func kills() {
    guard Self.isAwake.load(ordering: .relaxed), ordered() == .kill else { return }
    Self.end()
  }

  private func ordered() -> Deed? {
    Self.orders.withLock { state in
      let count = (state.passed[self] ?? 0) + 1
      state.passed[self] = count
      return state.orders.first { $0.place == self && $0.times.contains(count) }?.deed
    }
  }

  /// As `kill -9` does it: no goodbye, nothing flushed.
  private static func end() -> Never {
    kill(getpid(), SIGKILL)
    while true { pause() }
  }
}

extension FailPoint.Order {
  init(_ text: Substring) throws(FailPoint.Unknown) {
    let halves = text.split(separator: "=", maxSplits: 1)
    let parts = halves.first?.split(separator: ":", maxSplits: 1) ?? []
    let numbers = parts.count == 2 ? parts[1].split(separator: "-", maxSplits: 1).map { Int($0) } : []
    guard parts.count == 2, let place = FailPoint(rawValue: String(parts[0])), let first = numbers.first ?? nil,
      let last = numbers.last ?? nil,
      0 < first, first <= last, let deed = halves.count == 2 ? FailPoint.Deed(rawValue: String(halves[1])) : .kill
    else { throw FailPoint.Unknown(description: "PARLEY_FAIL is like before-commit:37 or before-commit:10-20=full, not “\(text)”.") }
    self.init(place: place, times: first...last, deed: deed)
  }
}
