import CCurl
import Foundation
import Synchronization

/// One thread that drives any number of transfers with libcurl's multi interface.
///
/// A class, because its thread and those who ask share the line of what is new. The multi handle is touched by the thread alone, but for
/// `curl_multi_wakeup`, which libcurl allows from everywhere.
final class CurlThread: Sendable {
  struct Ending: Sendable {
    let code: CURLcode
    /// The last status of HTTP or code of SMTP, 0 for none.
    let status: Int
  }

  private struct State {
    var arrived: [Transfer] = []
    var isClosed = false
    var multi: Multi?
  }

  /// A pointer of C that is given to one function which any thread may call, and otherwise used by the thread that made it.
  private struct Multi: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer
  }

  private let name: String
  private let atOnce: Int
  private let state = Mutex(State())

  /// How long the thread sleeps when nothing happens; whoever brings something wakes it.
  private static let pauseMilliseconds: Int32 = 60_000

  init(_ name: String, atOnce: Int) {
    self.name = name
    self.atOnce = atOnce
  }

  func run(_ transfer: Transfer) async throws -> Ending {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        transfer.start { continuation.resume(with: $0) }
        add(transfer)
      }
    } onCancel: {
      transfer.cancel()
      wake()
    }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wake()
  }

  private func add(_ transfer: Transfer) {
    let isTaken = state.withLock { state in
      guard !state.isClosed else { return false }
      state.arrived.append(transfer)
      if state.multi == nil { state.multi = start() }
      return true
    }
    if isTaken { wake() } else { transfer.end(.failure(OutsideFailure.closed)) }
  }

  private func wake() {
    state.withLock { state in
      if let multi = state.multi { curl_multi_wakeup(multi.handle) }
    }
  }

  private func start() -> Multi {
    // Once for the process; libcurl of Debian does it under a lock of its own.
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    guard let handle = curl_multi_init() else { fatalError("libcurl has no memory") }
    let multi = Multi(handle: handle)
    parley_curl_one_transfer_a_connection(handle)
    let thread = Thread { self.drive(multi) }
    thread.name = name
    thread.start()
    return multi
  }

  private func drive(_ multi: Multi) {
    let handle = multi.handle
    var waiting: [Transfer] = []
    var running: [UnsafeMutableRawPointer: Transfer] = [:]
    while true {
      let (arrived, isClosed) = state.withLock { state in
        defer { state.arrived = [] }
        return (state.arrived, state.isClosed)
      }
      waiting += arrived
      for (easy, transfer) in running where transfer.isCancelled || isClosed {
        curl_multi_remove_handle(handle, easy)
        running[easy] = nil
        transfer.end(.failure(isClosed ? OutsideFailure.closed : CancellationError()))
      }
      for transfer in waiting where transfer.isCancelled || isClosed {
        transfer.end(.failure(isClosed ? OutsideFailure.closed : CancellationError()))
      }
      waiting.removeAll(where: \.hasEnded)
      if isClosed { break }
      while running.count < atOnce, !waiting.isEmpty {
        let transfer = waiting.removeFirst()
        running[transfer.easy] = transfer
        curl_multi_add_handle(handle, transfer.easy)
      }
      var active: Int32 = 0
      curl_multi_perform(handle, &active)
      var code = CURLE_OK
      var hasFinished = false
      while let easy = parley_curl_finished(handle, &code) {
        curl_multi_remove_handle(handle, easy)
        hasFinished = true
        guard let transfer = running.removeValue(forKey: easy) else { continue }
        transfer.end(.success(Ending(code: code, status: parley_curl_response_code(easy))))
      }
      if !hasFinished { curl_multi_poll(handle, nil, 0, Self.pauseMilliseconds, nil) }
    }
    state.withLock { $0.multi = nil }
    curl_multi_cleanup(handle)
  }
}
