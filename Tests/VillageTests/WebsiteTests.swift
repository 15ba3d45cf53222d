import Base
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Sites
import Testing
import Web

@testable import Village

/// The websites of other people: what they send, and what they do not answer.
@Suite struct WebsiteTests {
  static let folder = "\(Stage.folder)/Sources/Village/Websites"

  /// Every page that a website has: its key and file.
  static let everyPage: [(Website.Key, String)] = Website.all.flatMap { website in
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(website.key.rawValue)")) ?? []
    return names.filter { $0.hasSuffix(".html") }.sorted().map { (website.key, $0) }
  }

  @Test("Demo: every website has its pages, and says so when one is missing", arguments: Website.Key.allCases)
  func pages(key: Website.Key) async throws {
    #expect(Self.everyPage.filter { $0.0 == key }.count >= 4)
    for (_, file) in Self.everyPage where file != "404.html" && Self.everyPage.contains(where: { $0 == (key, file) }) {
      let path = file == "index.html" ? "/" : "/" + file.dropLast(5)
      let page = try await ask(key, path)
      #expect(page.status == .ok)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
    }
    #expect(try await ask(key, "/style.css").headers[.contentType] == "text/css; charset=utf-8")
    let missing = try await ask(key, "/nothing-here")
    #expect(missing.status == .notFound && missing.body.contains("</html>"))
  }

  @Test(
    "Demo: a page of a website is well formed, says its language, and loads the widget from the program", arguments: WebsiteTests.everyPage)
  func wellFormed(key: Website.Key, file: String) async throws {
    let page = try await ask(key, file == "index.html" ? "/" : "/" + file.dropLast(5)).body
    #expect(Markup(page).faults == [])
    #expect(page.contains("<html lang=\"") && page.contains("dir=\"ltr\"") && page.contains("<title>"))
    let snippet = #"<script src="http://localhost:8080/widget.js" data-site="\#(Website.of(key).widgetKey)" async></script>"#
    #expect(page.components(separatedBy: snippet).count == 2)
    #expect(!page.contains(WebsitePages.placeholder))
    #expect(!page.contains(" style=") && !page.contains("<style"))
  }

  @Test("Demo: every link and file that a page of a website names is there", arguments: WebsiteTests.everyPage)
  func links(key: Website.Key, file: String) async throws {
    let page = try await ask(key, file == "index.html" ? "/" : "/" + file.dropLast(5)).body
    let expression = try NSRegularExpression(pattern: #"(?:href|src)="(/[^"]*)""#)
    for match in expression.matches(in: page, range: NSRange(page.startIndex..., in: page)) {
      let range = try #require(Range(match.range(at: 1), in: page))
      #expect(try await ask(key, String(page[range])).status == .ok, "\(page[range]) is missing")
    }
  }

  @Test("E77: the strict website lets in what SECURITY.md and the administration tell it to, and nothing unsafe")
  func policy() async throws {
    let header = try #require(try await ask(.quill, "/").headers[.contentSecurityPolicy])
    #expect(!header.contains("unsafe") && !header.contains("*") && header.hasPrefix("default-src 'none'"))
    let documented = try String(contentsOfFile: "\(Stage.folder)/SECURITY.md", encoding: .utf8)
      .split(separator: "\n").filter { $0.hasSuffix("https://chat.example.com;") || $0.hasSuffix("wss://chat.example.com;") }
    #expect(documented.count == 3)
    let named = Embedding.policy(from: "https://chat.example.com").split(separator: ";")
    let policy = Self.directives(WebsitePolicy(Addresses(base: "https://chat.example.com")).text)
    for line in documented + named {
      for (directive, sources) in Self.directives(String(line)) { #expect(policy[directive]?.isSuperset(of: sources) == true, "\(line)") }
    }
    for directive in ["script-src", "connect-src", "img-src", "style-src"] {
      let own: Set = ["'self'", "https://chat.example.com", "wss://chat.example.com"]
      #expect(policy[directive]?.isSubset(of: own) == true)
    }
    #expect(header.contains("connect-src http://localhost:8080 ws://localhost:8080"))
    #expect(try await ask(.harbour, "/").headers[.contentSecurityPolicy] == nil)
  }

  @Test("Demo: nothing of the program is answered on the name of a website", arguments: Website.Key.allCases)
  func foreign(key: Website.Key) async throws {
    for path in [
      "/widget.js", "/live", "/health", "/console", "/api/v1/widget/x/config", "/assets/app-1.css", "/../quill/seal.svg", "/404.html",
    ] {
      #expect(try await ask(key, path).status == .notFound, "\(path) is answered")
    }
    #expect(try await ask(key, "/", .post).status == .notFound)
  }

  @Test(
    "Demo: the names of people and of the program itself reach the program",
    arguments: ["localhost:8080", "agent.localhost:8080", "127.0.0.1:8080"])
  func others(host: String) async throws {
    #expect(try await answer(host, "/", .get).body == "the program")
  }

  private func ask(_ key: Website.Key, _ path: String, _ method: HTTPRequest.Method = .get) async throws -> Seen {
    try await answer(Website.of(key).host.uppercased() + ":8080", path, method)
  }

  private struct Seen {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let body: String
  }

  private func answer(_ host: String, _ path: String, _ method: HTTPRequest.Method) async throws -> Seen {
    let hosts = WebsiteHosts(program: TheProgram(), bundle: Stage.bundle(), addresses: Addresses(base: Stage.base))
    let head = HTTPRequest(method: method, scheme: "http", authority: host, path: path)
    let logger = Logger(label: "browser") { _ in SwiftLogNoOpLogHandler() }
    let context = WebContext(source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger))
    let response = try await hosts.respond(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())), context: context)
    let collected = Collected()
    try await response.body.write(collected)
    return Seen(status: response.status, headers: response.headers, body: String(buffer: collected.bytes))
  }

  private static func directives(_ policy: String) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for directive in policy.split(separator: ";") {
      let words = directive.split(separator: " ").map(String.init)
      if let name = words.first { found[name] = Set(words.dropFirst()) }
    }
    return found
  }
}

/// Stands for everything behind the websites.
private struct TheProgram: HTTPResponder {
  typealias Context = WebContext
  func respond(to request: Request, context: WebContext) async throws -> Response {
    Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "the program")))
  }
}

/// What a response writes. A class, because writing consumes the writer.
private final class Collected: ResponseBodyWriter {
  private(set) var bytes = ByteBuffer()
  func write(_ buffer: ByteBuffer) async throws { bytes.writeImmutableBuffer(buffer) }
  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
