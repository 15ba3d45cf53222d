/// One letter for one recipient, as a mail server takes it.
public struct SMTPDelivery: Sendable {
  public var server: SMTPServer
  public var sender: String
  public var recipient: String
  /// The whole message with its headers, lines ending in CRLF.
  public var message: [UInt8]
  public var connectSeconds = 15
  public var totalSeconds = 60

  public init(server: SMTPServer, sender: String, recipient: String, message: [UInt8]) {
    self.server = server
    self.sender = sender
    self.recipient = recipient
    self.message = message
  }
}

/// Where mail is handed over. The owner names it, so it may stand in the private network.
public struct SMTPServer: Sendable, Equatable {
  /// `smtp://host:587` or `smtps://host:465`.
  public var url: String
  public var user: String?
  public var password: String?
  /// Whether a server at `smtp:` must offer STARTTLS. Only one on this machine may do without.
  public var needsTLS: Bool
  /// How we introduce ourselves, the name of this host.
  public var hello: String?

  public init(url: String, user: String? = nil, password: String? = nil, needsTLS: Bool = true, hello: String? = nil) {
    self.url = url
    self.user = user
    self.password = password
    self.needsTLS = needsTLS
    self.hello = hello
  }
}

/// A mail server said no.
public struct SMTPRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// What it said no to.
  public enum Step: String, Sendable {
    /// Greeting, TLS, signing in, our own address: nothing that the recipient could help.
    case us
    case recipient
    case letter
  }

  public let step: Step
  public let code: Int
  public let text: String

  public init(step: Step, code: Int, text: String) {
    self.step = step
    self.code = code
    self.text = text
  }

  /// 4xx: it may work later.
  public var mayPass: Bool { code < 500 }

  /// `5.1.1`, where the server says more than a code (RFC 3463).
  public var enhancedCode: String? {
    let word = text.prefix { $0 != " " }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 3 && parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }) ? String(word) : nil
  }

  public var description: String { "the mail server answered \(code) \(text) (\(step.rawValue))" }
}
