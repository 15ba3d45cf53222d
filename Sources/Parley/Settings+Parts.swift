import Base
import Files
import Foundation
import Live
import Logging
import Outside
import Places
import Store
import Web

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the parts of the program make of the settings.
extension Settings {
  public var baseAddress: String {
    let set = text(.baseAddress)
    guard set.isEmpty else { return set.hasSuffix("/") ? String(set.dropLast()) : set }
    return "http://localhost:\(number(.port))"
  }

  var databaseAddress: String { text(.database).isEmpty ? "sqlite:" + text(.data) : text(.database) }

  /// The store of objects that is set; nil for the data folder.
  func fileStorage(_ outside: Outside) -> (any FileStorage)? {
    let account = S3Storage.Account(
      keyID: text(.filesStoreKey), secret: text(.filesStoreSecret), region: text(.filesStoreRegion))
    return text(.filesStore).isEmpty ? nil : S3Storage(text(.filesStore), account: account, outside: outside)
  }

  /// What tells where visitors are; nil where no file was supplied.
  func places(_ logger: Logger) -> Places? {
    let file = text(.placesFile)
    return file.isEmpty ? nil : Places(file: file) { logger.warning("Where visitors are is not known", metadata: ["why": .string($0)]) }
  }

  var keysFolder: String { text(.keys).isEmpty ? text(.data) + "/keys" : text(.keys) }

  /// Push services in the private network that the owner trusts, as host:port.
  var pushHosts: Set<String> { Set(list(.pushHosts).map { $0.lowercased() }) }

  /// The limits of connections with what the owner and the system allow.
  func connected(_ limits: Live.Limits) -> Live.Limits {
    var limits = limits
    limits.memoryBytes = number(.memoryLimit) << 20
    let asked = number(.connectionsLimit)
    if asked > 0 { limits.connections = asked }
    guard asked == 0, let files = Self.openFilesLimit else { return limits }
    // The database, uploads and questions to others need files as well, and so do those who are turned away.
    limits.connections = max(files - max(128, files / 10) - limits.turnedAway, 16)
    return limits
  }

  /// How many files the process may have open; nil where that is without a limit.
  private static var openFilesLimit: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < 1 << 30 else { return nil }
    return Int(limit.rlim_cur)
  }

  /// In development from the source tree, so that a change shows at the next request.
  func bundle() throws -> Web.Bundle {
    let tree = FileManager.default.currentDirectoryPath
    if flag(.dev), FileManager.default.fileExists(atPath: tree + "/Client/built/manifest.json") { return Web.Bundle(sourceFolder: tree) }
    return try Web.Bundle.embedded()
  }

  var web: WebSettings {
    var settings = WebSettings(baseAddress: baseAddress, trustedProxies: trustedProxies, limits: limits, isStrict: flag(.dev))
    settings.hasTrials = flag(.demo)
    return settings
  }

  private var trustedProxies: [AddressRange] { list(.trustedProxies).compactMap(AddressRange.init) }

  private var limits: Web.Limits {
    var limits = Web.Limits()
    for (name, value) in limitPairs { _ = limits.set(name, to: value) }
    return limits
  }

  var limitPairs: [(name: String, value: String)] {
    list(.limits).map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts.first ?? "", parts.count == 2 ? parts[1] : "")
    }
  }

  func list(_ name: Name) -> [String] {
    text(name).split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// Whether every limit has a known name and a rate like 10/60, and every proxy is an address.
  func checkLists() throws {
    var limits = Web.Limits()
    for (name, value) in limitPairs where !limits.set(name, to: value) {
      let known = limits.settings.map(\.name).joined(separator: ", ")
      throw SettingsError("limits has entries like visitor.messages=10/60, not “\(name)=\(value)”. Known names: \(known).")
    }
    for proxy in list(.trustedProxies) where AddressRange(proxy) == nil {
      throw SettingsError("trusted-proxies has addresses like 10.0.0.0/8 or ::1, not “\(proxy)”.")
    }
  }

  public func logger() -> Logger {
    let isJSON = text(.logFormat) == "json"
    var logger = Logger(label: "parley") { label -> any LogHandler in
      isJSON ? JSONLogHandler(label: label) : StreamLogHandler.standardError(label: label)
    }
    logger.logLevel = Logger.Level(rawValue: text(.logLevel)) ?? .info
    return logger
  }
}

extension Migration {
  /// The steps of the schema that belong to this program.
  static func all(in bundle: Web.Bundle, for engine: Dialect.Engine) -> [Migration] {
    let files = bundle.paths(under: "Schema/").compactMap { path in
      bundle[path].map { (name: String(path.dropFirst("Schema/".count)), text: $0.text) }
    }
    return Migration.of(files: files, for: engine)
  }
}
