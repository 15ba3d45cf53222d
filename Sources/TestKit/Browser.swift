import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Web

/// A browser without scripts and without a network: it asks the router, keeps cookies and sends back the token of the last form it saw.
///
/// A class, because what it was given stays with it from page to page.
public final class Browser {
  public struct Answer: Sendable {
    public let status: HTTPResponse.Status
    public let headers: HTTPFields
    public let body: String

    public var location: String? { headers[.location] }
  }

  public let address: String
  public var cookies: [String: String] = [:]
  public var languages = "en"
  public var accept = "text/html,application/xhtml+xml"
  /// The token of the last form that was seen.
  public private(set) var formToken: String?

  private let responder: any HTTPResponder<WebContext>
  private let host: String
  private let origin: String

  /// - Parameters:
  ///   - origin: scheme and name under which this browser reaches the program.
  ///   - address: where it comes from.
  public init(_ routes: Routes, origin: String = "http://localhost:8080", address: String = "192.0.2.7") {
    responder = routes.router.buildResponder()
    self.origin = origin
    self.address = address
    host = String(origin.drop { $0 != "/" }.dropFirst(2))
  }

  public func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
    try await ask(.get, path, headers, body: "")
  }

  /// Sends a form. `from` replaces the origin that a browser names by itself; `token` the one it was given.
  public func post(_ path: String, _ fields: [(String, String)], from: String? = nil, token: String? = nil) async throws -> Answer {
    var fields = fields
    if let token = token ?? formToken { fields.append((FormKey.fieldName, token)) }
    let body = fields.map { "\(Self.encode($0.0))=\(Self.encode($0.1))" }.joined(separator: "&")
    return try await ask(.post, path, [.contentType: "application/x-www-form-urlencoded", .origin: from ?? origin], body: body)
  }

  /// Where an answer sends on to.
  public func follow(_ answer: Answer) async throws -> Answer {
    guard let location = answer.location else { return answer }
    return try await get(location)
  }

  public func ask(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, body: String) async throws -> Answer {
    try await ask(method, path, headers, bytes: Array(body.utf8))
  }

  public func ask(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, bytes: [UInt8]) async throws -> Answer {
    var head = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: headers)
    if !cookies.isEmpty { head.headerFields[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
    head.headerFields[.acceptLanguage] = languages
    if head.headerFields[.accept] == nil { head.headerFields[.accept] = accept }
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: bytes)))
    let response = try await responder.respond(to: request, context: try context())
    return try await keep(response)
  }

  private func context() throws -> WebContext {
    let channel = NIOAsyncTestingChannel()
    channel.remoteAddress = try SocketAddress(ipAddress: address, port: 50_000)
    var logger = Logger(label: "browser") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .critical
    logger[metadataKey: "hb.request.id"] = "0123456789abcdef"
    return WebContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
  }

  private func keep(_ response: Response) async throws -> Answer {
    for line in response.headers[values: .setCookie] {
      let pair = line.split(separator: ";")[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      cookies[String(pair[0])] = pair[1].isEmpty || line.contains("Max-Age=0") ? nil : String(pair[1])
    }
    let collected = CollectedBody()
    try await response.body.write(collected)
    let body = String(buffer: collected.bytes)
    if let field = body.firstRange(of: "name=\"form_token\" value=\"") {
      formToken = String(body[field.upperBound...].prefix { $0 != "\"" })
    }
    return Answer(status: response.status, headers: response.headers, body: body)
  }

  private static func encode(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case 48...57, 65...90, 97...122: String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}

/// What a response writes. A class, because writing consumes the writer and the bytes are wanted afterwards.
private final class CollectedBody: ResponseBodyWriter {
  private(set) var bytes = ByteBuffer()

  func write(_ buffer: ByteBuffer) async throws { bytes.writeImmutableBuffer(buffer) }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
