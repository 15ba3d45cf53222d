import Base
import ConversationsCore

/// A website (brand) that carries the widget: where it may stand, how it looks, what its form asks.
public struct Site: Hashable, Sendable {
  public static let fileDayLimits = 1...3650
  public static let editMinuteLimits = 0...1440

  public let id: SiteID
  /// Stands in the snippet on the host's pages, so it is no secret; it names the site where a number would invite counting.
  public let key: String
  public var name: String
  public var domain: String
  /// Where the widget may be used from. Nothing is answered to a page of any other origin.
  public var origins: [Origin]
  public var look: Look
  /// The path of the logo's address; nil for the drawn initial. It changes with the picture, never by saving a site.
  public let logo: String?
  public var welcome: String
  public var language: WidgetLanguage
  /// An IANA name. "Per day" and "03:00" of this site are meant in it.
  public var timeZone: String
  /// When it answers; saved by a page of its own.
  public let hours: Hours
  /// For how many days the files of its chats are kept (E44a); those that were sent before keep the end that was then.
  public var fileDays: Int
  /// For how many minutes the author of a message may change it; 0 for never.
  public var editMinutes: Int
  public var form: LeadForm
  public var active: Bool
  public let createdAt: Moment

  public init(
    id: SiteID, key: String = Secret().text, name: String, domain: String, origins: [Origin], look: Look = Look(), logo: String? = nil,
    welcome: String = "", language: WidgetLanguage = .visitors, timeZone: String = "UTC",
    hours: Hours = Hours(), fileDays: Int = 15, editMinutes: Int = 15,
    form: LeadForm = LeadForm(),
    active: Bool = true,
    createdAt: Moment
  ) {
    self.id = id
    self.key = key
    self.name = name
    self.domain = domain
    self.origins = origins
    self.look = look
    self.logo = logo
    self.welcome = welcome
    self.language = language
    self.timeZone = timeZone
    self.hours = hours
    self.fileDays = fileDays
    self.editMinutes = editMinutes
    self.form = form
    self.active = active
    self.createdAt = createdAt
  }

  /// Whether a page of `origin`, as a browser names it in its header, may use this site's widget.
  public func allows(origin: String?) -> Bool { allowed(origin: origin) != nil }

  /// The entry of the list that `origin` matches: the very text that goes into `Access-Control-Allow-Origin`.
  public func allowed(origin: String?) -> Origin? {
    guard let origin, let asked = Origin(origin) else { return nil }
    return origins.first { $0 == asked }
  }
}
