import Dispatch
import Foundation
import Logging
import Store
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Takes parcels by LISTEN and NOTIFY of the database that the nodes share, over two connections of its own.
///
/// It notifies after the commit and never inside a transaction that writes: there NOTIFY takes one lock for the whole database through
/// the wait for the disk.
public final class PostgresCarrier: Carrier {
  static let channel = "parley"
  /// A payload has less than 8000 bytes.
  public let parcelBytes = 7900
  /// A frame of 3.5 kB for both kinds of readers, with room for the lines around them.
  public let frameBytes = 7000
  private static let pauseMilliseconds = 100
  private static let longestPauseMilliseconds = 2000

  private let address: String
  private let logger: Logger
  private let isClosed = Atomic<Bool>(false)
  /// Only the thread that sends touches it, and it sends one parcel after the other.
  private let sending = Mutex<Sending>(Sending())
  private let wake = WakePipe()

  /// libpq's connection is used by one thread at a time: the lock around it sees to that.
  private struct Sending: @unchecked Sendable {
    var connection: PostgresConnection?
  }

  public init(address: String, logger: Logger) {
    self.address = address
    self.logger = logger
  }

  public func send(_ parcels: [[UInt8]]) throws {
    try sending.withLock { sending in
      let connection = try sending.connection ?? PostgresConnection(address, logger: logger)
      // Kept only when it worked: a broken one is made anew.
      sending.connection = nil
      try connection.notify(Self.channel, parcels.map { String(decoding: $0, as: UTF8.self) })
      sending.connection = connection
    }
  }

  public func listen(receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, connected: @escaping @Sendable (Bool) -> Void) {
    let thread = Thread { [self] in
      var pause = Self.pauseMilliseconds
      while !isClosed.load(ordering: .acquiring) {
        do {
          let connection = try PostgresConnection(address, logger: logger)
          try connection.execute("LISTEN \(Self.channel)")
          pause = Self.pauseMilliseconds
          connected(true)
          try listen(to: connection, receive)
        } catch {
          connected(false)
          logger.debug("The bus listens to nobody", metadata: ["error": "\(error)"])
          wake.wait(for: nil, milliseconds: pause)
          pause = min(pause * 2, Self.longestPauseMilliseconds)
        }
      }
    }
    thread.name = "bus-in"
    thread.start()
  }

  private func listen(to connection: PostgresConnection, _ receive: (UnsafeRawBufferPointer) -> Void) throws {
    while !isClosed.load(ordering: .acquiring) {
      wake.wait(for: connection.socket, milliseconds: nil)
      try connection.takeNotifications(receive)
    }
  }

  public func close() {
    isClosed.store(true, ordering: .releasing)
    wake.ring()
    sending.withLock { $0.connection = nil }
  }
}

/// Lets one thread wait for a socket and be called away from it.
private final class WakePipe: Sendable {
  private let reading: Int32
  private let writing: Int32

  init() {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0, "A process may open a pipe")
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    close(reading)
    close(writing)
  }

  func wait(for socket: Int32?, milliseconds: Int?) {
    var watched = [pollfd(fd: reading, events: Int16(POLLIN), revents: 0)]
    if let socket { watched.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
    _ = poll(&watched, nfds_t(watched.count), milliseconds.map(Int32.init) ?? -1)
  }

  /// For good: what was rung once wakes every later wait.
  func ring() {
    var byte: UInt8 = 1
    _ = write(writing, &byte, 1)
  }
}
