import HTTPTypes
import Hummingbird
import NIOCore
import Web

/// The pages of one website, as its own server would send them.
struct WebsitePages: Sendable {
  /// Stands in the pages where the snippet names the program.
  static let placeholder = "https://parley.example"

  let folder: String
  /// Served with a policy of the strict kind.
  let isStrict: Bool
  let bundle: Web.Bundle
  let addresses: Addresses

  func answer(_ request: Request) -> Response {
    let isRead = request.method == .get || request.method == .head
    guard isRead, let name = name(at: request.uri.path), let file = bundle[place(of: name)] else { return notFound }
    return page(file, status: .ok)
  }

  private var notFound: Response {
    guard let file = bundle[place(of: "404.html")] else { return Response(status: .notFound) }
    return page(file, status: .notFound)
  }

  private func page(_ file: Web.Bundle.File, status: HTTPResponse.Status) -> Response {
    var headers: HTTPFields = [.contentType: file.contentType, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff"]
    if isStrict { headers[.contentSecurityPolicy] = WebsitePolicy(addresses).text }
    let isPage = file.contentType.hasPrefix("text/html")
    let body = isPage ? ByteBuffer(string: file.text.replacing(Self.placeholder, with: addresses.base)) : file.bytes
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
  }

  private func place(of name: String) -> String { "websites/\(folder)/\(name)" }

  /// `/prices` is `prices.html`; what belongs to pages is asked for by its whole name.
  private func name(at path: String) -> String? {
    if path == "/" { return "index.html" }
    let name = path.dropFirst()
    guard name.utf8.allSatisfy({ $0 >= 97 && $0 <= 122 || $0 == 45 || $0 == 46 }) else { return nil }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 1 { return "\(name).html" }
    return parts.count == 2 && ["css", "js", "svg"].contains(parts[1]) ? String(name) : nil
  }
}

/// What a careful website lets in besides its own: the lines that SECURITY.md tells such a website to add, and nothing else.
struct WebsitePolicy: Sendable {
  let text: String

  init(_ addresses: Addresses) {
    text = [
      "default-src 'none'", "script-src 'self' \(addresses.base)", "connect-src \(addresses.base) \(addresses.socket)",
      "img-src 'self' \(addresses.base)", "style-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")
  }
}
