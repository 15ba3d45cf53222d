import CNats
import Logging
import Synchronization

/// Takes parcels by NATS, for nodes that need more than PostgreSQL's notifications.
///
/// libnats connects again by itself; what was sent meanwhile is lost, and the others find that out.
public final class NATSCarrier: Carrier {
  static let subject = "parley.nodes"
  /// A server takes a megabyte unless it is told otherwise.
  public let parcelBytes = 256 * 1024
  public let frameBytes = 128 * 1024
  private static let reconnectMilliseconds: Int64 = 250
  private static let connectMilliseconds: Int64 = 2000
  private static let pingMilliseconds: Int64 = 5000
  private static let unansweredPings: Int32 = 2
  /// What may wait for this node before the rest is dropped.
  private static let pendingMessages: Int32 = 65_536
  private static let pendingBytes: Int32 = 64 << 20

  private let addresses: String
  private let certificates: String?
  private let logger: Logger
  private let opened = Mutex(Opened())

  /// libnats' handles may be used from every thread; the lock is for opening and closing them.
  private struct Opened: @unchecked Sendable {
    var connection: OpaquePointer?
    var subscription: OpaquePointer?
    var listener: Unmanaged<Listener>?
  }

  /// What the callbacks of libnats point at.
  private final class Listener: Sendable {
    let receive: @Sendable (UnsafeRawBufferPointer) -> Void
    let connected: @Sendable (Bool) -> Void
    let logger: Logger

    init(receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, connected: @escaping @Sendable (Bool) -> Void, logger: Logger) {
      self.receive = receive
      self.connected = connected
      self.logger = logger
    }
  }

  /// - Parameters:
  ///   - addresses: `nats://host:port` or `tls://…`, several with commas between.
  ///   - certificates: a file of those to trust instead of the system's.
  public init(addresses: String, certificates: String?, logger: Logger) {
    self.addresses = addresses
    self.certificates = certificates
    self.logger = logger
  }

  public func send(_ parcels: [[UInt8]]) throws {
    guard let connection = opened.withLock({ $0.connection }) else { throw NotSent(description: "not connected yet") }
    for parcel in parcels {
      // What libnats would keep for later is older than the database by then.
      guard natsConnection_Status(connection) == NATS_CONN_STATUS_CONNECTED else { throw NotSent(description: "not connected") }
      try check(natsConnection_Publish(connection, Self.subject, parcel, Int32(parcel.count)))
    }
  }

  public func listen(receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void, connected: @escaping @Sendable (Bool) -> Void) {
    let listener = Unmanaged.passRetained(Listener(receive: receive, connected: connected, logger: logger))
    opened.withLock { opened in
      opened.listener = listener
      do {
        try open(&opened, listener.toOpaque())
      } catch {
        logger.error("The bus could not be opened", metadata: ["error": "\(error)"])
      }
    }
  }

  private func open(_ opened: inout Opened, _ listener: UnsafeMutableRawPointer) throws {
    var options: OpaquePointer?
    try check(natsOptions_Create(&options))
    defer { natsOptions_Destroy(options) }
    try set(options, listener)
    var connection: OpaquePointer?
    let status = natsConnection_Connect(&connection, options)
    // A server that comes later is found later.
    if status != NATS_NOT_YET_CONNECTED { try check(status) }
    opened.connection = connection
    var subscription: OpaquePointer?
    try check(
      natsConnection_Subscribe(
        &subscription, connection, Self.subject,
        { _, _, message, listener in
          defer { natsMsg_Destroy(message) }
          guard let listener, let data = natsMsg_GetData(message) else { return }
          let bytes = UnsafeRawBufferPointer(start: data, count: Int(natsMsg_GetDataLength(message)))
          Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue().receive(bytes)
        }, listener))
    opened.subscription = subscription
    try check(natsSubscription_SetPendingLimits(subscription, Self.pendingMessages, Self.pendingBytes))
    if status == NATS_OK { Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue().connected(true) }
  }

  private func set(_ options: OpaquePointer?, _ listener: UnsafeMutableRawPointer) throws {
    try check(natsOptions_SetName(options, "parley"))
    let hosts = addresses.split(separator: ",").map(String.init)
    try hosts.withCStrings { list in try check(natsOptions_SetServers(options, list, Int32(hosts.count))) }
    if addresses.hasPrefix("tls://") {
      try check(natsOptions_SetSecure(options, true))
      if let certificates { try check(natsOptions_LoadCATrustedCertificates(options, certificates)) }
      // One name for all of them is only known where there is one.
      if hosts.count == 1, let name = Self.host(of: hosts[0]) { try check(natsOptions_SetExpectedHostname(options, name)) }
    }
    try check(natsOptions_SetSendAsap(options, true))
    try check(natsOptions_SetNoEcho(options, true))
    try check(natsOptions_SetTimeout(options, Self.connectMilliseconds))
    try check(natsOptions_SetMaxReconnect(options, -1))
    try check(natsOptions_SetReconnectWait(options, Self.reconnectMilliseconds))
    try check(natsOptions_SetPingInterval(options, Self.pingMilliseconds))
    try check(natsOptions_SetMaxPingsOut(options, Self.unansweredPings))
    let up: natsConnectionHandler = { _, listener in
      if let listener { Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue().connected(true) }
    }
    try check(natsOptions_SetReconnectedCB(options, up, listener))
    try check(natsOptions_SetRetryOnFailedConnect(options, true, up, listener))
    try check(
      natsOptions_SetDisconnectedCB(
        options,
        { _, listener in
          if let listener { Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue().connected(false) }
        }, listener))
    try check(
      natsOptions_SetErrorHandler(
        options,
        { _, _, status, listener in
          guard let listener else { return }
          let text = natsStatus_GetText(status).map { String(cString: $0) } ?? "\(status.rawValue)"
          // What a slow receiver lost is found by the next number.
          Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue().logger.warning("The bus says: \(text)")
        }, listener))
  }

  /// Without user, password and port.
  static func host(of address: String) -> String? {
    let place = address.split(separator: "/").last?.split(separator: "@").last
    return place.map { String($0.prefix { $0 != ":" }) }
  }

  public func close() {
    opened.withLock { opened in
      natsSubscription_Destroy(opened.subscription)
      natsConnection_Close(opened.connection)
      natsConnection_Destroy(opened.connection)
      // The listener stays: libnats may be in the middle of a call, and a program closes its bus once.
      opened = Opened()
    }
  }

  private func check(_ status: natsStatus) throws {
    guard status != NATS_OK else { return }
    throw NotSent(description: natsStatus_GetText(status).map { String(cString: $0) } ?? "\(status.rawValue)")
  }
}

extension [String] {
  /// As C takes a list of strings.
  fileprivate func withCStrings(_ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>) throws -> Void) rethrows {
    let all = flatMap { [CChar]($0.utf8CString) }
    try all.withUnsafeBufferPointer { buffer in
      var offset = 0
      var list: [UnsafePointer<CChar>?] = map { text in
        defer { offset += text.utf8.count + 1 }
        return buffer.baseAddress.map { $0 + offset }
      }
      try list.withUnsafeMutableBufferPointer { list in
        guard let base = list.baseAddress else { preconditionFailure("A bus has an address") }
        try body(base)
      }
    }
  }
}
