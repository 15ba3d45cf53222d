import HTTPTypes
import Hummingbird

/// The cookies of this program. On https they carry `__Host-`, so that no other host and no plain connection can set them.
public struct BrowserCookies: Sendable {
  public let session: String
  let form: String
  /// Of the way between the first and the second step of a sign-in.
  public let challenge: String
  /// Of the way to a provider and back.
  public let flow: String
  /// By which a browser is known again at sign-in.
  public let browser: String
  let language: String
  /// By whose link a browser came.
  let friend: String
  /// The thread out of which a browser came to buy.
  let thread: String
  private let isSecure: Bool

  init(isSecure: Bool) {
    let prefix = isSecure ? "__Host-" : ""
    session = prefix + "parley"
    form = prefix + "parley-form"
    challenge = prefix + "parley-step"
    flow = prefix + "parley-way"
    browser = prefix + "parley-browser"
    language = prefix + "parley-language"
    friend = prefix + "parley-friend"
    thread = prefix + "parley-thread"
    self.isSecure = isSecure
  }

  /// The session's token among the values of `Cookie` headers, for those who see a request before the router does.
  public func sessionToken(in headers: [String]) -> String? { Cookies(from: headers)[session]?.value }

  /// The language that was chosen on a page, among the values of `Cookie` headers.
  public func chosenLanguage(in headers: [String]) -> Language? {
    Cookies(from: headers)[language].flatMap { Language(rawValue: $0.value) }
  }

  /// Keeps somebody signed in; the server ends the session, the browser's own limit only follows it.
  public func signedIn(_ token: String, maxAgeSeconds: Int) -> Cookie { cookie(session, token, maxAgeSeconds: maxAgeSeconds) }

  public var signedOut: Cookie { cookie(session, "", maxAgeSeconds: 0) }

  public func chosen(_ chosen: Language) -> Cookie { cookie(language, chosen.code, maxAgeSeconds: 365 * 86_400) }

  public func challenged(_ token: String, maxAgeSeconds: Int) -> Cookie { cookie(challenge, token, maxAgeSeconds: maxAgeSeconds) }

  public var unchallenged: Cookie { cookie(challenge, "", maxAgeSeconds: 0) }

  public func flow(_ sealed: String, maxAgeSeconds: Int) -> Cookie { cookie(flow, sealed, maxAgeSeconds: maxAgeSeconds) }

  public var flowEnded: Cookie { cookie(flow, "", maxAgeSeconds: 0) }

  public func known(_ secret: String) -> Cookie { cookie(browser, secret, maxAgeSeconds: 365 * 86_400) }

  public func brought(_ mark: String, maxAgeSeconds: Int) -> Cookie { cookie(friend, mark, maxAgeSeconds: maxAgeSeconds) }

  /// By whose link a browser came, among the values of `Cookie` headers.
  public func broughtBy(in headers: [String]) -> String? { Cookies(from: headers)[friend]?.value }

  public func came(from address: String, maxAgeSeconds: Int) -> Cookie { cookie(thread, address, maxAgeSeconds: maxAgeSeconds) }

  /// Out of which thread a browser came, among the values of `Cookie` headers.
  public func thread(in headers: [String]) -> String? { Cookies(from: headers)[thread]?.value }

  /// Without an age: it ends with the browser, as the forms do that it belongs to.
  func formKey(_ secret: String) -> Cookie { cookie(form, secret, maxAgeSeconds: nil) }

  private func cookie(_ name: String, _ value: String, maxAgeSeconds: Int?) -> Cookie {
    Cookie(name: name, value: value, maxAge: maxAgeSeconds, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
  }
}

extension WebFront {
  public var cookies: BrowserCookies { BrowserCookies(isSecure: settings.isSecure) }
}
