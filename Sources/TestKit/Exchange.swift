import Dispatch
import Foundation
import Nodes
import Synchronization

/// Carries parcels between the nodes of one process, and treats them as badly as a net does: loses them, holds them up, doubles them and
/// changes their order, by a seed.
public final class Exchange: Sendable {
  public struct Weather: Sendable {
    /// Of a hundred parcels.
    public var lost = 0
    public var doubled = 0
    public var late = 0
    /// Nothing goes through, and nobody is told.
    public var isDead = false

    public init(lost: Int = 0, doubled: Int = 0, late: Int = 0) {
      self.lost = lost
      self.doubled = doubled
      self.late = late
    }
  }

  private struct State {
    var weather = Weather()
    var dice: Dice
    var receivers: [@Sendable (UnsafeRawBufferPointer) -> Void] = []
    var connected: [@Sendable (Bool) -> Void] = []
    /// Parcels that the next ones overtake.
    var late: [[UInt8]] = []

    mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &dice) < percent }
  }

  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "exchange")

  public init(seed: UInt64) { state = Mutex(State(dice: Dice(seed: seed))) }

  public func set(_ weather: Weather) { state.withLock { $0.weather = weather } }

  /// Every node is told that it is cut off, or back.
  public func setConnected(_ isConnected: Bool) {
    let told = state.withLock { state in
      state.weather.isDead = !isConnected
      return state.connected
    }
    for tell in told { tell(isConnected) }
  }

  public func carrier(parcelBytes: Int = 7900, frameBytes: Int = 7000) -> any Carrier {
    Way(exchange: self, parcelBytes: parcelBytes, frameBytes: frameBytes)
  }

  fileprivate func take(_ parcels: [[UInt8]]) throws {
    struct Dead: Error {}
    let (due, receivers) = try state.withLock { state in
      if state.weather.isDead { throw Dead() }
      var due: [[UInt8]] = []
      for parcel in parcels {
        if state.happens(state.weather.lost) { continue }
        if state.happens(state.weather.late) {
          state.late.append(parcel)
          continue
        }
        due.append(parcel)
        if state.happens(state.weather.doubled) { due.append(parcel) }
        due += state.late
        state.late = []
      }
      return (due, state.receivers)
    }
    queue.async {
      for parcel in due {
        for receive in receivers { parcel.withUnsafeBytes(receive) }
      }
    }
  }

  fileprivate func join(
    _ receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, _ connected: @escaping @Sendable (Bool) -> Void
  ) {
    state.withLock { state in
      state.receivers.append(receive)
      state.connected.append(connected)
    }
    connected(true)
  }

  private final class Way: Carrier {
    let exchange: Exchange
    let parcelBytes: Int
    let frameBytes: Int

    init(exchange: Exchange, parcelBytes: Int, frameBytes: Int) {
      self.exchange = exchange
      self.parcelBytes = parcelBytes
      self.frameBytes = frameBytes
    }

    func send(_ parcels: [[UInt8]]) throws { try exchange.take(parcels) }

    func listen(receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, connected: @escaping @Sendable (Bool) -> Void) {
      exchange.join(receive, connected)
    }

    func close() {}
  }
}
