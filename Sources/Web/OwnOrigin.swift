import Base
import HTTPTypes
import Hummingbird

extension WebFront {
  /// Whether a page of this program asks: browsers name the origin of every request that changes something.
  ///
  /// The program may be reached under several names (a proxy's, a demo's), so the name that was asked for counts as well as the base address.
  public func isOwn(origin: String?, host: String?) -> Bool {
    guard let origin else { return false }
    if origin == settings.baseAddress { return true }
    guard let host, !host.isEmpty, let scheme = settings.baseAddress.split(separator: ":").first else { return false }
    return origin == "\(scheme)://\(host)"
  }

  func isOwn(_ request: Request) -> Bool { isOwn(origin: request.headers[.origin], host: request.head.authority) }
}

extension HTTPRequest.Method {
  /// Whether a request may change something.
  var isUnsafe: Bool { self != .get && self != .head && self != .options }
}
