import Access
import Base
import HTTPTypes
import Hummingbird
import Web

/// What `/live` says to who did not get a WebSocket there: why, and what would be one.
extension Conversations {
  static let livePath = "/live"
  private static let version = "13"

  func registerLive(on routes: Routes) {
    routes.get(Self.livePath, .to(.read, .publicPage)) { request, _ in
      let key = request.headers[.secWebSocketKey]?.utf8.count
      if request.headers[.secWebSocketVersion] == Self.version, request.headers[.origin] == nil || key != 24 {
        // A whole wish that comes from nowhere is not allowed; one without a key, or with a broken one, is none.
        throw Refusal(key == 24 ? .originNotAllowed : .notUnderstood)
      }
      return Response(
        status: .upgradeRequired,
        headers: [.secWebSocketVersion: Self.version, .upgrade: "websocket", .contentLength: "0", .cacheControl: "no-store"])
    }
  }
}
