/// What waits for a connection. Writes that share a lock run in the order in which they came; all others run side by side.
///
/// What is written in the background under no lock, such as visits that are counted, shares transactions: one begins when the one before began some
/// time ago, or when it would be full, and two at most run at once. A crowd of it leaves the connections to whoever waits for an answer, and
/// commits seldom.
struct Lanes {
  static let sharedLimit = 2
  static let gatherMilliseconds = 20
  /// A shared transaction takes nobody along after so long: what it has written, others wait for.
  static let sharedMilliseconds = 5
  static let writesPerTransaction = 64

  enum Work {
    case read(@Sendable (PostgresSession) -> Void)
    case write(Int)
    /// A write that may be joined by all that wait as it did.
    case shared(Int)
  }

  private struct Entry {
    let write: QueuedWrite
    /// How many earlier writes that share a lock are not done.
    var waitsFor: Int
    var followers: [Int] = []
  }

  private var entries: [Int: Entry] = [:]
  /// The latest write of each lock.
  private var tails: [Lock: Int] = [:]
  private var ready = Line<Work>()
  private var readyInBackground = Line<Work>()
  private var shared = Line<Int>()
  private var sharedRunning = 0
  /// The next one to begin waits for company.
  private var isGathering = false
  private var lastNumber = 0

  /// How many writes wait or run.
  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty && ready.isEmpty && readyInBackground.isEmpty }

  private var isSharedReady: Bool {
    !shared.isEmpty && sharedRunning < Self.sharedLimit && (!isGathering || shared.count >= Self.writesPerTransaction)
  }

  mutating func append(read: @escaping @Sendable (PostgresSession) -> Void) { ready.append(.read(read)) }

  /// - Returns: whether it can run at once.
  mutating func append(_ write: QueuedWrite) -> Bool {
    lastNumber += 1
    let number = lastNumber
    let predecessors = Set(write.locks.compactMap { tails[$0] })
    for predecessor in predecessors { entries[predecessor]?.followers.append(number) }
    for lock in write.locks { tails[lock] = number }
    entries[number] = Entry(write: write, waitsFor: predecessors.count)
    guard !write.isShared else {
      shared.append(number)
      return isSharedReady
    }
    if predecessors.isEmpty { makeReady(number) }
    return predecessors.isEmpty
  }

  mutating func next() -> Work? { ready.popFirst() ?? nextShared() ?? readyInBackground.popFirst() }

  private mutating func nextShared() -> Work? {
    guard isSharedReady, let number = shared.popFirst() else { return nil }
    sharedRunning += 1
    isGathering = true
    return .shared(number)
  }

  /// So many milliseconds after a shared transaction began.
  ///
  /// - Returns: whether the next one can run.
  mutating func endGathering() -> Bool {
    isGathering = false
    return isSharedReady
  }

  func write(_ number: Int) -> QueuedWrite {
    guard let entry = entries[number] else { preconditionFailure("A write stays until it is done") }
    return entry.write
  }

  /// The write behind `number` that has the same locks and waits for nobody else: it can share the transaction.
  mutating func companion(of number: Int) -> Int? {
    guard let entry = entries[number] else { return nil }
    guard !entry.write.isShared else { return shared.popFirst() }
    return entry.followers.first { entries[$0]?.waitsFor == 1 && entries[$0]?.write.locks == entry.write.locks }
  }

  /// - Parameter numbers: writes that ran in one transaction.
  /// - Returns: how many others became ready.
  mutating func finish(_ numbers: [Int]) -> Int {
    let done = Set(numbers)
    var became = 0
    if let first = numbers.first, entries[first]?.write.isShared == true {
      sharedRunning -= 1
      became = isSharedReady ? 1 : 0
    }
    for number in numbers {
      guard let entry = entries.removeValue(forKey: number) else { continue }
      for lock in entry.write.locks where tails[lock] == number { tails[lock] = nil }
      for follower in entry.followers where !done.contains(follower) {
        entries[follower]?.waitsFor -= 1
        guard entries[follower]?.waitsFor == 0 else { continue }
        makeReady(follower)
        became += 1
      }
    }
    return became
  }

  private mutating func makeReady(_ number: Int) {
    switch write(number).urgency {
    case .interactive: ready.append(.write(number))
    case .background: readyInBackground.append(.write(number))
    }
  }
}

extension QueuedWrite {
  fileprivate var isShared: Bool { locks.isEmpty && urgency == .background }
}
