import Access
import Base

/// The account behind a session, with what pages show of it.
public struct SignedIn: Hashable, Sendable {
  public let member: Actor.Member
  public let name: String
  public let email: String
  public let avatar: String
  /// `online`, `away` or `offline`.
  public let status: String
  public let language: Language
  /// The digest of the session's token, by which live connections of a revoked session are found.
  public let sessionDigest: [UInt8]
  /// How many notices wait: every page says it.
  public var unreadNotices: Int64 = 0
  /// When the account is erased, as its owner asked: every page says it.
  public var erasesAt: Moment?

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

/// Finds the account behind a session's token; nil when there is none any more.
public typealias Recognise = @Sendable (_ sessionToken: String) async throws -> SignedIn?
