import Base
import Web

/// A browser on one of the websites, known by the key in its cookie. What it told in the form is nil until then.
public struct Visitor: Hashable, Sendable {
  public let id: VisitorID
  public let site: SiteID
  public var name: String?
  public var email: String?
  public var phone: String?
  public var service: String?
  public var address: String
  /// Known once a database of places is configured.
  public var country: String?
  public var city: String?
  /// What the browser says its person reads, as it said it.
  public var language: String
  public var userAgent: UserAgent
  public var formSentAt: Moment?
  public let firstVisitAt: Moment
  public var lastVisitAt: Moment
  public var visits: Int
}
