import Foundation
import NIOCore
import TestKit
import Testing
import Web

@Suite struct BundleTests {
  /// An archive as `bin/assets` packs it.
  static func archive(_ files: [(path: String, type: String, bytes: String)]) -> [UInt8] {
    var offset = 0
    let places = files.map { file in
      defer { offset += file.bytes.utf8.count }
      return "\"\(file.path)\":[\(offset),\(file.bytes.utf8.count),\"\(file.type)\"]"
    }
    let index = Array("{\(places.joined(separator: ","))}".utf8)
    let length = withUnsafeBytes(of: UInt64(index.count).littleEndian) { Array($0) }
    return length + index + files.flatMap { Array($0.bytes.utf8) }
  }

  @Test("P11: the program carries its own files: what was packed is read back")
  func packed() throws {
    let bundle = try Web.Bundle(
      packed: Self.archive([
        ("assets/app-1f.css", "text/css", "a{}"), ("manifest.json", "application/json", #"{"app.css":"/assets/app-1f.css"}"#),
        ("templates/x.mustache", "text/plain", "é"),
      ]))
    #expect(bundle["assets/app-1f.css"]?.text == "a{}")
    #expect(bundle["assets/app-1f.css"]?.contentType == "text/css")
    #expect(bundle["templates/x.mustache"]?.text == "é")
    #expect(bundle.paths(under: "templates/") == ["templates/x.mustache"])
    #expect(bundle.assetAddress("app.css") == "/assets/app-1f.css")
    #expect(bundle["nothing"] == nil)
  }

  @Test("P11: an archive that is cut off is refused", arguments: [0, 4, 12, 60])
  func cutOff(length: Int) {
    let whole = Self.archive([("a.css", "text/css", String(repeating: "a", count: 40))])
    #expect(throws: (any Error).self) { try Web.Bundle(packed: Array(whole.prefix(length))) }
  }

  @Test("P11: a checkout reads as the bundle that is packed from it, and nothing outside it")
  func folder() {
    let bundle = Checkout.bundle()
    #expect(bundle["Locales/en/refusal.json"]?.contentType == "application/json")
    #expect(bundle["templates/layout.mustache"] != nil)
    #expect(bundle.paths(under: "Schema/").contains("Schema/0001-foundation.sql"))
    #expect(bundle["Locales/../Package.swift"] == nil)
  }

  @Test("E81: assets never change under their name, the loader is asked for again after five minutes, and foreign pages may load both")
  func served() async throws {
    let bundle = try Web.Bundle(
      packed: Self.archive([
        ("assets/panel-1f.js", "text/javascript", "let a"), ("widget.js", "text/javascript", "let b"),
      ]))
    let web = try WebFront(settings: WebSettings(baseAddress: "http://localhost:8080"), bundle: bundle, clock: .fixed(at: Checkout.noon))
    let routes = Routes(web: web) { _ in nil }
    StaticFiles(bundle: bundle).register(on: routes)
    let browser = Browser(routes)
    for (path, cache) in [("/assets/panel-1f.js", "public, max-age=31536000, immutable"), ("/widget.js", "public, max-age=300")] {
      let answer = try await browser.get(path)
      #expect(answer.status == .ok)
      #expect(answer.headers[.cacheControl] == cache)
      #expect(answer.headers[.accessControlAllowOrigin] == "*")
      #expect(answer.headers[.crossOriginResourcePolicy] == "cross-origin")
      let tag = try #require(answer.headers[.eTag])
      let again = try await browser.get(path, [.ifNoneMatch: "W/\"x\", \(tag)"])
      #expect(again.status == .notModified && again.body.isEmpty)
    }
    #expect(try await browser.get("/assets/absent.js", [.accept: "application/json"]).status == .notFound)
  }

  @Test("P11: a page that was open during an upgrade still finds its assets, for thirty days")
  func earlierVersions() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/parley-assets-\(UInt64.random(in: 0...UInt64.max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try Web.Bundle(packed: Self.archive([("assets/panel-1f.js", "text/javascript", "let a")]))
    let second = try Web.Bundle(packed: Self.archive([("assets/panel-2e.js", "text/javascript", "let b")]))
    _ = try KeptAssets(folder: folder, adding: first, at: Checkout.noon)
    let kept = try KeptAssets(folder: folder, adding: second, at: Checkout.noon.adding(seconds: 29 * 86_400))
    #expect(kept["panel-1f.js"]?.text == "let a" && kept["panel-1f.js"]?.contentType.hasPrefix("text/javascript") == true)
    #expect(kept["../panel-1f.js"] == nil && kept[".."] == nil)
    let later = try KeptAssets(folder: folder, adding: second, at: Checkout.noon.adding(seconds: 31 * 86_400))
    #expect(later["panel-1f.js"] == nil && later["panel-2e.js"]?.text == "let b")
  }
}
