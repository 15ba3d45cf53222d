/// What an operator decides about the web part.
public struct WebSettings: Sendable {
  /// Where people reach this program: scheme, host and port, without a slash at the end.
  public let baseAddress: String
  /// Only these may say on whose behalf they ask (`X-Forwarded-For`).
  public var trustedProxies: [AddressRange]
  public var limits: Limits
  /// Whether a missing text or a missing value in a template stops the program: in tests and in development.
  /// Otherwise people see the English text, or nothing, and the page still stands.
  public var isStrict: Bool
  /// Whether somebody can try the house without an account: in the demo.
  public var hasTrials = false

  public init(baseAddress: String, trustedProxies: [AddressRange] = [], limits: Limits = Limits(), isStrict: Bool = false) {
    precondition(baseAddress.hasPrefix("http://") || baseAddress.hasPrefix("https://"), "A base address has a scheme")
    precondition(!baseAddress.hasSuffix("/"), "A base address ends without a slash")
    self.baseAddress = baseAddress
    self.trustedProxies = trustedProxies
    self.limits = limits
    self.isStrict = isStrict
  }

  public var isSecure: Bool { baseAddress.hasPrefix("https://") }
}
