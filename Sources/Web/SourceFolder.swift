import FoundationEssentials
import NIOCore

/// A checkout seen as the bundle that would be packed from it.
struct SourceFolder: Sendable {
  let path: String

  func file(_ name: String) -> Bundle.File? {
    guard !name.split(separator: "/").contains(".."), let place = place(of: name), let data = FileManager.default.contents(atPath: place)
    else {
      return nil
    }
    return Bundle.File(bytes: ByteBuffer(bytes: data), contentType: Self.contentType(of: name))
  }

  func paths(under folder: String) -> [String] {
    if folder == "templates/" { return templates.keys.map { "templates/" + $0 } }
    guard let root = place(of: folder), let names = try? FileManager.default.subpathsOfDirectory(atPath: root) else { return [] }
    return names.filter { $0.contains(".") }.map { folder + $0 }
  }

  private func place(of name: String) -> String? {
    if name.hasPrefix("templates/") { return templates[String(name.dropFirst("templates/".count))] }
    if name.hasPrefix("Locales/") || name.hasPrefix("Schema/") { return "\(path)/\(name)" }
    if name.hasPrefix("websites/") { return "\(path)/Sources/Village/Websites/\(name.dropFirst("websites/".count))" }
    if name == "openapi.json" { return "\(path)/docs/openapi.json" }
    return "\(path)/Client/built/\(name)"
  }

  /// Every slice keeps its templates beside its code.
  private var templates: [String: String] {
    var found: [String: String] = [:]
    for target in (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/Sources")) ?? [] {
      let folder = "\(path)/Sources/\(target)/Templates"
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".mustache") {
        rule(found[name] == nil, "Two templates are called \(name)")
        found[name] = "\(folder)/\(name)"
      }
    }
    return found
  }

  static func contentType(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "json", "map": "application/json"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "ico": "image/x-icon"
    case "webmanifest": "application/manifest+json"
    case "html": "text/html; charset=utf-8"
    case "wav": "audio/wav"
    case "mp3": "audio/mpeg"
    default: "text/plain; charset=utf-8"
    }
  }
}
