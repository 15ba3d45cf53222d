import Base
import Foundation
import Web

/// The checkout that the tests were built from, and the web part as it reads it.
enum Checkout {
  static let folder = String(#filePath.prefix(upTo: #filePath.range(of: "/Tests/WebTests/")?.lowerBound ?? #filePath.endIndex))
  static let noon = Moment(milliseconds: 1_795_219_200_000)

  private static let files = bundle().frozen()

  static func bundle() -> Web.Bundle { Web.Bundle(sourceFolder: folder) }

  static func web(
    base: String = "http://localhost:8080", limits: Limits = Limits(), clock: WallClock = .fixed(at: noon), trusting proxies: [String] = []
  ) throws -> WebFront {
    let settings = WebSettings(
      baseAddress: base, trustedProxies: proxies.compactMap { AddressRange($0) }, limits: limits, isStrict: true)
    return try WebFront(settings: settings, bundle: files, clock: clock)
  }

  static func catalogue() throws -> Catalogue { try Catalogue(bundle: files, strict: true) }

  /// The text files below a folder with one of these endings.
  static func files(under path: String, ending endings: [String]) -> [(path: String, text: String)] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(path)")) ?? []
    return names.sorted().compactMap { name in
      guard endings.contains(where: name.hasSuffix), let data = FileManager.default.contents(atPath: "\(folder)/\(path)/\(name)") else {
        return nil
      }
      return ("\(path)/\(name)", String(decoding: data, as: UTF8.self))
    }
  }
}
