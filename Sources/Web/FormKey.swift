import Base
import Crypto
import Synchronization

/// Proves that a form was made for the browser that sends it.
///
/// The token in the form is derived from a secret that only this browser's cookies hold: its session, or before sign-in a cookie of its
/// own. A class, because whether a token was handed out is learned while a page renders and asked after it.
public final class FormKey: Sendable {
  public static let fieldName = "form_token"

  private let secret: String
  /// What the browser must be given so that its answer can be checked; nil when it holds the secret already.
  private let newCookie: String?
  private let handedOut = Mutex(false)

  init(session: String) {
    secret = session
    newCookie = nil
  }

  init(cookie: String?) {
    if let known = cookie.flatMap({ Secret($0) }) {
      secret = known.text
      newCookie = nil
    } else {
      secret = Secret().text
      newCookie = secret
    }
  }

  /// The value of the hidden field.
  public var token: String {
    handedOut.withLock { $0 = true }
    return code
  }

  public func accepts(_ token: String?) -> Bool {
    guard let given = token.map({ Array($0.utf8) }), given.count == code.utf8.count else { return false }
    // Every digit is looked at, so that the time taken says nothing about the first wrong one.
    return zip(given, code.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// The cookie that a page with a form must set.
  var cookieToSet: String? { handedOut.withLock { $0 } ? newCookie : nil }

  private var code: String {
    let key = SymmetricKey(data: Array(secret.utf8))
    let digest = HMAC<SHA256>.authenticationCode(for: Array("form".utf8), using: key)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
