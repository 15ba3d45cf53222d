import Base
import Foundation

/// What an ID token claims (OpenID Connect Core 1.0, section 2).
///
/// Its signature is not looked at: it comes straight from the token endpoint over TLS, which says the same (section 3.1.3.7, point 6).
struct IDToken: Decodable, Sendable {
  let iss: String
  let sub: String
  let aud: Audience
  let azp: String?
  let exp: Double
  let nonce: String?
  let person: PersonClaims

  /// One or many: both are allowed.
  struct Audience: Decodable, Sendable {
    let all: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(String.self) { all = [one] } else { all = try container.decode([String].self) }
    }
  }

  private enum CodingKeys: String, CodingKey { case iss, sub, aud, azp, exp, nonce }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    iss = try container.decode(String.self, forKey: .iss)
    sub = try container.decode(String.self, forKey: .sub)
    aud = try container.decode(Audience.self, forKey: .aud)
    azp = try container.decodeIfPresent(String.self, forKey: .azp)
    exp = try container.decode(Double.self, forKey: .exp)
    nonce = try container.decodeIfPresent(String.self, forKey: .nonce)
    person = try PersonClaims(from: decoder)
  }

  /// The claims of a token in its compact form (RFC 7519, section 3).
  init(compact: String) throws {
    let parts = compact.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let payload = Base64URL.bytes(String(parts[1])) else { throw ProviderFailure("the ID token cannot be read") }
    self = try StrangersJSON.decode(Self.self, from: payload)
  }

  /// How much the clocks may differ.
  private static let leewaySeconds: Double = 60
  private static let subjectLimit = 255

  /// The points of section 3.1.3.7 that are about what the token says. Times are the provider's, so the machine's clock counts.
  func check(issuer: String, clientID: String, nonce: String, at now: Moment) throws(ProviderFailure) {
    guard iss == issuer else { throw ProviderFailure("the ID token is from \(iss)") }
    guard aud.all.contains(clientID), azp == nil && aud.all.count == 1 || azp == clientID else {
      throw ProviderFailure("the ID token is for somebody else")
    }
    guard exp + Self.leewaySeconds > Double(now.milliseconds) / 1000 else { throw ProviderFailure("the ID token has run out") }
    guard self.nonce == nonce else { throw ProviderFailure("the ID token is of another sign-in") }
    guard !sub.isEmpty, sub.utf8.count <= Self.subjectLimit else { throw ProviderFailure("the ID token names nobody") }
  }
}

/// Standard claims about a person (OpenID Connect Core 1.0, section 5.1).
struct PersonClaims: Decodable, Sendable {
  let sub: String?
  let email: String?
  let isEmailVerified: Bool
  let firstName: String
  let surname: String

  private enum CodingKeys: String, CodingKey {
    case sub, email, name
    case isEmailVerified = "email_verified"
    case firstName = "given_name"
    case surname = "family_name"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sub = try container.decodeIfPresent(String.self, forKey: .sub)
    email = try container.decodeIfPresent(String.self, forKey: .email)
    // Some say it with a word.
    isEmailVerified =
      (try? container.decode(Bool.self, forKey: .isEmailVerified))
      ?? ((try? container.decode(String.self, forKey: .isEmailVerified)) == "true")
    let given = try container.decodeIfPresent(String.self, forKey: .firstName)
    firstName = try given ?? container.decodeIfPresent(String.self, forKey: .name) ?? ""
    surname = try container.decodeIfPresent(String.self, forKey: .surname) ?? ""
  }
}

/// What a provider did that it should not: for the owner's log. People are told that it did not work and can be tried again.
struct ProviderFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
