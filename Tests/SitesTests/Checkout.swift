import Foundation
import Web

/// The checkout that the tests were built from.
enum Checkout {
  static let folder = String(#filePath.prefix(upTo: #filePath.range(of: "/Tests/SitesTests/")?.lowerBound ?? #filePath.endIndex))

  /// Its texts and templates, with the names of two modules: what the client was built into must not decide these tests.
  static func bundle() throws -> Web.Bundle {
    let source = Web.Bundle(sourceFolder: folder)
    var files: [String: Data] = ["manifest.json": Data(#"{"panel.js":"/assets/panel-1f3c.js","watch.js":"/assets/watch-77aa.js"}"#.utf8)]
    for path in source.paths(under: "Locales/") + source.paths(under: "templates/") + ["openapi.json"] {
      files[path] = source[path].map { Data($0.text.utf8) }
    }
    return try Web.Bundle(packed: packed(files))
  }

  static func data(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")) }

  /// The archive that Client/build.py writes.
  private static func packed(_ files: [String: Data]) throws -> [UInt8] {
    var index: [String: [Any]] = [:]
    var bytes: [UInt8] = []
    for (path, data) in files {
      index[path] = [bytes.count, data.count, "text/plain"]
      bytes += data
    }
    let head = try JSONSerialization.data(withJSONObject: index)
    return withUnsafeBytes(of: UInt64(head.count).littleEndian) { Array($0) } + head + bytes
  }
}
