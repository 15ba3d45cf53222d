import Accounts
import Foundation

/// On whose word people may come in.
extension Settings {
  var providers: [SignInProvider] {
    var found: [SignInProvider] = []
    if isSet(.google) { found.append(.google(clientID: text(.google), secret: text(.googleSecret))) }
    if isSet(.linkedIn) { found.append(.linkedIn(clientID: text(.linkedIn), secret: text(.linkedInSecret))) }
    if isSet(.facebook) { found.append(.facebook(clientID: text(.facebook), secret: text(.facebookSecret))) }
    if isSet(.openID) {
      let host = URL(string: text(.openIDIssuer))?.host ?? ""
      found.append(
        SignInProvider(
          .openid, title: isSet(.openIDTitle) ? text(.openIDTitle) : host, kind: .openID(issuer: text(.openIDIssuer)),
          clientID: text(.openID), secret: text(.openIDSecret)))
    }
    return found
  }

  private func isSet(_ name: Name) -> Bool { !text(name).isEmpty }

  func checkProviders() throws {
    for (name, secret) in [(Name.google, Name.googleSecret), (.linkedIn, .linkedInSecret), (.facebook, .facebookSecret), (.openID, .openIDSecret)]
    where isSet(name) != isSet(secret) {
      throw SettingsError("\(name.rawValue) and \(secret.rawValue) are set together.")
    }
    guard isSet(.openID) else { return }
    // An ID token is trusted because of the connection that it comes over.
    guard let url = URL(string: text(.openIDIssuer)), let host = url.host,
      url.scheme == "https" || url.scheme == "http" && ["localhost", "127.0.0.1", "::1"].contains(host)
    else { throw SettingsError("openid-issuer is like https://login.example.com, not “\(text(.openIDIssuer))”.") }
  }
}
