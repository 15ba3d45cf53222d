import Dispatch
import Foundation
import Live
import Logging
import Synchronization

/// What waits for being taken to the other nodes, and the thread that takes it: all that waits goes in one turn.
///
/// After a turn it rests for a moment, so that under load many messages share one: a turn costs each node much more than a message does. What
/// comes after a silence goes at once.
///
/// Bounded: what does not fit is dropped and leaves a hole in the numbers, by which the others know that they have to look. While the carrier
/// takes nothing only signals are kept, for what was published is older than the database when it comes.
final class Outbox: Sendable {
  static let limitBytes = 8 << 20
  static let limitMessages = 20_000
  static let parcelsAtOnce = 16
  private static let pauseMilliseconds = 100...1000
  private static let restSeconds = 0.002

  private struct Waiting {
    let bytes: [UInt8]
    let isSignal: Bool
  }

  private struct State {
    var waiting: [Waiting] = []
    var bytes = 0
    var hasDropped = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let ready = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let sender: Presence.Peer
  private let carrier: any Carrier
  private let logger: Logger

  init(sender: Presence.Peer, carrier: any Carrier, logger: Logger) {
    self.sender = sender
    self.carrier = carrier
    self.logger = logger
    let thread = Thread { self.work() }
    thread.name = "bus-out"
    thread.start()
  }

  func add(_ message: Message) {
    let bytes = message.encoded(frameBytes: carrier.frameBytes)
    let isSignal = if case .signal = message { true } else { false }
    let isFirst = state.withLock { state in
      guard !state.isClosed else { return false }
      guard state.bytes + bytes.count <= Self.limitBytes, state.waiting.count < Self.limitMessages else {
        state.hasDropped = true
        return false
      }
      state.waiting.append(Waiting(bytes: bytes, isSignal: isSignal))
      state.bytes += bytes.count
      return state.waiting.count == 1
    }
    if isFirst { ready.signal() }
  }

  /// Something was not said: the others find a hole before what is said next.
  func skip() { state.withLock { $0.hasDropped = true } }

  /// Ends the thread after what waits has been offered once more.
  func close() {
    state.withLock { $0.isClosed = true }
    ready.signal()
    _ = ended.wait(timeout: .now() + 1)
  }

  private func work() {
    defer { ended.signal() }
    var number: Int64 = 0
    while true {
      ready.wait()
      var (waiting, hasDropped, isClosed) = take()
      while !waiting.isEmpty {
        if hasDropped { number += 1 }
        let (parcels, rest) = pack(waiting, after: &number)
        do {
          try carrier.send(parcels)
          (waiting, hasDropped) = (rest, false)
          if rest.isEmpty, !isClosed { Thread.sleep(forTimeInterval: Self.restSeconds) }
        } catch {
          if isClosed { return }
          (waiting, hasDropped) = (wait(for: waiting, because: error), true)
        }
      }
      if isClosed { return }
    }
  }

  private func take() -> ([Waiting], hasDropped: Bool, isClosed: Bool) {
    state.withLock { state in
      defer {
        state.waiting = []
        state.bytes = 0
        state.hasDropped = false
      }
      return (state.waiting, state.hasDropped, state.isClosed)
    }
  }

  private func pack(_ waiting: [Waiting], after number: inout Int64) -> (parcels: [[UInt8]], rest: [Waiting]) {
    var (parcels, messages, bytes): ([[UInt8]], [[UInt8]], Int) = ([], [], Parcel.headBytes)
    func finish() {
      guard !messages.isEmpty else { return }
      number += 1
      parcels.append(Parcel(sender: sender, number: number).encoded(messages))
      (messages, bytes) = ([], Parcel.headBytes)
    }
    for (index, message) in waiting.enumerated() {
      if bytes + message.bytes.count > carrier.parcelBytes { finish() }
      if parcels.count == Self.parcelsAtOnce { return (parcels, Array(waiting[index...])) }
      messages.append(message.bytes)
      bytes += message.bytes.count
    }
    finish()
    return (parcels, [])
  }

  /// - Returns: what is still worth saying.
  private func wait(for waiting: [Waiting], because error: any Error) -> [Waiting] {
    logger.debug("The bus takes nothing", metadata: ["error": "\(error)"])
    var signals = waiting.filter(\.isSignal)
    Thread.sleep(forTimeInterval: Double(Int.random(in: Self.pauseMilliseconds)) / 1000)
    signals += take().0.filter(\.isSignal)
    return signals.suffix(Self.limitMessages)
  }
}
