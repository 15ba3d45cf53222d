import HTTPTypes
import Hummingbird

extension WebFront {
  /// The policy of a page that shows another page of ours in a frame.
  public var framingPolicy: String { SecurityHeaders.policy + "; frame-src 'self'" }

  /// The policy of a page that stands in a frame of somebody else's website, on these origins and no other.
  public func embeddedPolicy(on origins: [String]) -> String {
    let ancestors = origins.isEmpty ? "'none'" : origins.joined(separator: " ")
    return SecurityHeaders.policy.replacing("frame-ancestors 'none'", with: "frame-ancestors \(ancestors)")
  }

  /// The policy of a page that shows a file of its reader's own machine in a frame, before anything of it is sent.
  public var previewPolicy: String { SecurityHeaders.policy + "; frame-src blob:" }
}

/// What every answer tells the browser to refuse. An answer that must say something else has said it already.
struct SecurityHeaders: RouterMiddleware {
  typealias Context = WebContext

  /// Nothing runs, loads or frames but what comes from here; no inline code, no inline style.
  static let policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
    "media-src 'self'", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  let isSecure: Bool

  func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
    var response = try await next(request, context)
    set(.contentSecurityPolicy, Self.policy, on: &response)
    set(.xContentTypeOptions, "nosniff", on: &response)
    set(.referrerPolicy, "same-origin", on: &response)
    set(.crossOriginOpenerPolicy, "same-origin", on: &response)
    set(.crossOriginResourcePolicy, "same-origin", on: &response)
    if isSecure { set(.strictTransportSecurity, "max-age=31536000", on: &response) }
    return response
  }

  private func set(_ name: HTTPField.Name, _ value: String, on response: inout Response) {
    if !response.headers.contains(name) { response.headers[name] = value }
  }
}

extension HTTPField.Name {
  public static let referrerPolicy = fieldName("Referrer-Policy")
  public static let crossOriginOpenerPolicy = fieldName("Cross-Origin-Opener-Policy")
  public static let forwardedFor = fieldName("X-Forwarded-For")

  private static func fieldName(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is the name of a header") }
    return name
  }
}
