import Accounts
import Base
import Foundation
import Synchronization

@testable import Outside

/// The providers as this program meets them: what they would answer, and what they were asked.
///
/// A class, because a test changes what is answered while the program asks.
final class Elsewhere: Sendable {
  static let issuer = "https://login.example.com"
  static let providers = [
    SignInProvider(.google, title: "Google", kind: .openID(issuer: issuer), clientID: "parley", secret: "s3:cret"),
    SignInProvider(
      .facebook, title: "Facebook",
      kind: .facebook(
        .init(
          authorization: "https://face.example/dialog", token: "https://face.example/token", person: "https://face.example/me?fields=id")),
      clientID: "parley-face", secret: "hush"),
  ]

  struct Asked: Sendable {
    let url: String
    let body: String
    let authorization: String
  }

  /// Claims of the next ID token, as JSON values; `nonce` and the rest are filled in where they are missing.
  let claims = Mutex<[String: String]>([:])
  let userinfo = Mutex("{}")
  let me = Mutex("{}")
  let status = Mutex(200)
  let asked = Mutex<[Asked]>([])
  /// What the browser was sent off with.
  let nonce = Mutex("")

  func answer(_ question: HTTPQuestion) throws -> HTTPAnswer {
    func header(_ name: String) -> String { question.headers.first { $0.name == name }?.value ?? "" }
    asked.withLock {
      $0.append(
        Asked(url: question.url, body: String(decoding: question.body ?? [], as: UTF8.self), authorization: header("Authorization")))
    }
    let status = status.withLock { $0 }
    guard status == 200 else { return HTTPAnswer(status: status, headers: [], body: Array("{\"error\":\"invalid_grant\"}".utf8)) }
    let text: String
    switch question.url {
    case Self.issuer + "/.well-known/openid-configuration":
      text = """
        {"issuer":"\(Self.issuer)","authorization_endpoint":"\(Self.issuer)/authorize?tenant=1","token_endpoint":"\(Self.issuer)/token",
        "userinfo_endpoint":"\(Self.issuer)/me"}
        """
    case Self.issuer + "/token": text = "{\"access_token\":\"opens me\",\"token_type\":\"Bearer\",\"id_token\":\"\(idToken)\"}"
    case Self.issuer + "/me": text = userinfo.withLock { $0 }
    case "https://face.example/token": text = "{\"access_token\":\"opens face\",\"token_type\":\"bearer\"}"
    case let url where url.hasPrefix("https://face.example/me"): text = me.withLock { $0 }
    default: return HTTPAnswer(status: 404, headers: [], body: [])
    }
    return HTTPAnswer(status: 200, headers: [], body: Array(text.utf8))
  }

  private var idToken: String {
    var all = [
      "iss": "\"\(Self.issuer)\"", "aud": "\"parley\"", "sub": "\"248289761001\"", "nonce": "\"\(nonce.withLock { $0 })\"",
      "exp": String(machineTime().milliseconds / 1000 + 300),
    ]
    for (name, value) in claims.withLock({ $0 }) { all[name] = value == "none" ? nil : value }
    let payload = "{" + all.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    return "e30." + Base64URL.text(payload.utf8) + ".c2ln"
  }
}
