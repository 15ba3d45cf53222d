import Base
import HTTPTypes
import Hummingbird
import Web

/// From where somebody acts, as sessions and the audit log keep it.
public struct Whereabouts: Sendable {
  static let browserLimit = 200
  public let address: ClientAddress
  public let browser: String
  /// What only this browser holds, by which it is known again; nil where there is no browser.
  let secret: Secret?

  public init(address: ClientAddress, browser: String, secret: Secret? = nil) {
    self.address = address
    self.secret = secret
    self.browser = String(browser.unicodeScalars.filter { $0.value != 0 }.prefix(Self.browserLimit).map(Character.init))
  }

  /// On the machine itself: a command, the demo.
  public static let console = Whereabouts(address: ClientAddress(""), browser: "")

  /// Of a request.
  public init(_ request: Request, _ context: WebContext) {
    self.init(address: context.address, browser: request.headers[.userAgent] ?? "", secret: context.browser)
  }
}
