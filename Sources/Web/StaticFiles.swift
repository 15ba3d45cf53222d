import Access
import Base
import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// The built files: assets whose names carry their hash and never change, and the widget's loader, whose name stays.
///
/// Websites load them too, so they are open to every origin.
public struct StaticFiles: Sendable {
  private let bundle: Bundle
  private let kept: KeptAssets?

  /// - Parameter kept: what earlier versions had.
  public init(bundle: Bundle, kept: KeptAssets? = nil) {
    self.bundle = bundle
    self.kept = kept
  }

  public func register(on routes: Routes) {
    routes.get("/assets/{name}", .to(.read, .publicPage), limit: .assets) { request, context in
      guard let name = context.parameters.get("name"), let file = bundle["assets/\(name)"] ?? kept?[name] else { throw Refusal(.notFound) }
      return answer(request, file, etag: "\"\(name)\"", cache: "public, max-age=31536000, immutable")
    }
    for name in ["widget.js", "quiet.js"] {
      routes.get("/\(name)", .to(.read, .publicPage), limit: .assets) { request, _ in
        guard let file = bundle[name] else { throw Refusal(.notFound) }
        // Five minutes: a new version reaches every website within that time.
        return answer(request, file, etag: Self.etag(of: file), cache: "public, max-age=300")
      }
    }
  }

  private func answer(_ request: Request, _ file: Bundle.File, etag: String, cache: String) -> Response {
    let headers: HTTPFields = [
      .contentType: file.contentType, .eTag: etag, .cacheControl: cache, .accessControlAllowOrigin: "*",
      .crossOriginResourcePolicy: "cross-origin",
    ]
    let known = listed(request.headers[values: .ifNoneMatch])
    if known.contains(etag) { return Response(status: .notModified, headers: headers) }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
  }

  private static func etag(of file: Bundle.File) -> String {
    let digest = SHA256.hash(data: file.bytes.readableBytesView)
    return "\"" + digest.prefix(8).map { String($0, radix: 16) }.joined(separator: "-") + "\""
  }
}
