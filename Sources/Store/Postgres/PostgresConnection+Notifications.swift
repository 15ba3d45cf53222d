import CPostgres

/// What the bus between nodes does with a connection.
extension PostgresConnection {
  /// Readable when something came.
  package var socket: Int32 { PQsocket(handle) }

  /// Sends payloads in one transaction that writes nothing.
  package func notify(_ channel: String, _ payloads: [String]) throws(StoreFailure) {
    let calls = payloads.indices.map { "pg_notify($1, $\($0 + 2))" }.joined(separator: ", ")
    try perform(Statement("SELECT \(calls)", [.text(channel)] + payloads.map { .text($0) })) { _ throws(StoreFailure) in }
  }

  /// Hands over what came since the last call; the bytes are valid during `body` alone.
  package func takeNotifications(_ body: (UnsafeRawBufferPointer) -> Void) throws(StoreFailure) {
    guard PQconsumeInput(handle) == 1, !isBroken else {
      throw .connectionLost(.init(code: "", message: "the server closed the connection"))
    }
    while let notification = PQnotifies(handle) {
      defer { PQfreemem(notification) }
      guard let extra = notification.pointee.extra else { continue }
      var length = 0
      while extra[length] != 0 { length += 1 }
      body(UnsafeRawBufferPointer(start: extra, count: length))
    }
  }
}
