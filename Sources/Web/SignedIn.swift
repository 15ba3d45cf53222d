import Access
import Base
import HTTPTypes

/// The account behind a session, with what pages show of it.
public struct SignedIn: Hashable, Sendable {
  public let member: Actor.Member
  public let name: String
  public let email: String
  public let avatar: String
  /// `online`, `away` or `offline`.
  public let status: String
  public let language: Language
  /// The digest of the token of the session, or of the program: by it live connections are found when it is revoked.
  public let sessionDigest: [UInt8]
  /// The address of a picture of themselves.
  public var photo: String?
  /// How many notices wait: every page says it.
  public var unreadNotices: Int64 = 0
  /// How many alerts are open: every page says it to administrators.
  public var openAlerts: Int64 = 0
  /// When the account is erased, as its owner asked: every page says it.
  public var erasesAt: Moment?

  /// No letter ever goes there: the name is reserved (RFC 2606, section 2).
  public static let trialDomain = "trial.invalid"
  /// Whether somebody only tries the demo and has given no address.
  public var isTrial: Bool { email.hasSuffix("@\(Self.trialDomain)") }

  public init(
    member: Actor.Member, name: String, email: String, avatar: String, status: String, language: Language, sessionDigest: [UInt8]
  ) {
    self.member = member
    self.name = name
    self.email = email
    self.avatar = avatar
    self.status = status
    self.language = language
    self.sessionDigest = sessionDigest
  }
}

/// Finds the account behind what was shown; nil when there is none any more.
public typealias Recognise = @Sendable (Credential) async throws -> SignedIn?

/// What somebody shows to be known: a browser the token of its session, a program the token that its owner made for it.
public enum Credential: Hashable, Sendable {
  case session(String)
  case bearer(String)
}

extension HTTPFields {
  /// The token of `Authorization: Bearer …` (RFC 6750, section 2.1); nil where another scheme or none came.
  public var bearerToken: String? {
    guard let value = self[.authorization] else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].lowercased() == "bearer" else { return nil }
    return parts.count == 2 ? parts[1].trimmingPrefix(while: { $0 == " " }).description : ""
  }
}
