import Base
import Crypto
import FoundationEssentials

/// What the server of a website says about somebody it has signed in: a JWT (RFC 7519) under HMAC with SHA-256, as a JWS in its compact form
/// (RFC 7515, section 7.1). No other algorithm is known here, so none can be talked into.
public struct HostToken: Codable, Sendable {
  public enum Role: String, Codable, Sendable {
    case customer, expert
  }

  /// The widget key of the website.
  public var iss: String
  /// The base address of this program.
  public var aud: String
  /// By which the website knows the person.
  public var sub: String
  public var iat: Int64
  public var exp: Int64
  /// Makes it good for one use.
  public var jti: String
  public var role: Role
  public var name: String
  public var email: String?
  public var emailVerified: Bool?
  public var locale: String?
  /// Of a customer: the expert they want to talk to, as the website knows them.
  public var expert: String?

  private enum CodingKeys: String, CodingKey {
    case iss, aud, sub, iat, exp, jti, role, name, email, locale, expert
    case emailVerified = "email_verified"
  }

  public init(
    iss: String, aud: String, sub: String, iat: Int64, exp: Int64, jti: String = Secret().text, role: Role, name: String,
    email: String? = nil, emailVerified: Bool? = nil, locale: String? = nil, expert: String? = nil
  ) {
    (self.iss, self.aud, self.sub, self.iat, self.exp, self.jti) = (iss, aud, sub, iat, exp, jti)
    (self.role, self.name, self.email, self.emailVerified) = (role, name, email, emailVerified)
    (self.locale, self.expert) = (locale, expert)
  }

  static let byteLimit = 4096
  /// From when it was signed to when it ends.
  static let lifeSeconds: Int64 = 300
  /// How much the clocks may differ.
  static let leewaySeconds: Int64 = 60
  private static let nameLimits = 1...255

  private struct Head: Decodable {
    let alg: String
    let crit: [String]?
  }

  // MARK: Reading

  /// The claims of a token that one of the secrets has signed.
  init(_ compact: String, signedWith secrets: [String]) throws(Refusal) {
    let parts = compact.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard compact.utf8.count <= Self.byteLimit, parts.count == 3, let head = Base64URL.bytes(parts[0]),
      let claims = Base64URL.bytes(parts[1]), let code = Base64URL.bytes(parts[2]),
      let read = try? StrangersJSON.decode(Head.self, from: head)
    else { throw Self.refusal("malformed") }
    guard read.alg == "HS256", read.crit == nil else { throw Self.refusal("alg") }
    let signed = Array("\(parts[0]).\(parts[1])".utf8)
    let isRight = secrets.contains {
      HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: Self.key($0))
    }
    guard isRight else { throw Self.refusal("signature") }
    guard let token = try? StrangersJSON.decode(Self.self, from: claims) else { throw Self.refusal("claims") }
    self = token
  }

  /// What the token must say. Times are the website's, so the machine's clock counts.
  func check(site: String, baseAddress: String, at now: Moment) throws(Refusal) {
    let seconds = now.milliseconds / 1000
    guard iss == site else { throw Self.refusal("iss") }
    guard aud == baseAddress else { throw Self.refusal("aud") }
    let (soonest, latest) = (seconds - Self.leewaySeconds, seconds + Self.leewaySeconds)
    guard exp > soonest, exp <= latest + Self.lifeSeconds else { throw Self.refusal("exp") }
    // Within these bounds the difference is a small number, whatever was signed.
    guard (soonest - Self.lifeSeconds...latest).contains(iat), exp > iat, exp - iat <= Self.lifeSeconds else { throw Self.refusal("iat") }
    for (claim, text) in [("sub", sub), ("jti", jti), ("name", name)] {
      guard Self.nameLimits.contains(text.utf8.count), !text.utf8.contains(0) else { throw Self.refusal(claim) }
    }
  }

  /// When nobody would take it any more.
  var end: Moment { Moment(milliseconds: (exp + Self.leewaySeconds) * 1000) }

  // MARK: Signing

  /// As the server of a website signs it: for the demo, which is such a server, and for tests.
  public func signed(with secret: String) throws -> String {
    let head = Base64URL.text(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
    let claims = Base64URL.text(try JSONEncoder().encode(self))
    let code = HMAC<SHA256>.authenticationCode(for: Array("\(head).\(claims)".utf8), using: Self.key(secret))
    return "\(head).\(claims).\(Base64URL.text(Array(code)))"
  }

  private static func key(_ secret: String) -> SymmetricKey { SymmetricKey(data: Array(secret.utf8)) }

  static func refusal(_ why: String) -> Refusal { Refusal(.hostTokenInvalid, arguments: ["why": why]) }
}
