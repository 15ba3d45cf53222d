import Base
import Foundation
import Outside
import Synchronization
import Web

/// Asks the providers: the code flow of OpenID Connect Core 1.0 (section 3.1) and of OAuth 2.0 (RFC 6749, section 4.1), both with PKCE.
///
/// A class, because what was found out about a provider is kept for everybody.
final class ProviderClient: Sendable {
  typealias Ask = @Sendable (HTTPQuestion) async throws -> HTTPAnswer

  private let ask: Ask
  private let found = Mutex<[String: (description: Description, until: Moment)]>([:])
  private static let keptSeconds: Int64 = 3600

  init(_ ask: @escaping Ask) { self.ask = ask }

  /// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
  private struct Description: Decodable, Sendable {
    let issuer: String
    let authorization: String
    let token: String
    let person: String?
    let methods: [String]?

    private enum CodingKeys: String, CodingKey {
      case issuer
      case authorization = "authorization_endpoint"
      case token = "token_endpoint"
      case person = "userinfo_endpoint"
      case methods = "token_endpoint_auth_methods_supported"
    }
  }

  /// Where a browser is sent.
  func address(of provider: SignInProvider, _ flow: ProviderFlow, back: String) async throws -> String {
    var fields = [
      ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", back), ("state", flow.state),
      ("code_challenge", flow.challenge), ("code_challenge_method", "S256"),
    ]
    let start: String
    switch provider.kind {
    case .openID(let issuer):
      start = try await description(of: issuer).authorization
      fields += [("scope", "openid profile email"), ("nonce", flow.nonce)]
    case .facebook(let addresses):
      start = addresses.authorization
      fields += [("scope", "public_profile,email")]
    }
    return start + (start.contains("?") ? "&" : "?") + Self.encoded(fields)
  }

  /// Who it is, for the code that a browser came back with.
  func person(_ provider: SignInProvider, code: String, _ flow: ProviderFlow, back: String) async throws -> Vouched {
    let fields = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back), ("code_verifier", flow.verifier),
    ]
    switch provider.kind {
    case .openID(let issuer):
      let description = try await description(of: issuer)
      let isBasic = description.methods?.contains("client_secret_basic") ?? true
      let tokens: Tokens = try await exchange(fields, at: description.token, provider, isBasic: isBasic)
      guard let compact = tokens.idToken else { throw ProviderFailure("there is no ID token") }
      let token = try IDToken(compact: compact)
      try token.check(issuer: issuer, clientID: provider.clientID, nonce: flow.nonce, at: machineTime())
      var claims = token.person
      // Some put the address only there.
      if claims.email == nil, let address = description.person, let access = tokens.access {
        claims = try await get(address, access)
        guard claims.sub == token.sub else { throw ProviderFailure("the claims are about somebody else") }
      }
      return Vouched(
        identity: ExternalIdentity(provider: provider.name, subject: token.sub), email: claims.email,
        isEmailVerified: claims.isEmailVerified, firstName: claims.firstName, surname: claims.surname)
    case .facebook(let addresses):
      let tokens: Tokens = try await exchange(fields, at: addresses.token, provider, isBasic: false)
      guard let access = tokens.access else { throw ProviderFailure("there is no access token") }
      let person: FacebookPerson = try await get(addresses.person, access)
      guard !person.id.isEmpty, person.id.utf8.count <= 255 else { throw ProviderFailure("the answer names nobody") }
      // Facebook does not say whether it has proved the address.
      return Vouched(
        identity: ExternalIdentity(provider: provider.name, subject: person.id), email: person.email, isEmailVerified: false,
        firstName: person.firstName ?? "", surname: person.surname ?? "")
    }
  }

  // MARK: Over the wire

  private struct Tokens: Decodable {
    let access: String?
    let idToken: String?

    private enum CodingKeys: String, CodingKey {
      case access = "access_token"
      case idToken = "id_token"
    }
  }

  private struct FacebookPerson: Decodable {
    let id: String
    let firstName: String?
    let surname: String?
    let email: String?

    private enum CodingKeys: String, CodingKey {
      case id, email
      case firstName = "first_name"
      case surname = "last_name"
    }
  }

  private func description(of issuer: String) async throws -> Description {
    let now = machineTime()
    if let kept = found.withLock({ $0[issuer] }), kept.until > now { return kept.description }
    let path = (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    let description: Description = try read(try await ask(HTTPQuestion("GET", path, headers: Self.headers, reach: .anywhere)))
    guard description.issuer == issuer else { throw ProviderFailure("\(path) is about \(description.issuer)") }
    found.withLock { $0[issuer] = (description, now.adding(seconds: Self.keptSeconds)) }
    return description
  }

  /// RFC 6749, section 4.1.3; the client shows who it is as in section 2.3.1.
  private func exchange(_ fields: [(String, String)], at address: String, _ provider: SignInProvider, isBasic: Bool) async throws -> Tokens
  {
    var (fields, headers) = (fields, Self.headers + [("Content-Type", "application/x-www-form-urlencoded")])
    if isBasic {
      let pair = "\(FormCoding.encode(provider.clientID)):\(FormCoding.encode(provider.secret))"
      headers.append(("Authorization", "Basic " + Data(pair.utf8).base64EncodedString()))
    } else {
      fields += [("client_id", provider.clientID), ("client_secret", provider.secret)]
    }
    return try read(
      try await ask(HTTPQuestion("POST", address, headers: headers, body: Array(Self.encoded(fields).utf8), reach: .anywhere)))
  }

  private func get<Answer: Decodable>(_ address: String, _ access: String) async throws -> Answer {
    let headers = Self.headers + [("Authorization", "Bearer " + access)]
    return try read(try await ask(HTTPQuestion("GET", address, headers: headers, reach: .anywhere)))
  }

  private func read<Answer: Decodable>(_ answer: HTTPAnswer) throws -> Answer {
    guard (200..<300).contains(answer.status) else {
      throw ProviderFailure("it answered \(answer.status): \(String(decoding: answer.body.prefix(300), as: UTF8.self))")
    }
    return try StrangersJSON.decode(Answer.self, from: answer.body)
  }

  private static let headers: [(name: String, value: String)] = [("Accept", "application/json")]

  private static func encoded(_ fields: [(String, String)]) -> String {
    fields.map { "\($0.0)=\(FormCoding.encode($0.1))" }.joined(separator: "&")
  }
}
