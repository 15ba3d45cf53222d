import Nodes
import Store

/// How this node and others tell each other what happens.
extension Settings {
  enum BusKind: Hashable, Sendable {
    /// There is one node.
    case local
    case postgres(String)
    case nats(String)
  }

  var busKind: BusKind {
    switch (text(.bus), StoreAddress(databaseAddress)) {
    case ("", .postgres(let address)), ("postgres", .postgres(let address)): .postgres(address)
    case ("", _), ("local", _), ("postgres", _): .local
    case (let addresses, _): .nats(addresses)
    }
  }

  func checkBus() throws {
    let bus = text(.bus)
    guard !["", "local"].contains(bus) else { return }
    let isPostgres = if case .postgres? = StoreAddress(databaseAddress) { true } else { false }
    guard isPostgres else {
      throw SettingsError("bus is for several nodes, and SQLite is for one: set database to postgres://…, or leave bus out.")
    }
    if bus == "postgres" { return }
    let pattern = /(nats|tls):\/\/[^\s,]+/
    let addresses = bus.split(separator: ",", omittingEmptySubsequences: false)
    guard addresses.allSatisfy({ $0.wholeMatch(of: pattern) != nil }), Set(addresses.map { $0.prefix(3) }).count == 1 else {
      throw SettingsError("bus is local, postgres, or addresses like nats://bus.internal:4222, all with or all without TLS.")
    }
  }
}
