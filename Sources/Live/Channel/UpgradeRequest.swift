import Crypto
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A request head that asks for a WebSocket as RFC 6455 (4.2.1) wants it.
struct UpgradeRequest {
  let request: HTTPRequest
  private let key: String

  /// Nil for every other request.
  init?(_ head: HTTPRequestHead, path: String) {
    guard head.method == .GET, head.version == .http1_1, head.uri.prefix(while: { $0 != "?" }) == path,
      head.headers.lists("upgrade", "websocket"), head.headers.lists("connection", "upgrade"),
      head.headers["sec-websocket-version"] == ["13"],
      !head.headers.contains(name: "transfer-encoding"), head.headers["content-length"].allSatisfy({ $0 == "0" })
    else { return nil }
    let keys = head.headers["sec-websocket-key"]
    guard keys.count == 1, let key = keys.first, key.utf8.count == 24, Data(base64Encoded: key)?.count == 16,
      let request = try? HTTPRequest(head, secure: false, splitCookie: false)
    else { return nil }
    self.request = request
    self.key = key
  }

  /// The head of the answer that makes the connection a WebSocket.
  var acceptance: HTTPResponseHead {
    let proof = Data(Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))).base64EncodedString()
    let headers: HTTPHeaders = ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": proof]
    return HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
  }
}

extension HTTPHeaders {
  /// Whether the header is a list with this word in it, in any case.
  fileprivate func lists(_ name: String, _ word: String) -> Bool {
    self[canonicalForm: name].contains { $0.lowercased() == word }
  }
}
