import Base
import HTTPTypes
import Hummingbird
import Web

extension Request {
  /// Refuses as if nothing were here, unless somebody at this very machine asks.
  ///
  /// The peer must be loopback and the host a name of this machine. The second keeps out what a reverse proxy on this machine passes on,
  /// and pages of the world whose name was pointed at 127.0.0.1.
  func mustComeFromHere(_ context: WebContext) throws(Refusal) {
    guard context.isLoopback, isForThisMachine, !isPassedOn else { throw Refusal(.notFound) }
  }

  private var isForThisMachine: Bool {
    guard let host = head.authority.map(Addresses.name(inHost:)) else { return false }
    return host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1" || host == "[::1]"
  }

  private var isPassedOn: Bool { headers.contains(.forwardedFor) || headers.contains(.forwarded) }
}

extension WebContext {
  /// The address is in its canonical form, so its beginning tells.
  fileprivate var isLoopback: Bool { address.text == "::1" || address.text.hasPrefix("127.") }
}

extension HTTPField.Name {
  fileprivate static let forwarded: HTTPField.Name = {
    guard let name = HTTPField.Name("Forwarded") else { preconditionFailure("Forwarded is the name of a header") }
    return name
  }()
}
