import Base

/// Somebody else who knows who people are, and whom the owner trusts to say it.
public struct SignInProvider: Sendable {
  public enum Name: String, CaseIterable, Codable, Sendable {
    case google, linkedin, openid, facebook
  }

  /// How it is asked.
  public enum Kind: Sendable, Hashable {
    /// OpenID Connect Core 1.0; everything else is found at the issuer (OpenID Connect Discovery 1.0).
    case openID(issuer: String)
    /// OAuth 2.0 (RFC 6749) and an address that tells who it is, as Facebook does it.
    case facebook(Addresses)
  }

  public struct Addresses: Sendable, Hashable {
    public let authorization: String
    public let token: String
    public let person: String

    public init(authorization: String, token: String, person: String) {
      self.authorization = authorization
      self.token = token
      self.person = person
    }
  }

  public let name: Name
  /// As people call it.
  public let title: String
  public let kind: Kind
  public let clientID: String
  public let secret: String

  public init(_ name: Name, title: String, kind: Kind, clientID: String, secret: String) {
    self.name = name
    self.title = title
    self.kind = kind
    self.clientID = clientID
    self.secret = secret
  }

  public static func google(clientID: String, secret: String) -> SignInProvider {
    SignInProvider(.google, title: "Google", kind: .openID(issuer: "https://accounts.google.com"), clientID: clientID, secret: secret)
  }

  public static func linkedIn(clientID: String, secret: String) -> SignInProvider {
    SignInProvider(
      .linkedin, title: "LinkedIn", kind: .openID(issuer: "https://www.linkedin.com/oauth"), clientID: clientID, secret: secret)
  }

  public static func facebook(clientID: String, secret: String) -> SignInProvider {
    let graph = "https://graph.facebook.com/v23.0"
    let addresses = Addresses(
      authorization: "https://www.facebook.com/v23.0/dialog/oauth", token: "\(graph)/oauth/access_token",
      person: "\(graph)/me?fields=id,first_name,last_name,email")
    return SignInProvider(.facebook, title: "Facebook", kind: .facebook(addresses), clientID: clientID, secret: secret)
  }
}

/// Whom a provider means.
struct ExternalIdentity: Sendable, Hashable {
  let provider: SignInProvider.Name
  let subject: String
}

/// What a provider says of somebody.
struct Vouched: Sendable {
  let identity: ExternalIdentity
  let email: String?
  /// Whether the provider says that it has proved the address itself.
  let isEmailVerified: Bool
  let firstName: String
  let surname: String
}
