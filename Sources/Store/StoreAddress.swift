import Logging

/// Where a store is, as settings say it: `sqlite:data` (a folder) or `postgres://user@host/database`.
public enum StoreAddress: Sendable, Equatable {
  case sqlite(folder: String)
  case postgres(String)

  /// nil for anything else.
  public init?(_ text: String) {
    if text.hasPrefix("sqlite:"), text != "sqlite:" {
      self = .sqlite(folder: String(text.dropFirst("sqlite:".count)))
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      self = .postgres(text)
    } else {
      return nil
    }
  }
}

public struct StoreAddressUnknown: Error, CustomStringConvertible {
  public var description: String { "A database is given as sqlite:FOLDER or postgres://USER@HOST/NAME." }
}

/// Opens the store at an address. On SQLite the data folder is taken until the store is closed.
public func openStore(address text: String, rerun: Rerun? = nil, logger: Logger = Logger(label: "store")) async throws -> any Store {
  switch StoreAddress(text) {
  case .sqlite(let folder): try SQLiteStore(folder: folder, rerun: rerun)
  case .postgres(let address): try await PostgresStore(address: address, rerun: rerun, logger: logger)
  // Not with the text: it may hold a password.
  case nil: throw StoreAddressUnknown()
  }
}
