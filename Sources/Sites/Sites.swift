import Base
import Files
import Places
import Store
import Web

/// Sites: the websites that carry the widget, who answers for them, and who visits them.
///
/// - `site(key:)`, `site(_:)` answer from memory and are asked for every request of a visitor.
/// - The rows of sites, faces and visitors are read and written inside anybody's transaction by the functions on `Session` in `Store/`.
/// - `Widget/` holds what the widget asks of us across origins, `Admin/` and `Teams/` the pages of the administration.
///
/// A class, because the memory of sites and the lists of listeners are shared by everybody who holds it.
public final class Sites: Sendable {
  public struct PageChange: Sendable {
    public let site: SiteID
    public let visitor: VisitorID
    /// Theirs, where there is one.
    public let conversation: ConversationID?
  }

  /// A page says that it is looked at, or is being left.
  public struct Sight: Sendable {
    public let site: SiteID
    public let visitor: VisitorID
    /// Theirs, where there is one.
    public let conversation: ConversationID?
    public let isLast: Bool
  }

  public struct AssignmentChange: Sendable {
    public let site: SiteID
    public let account: AccountID

    public init(site: SiteID, account: AccountID) {
      self.site = site
      self.account = account
    }
  }

  /// A site was added, changed or switched off; connections of its visitors may no longer be allowed.
  public let siteChanged = Event<SiteID>()
  /// What the chats of a site can be called by changed; its visitors need not hear of it.
  public let tagsChanged = Event<SiteID>()
  /// An agent was assigned, is now somebody else on the site, or answers for it no more.
  public let assignmentsChanged = Event<AssignmentChange>()
  /// A visitor looks at another page.
  public let pageChanged = Event<PageChange>()
  /// A visitor still looks at a page.
  public let pageSeen = Event<Sight>()

  let store: any Store
  let ids: IDMaker
  let clock: WallClock
  let landing: Landing
  /// What the files of all chats may take, in bytes.
  let fileQuota: Int64
  let places: Places?
  private let shelf: Shelf

  /// - Parameters:
  ///   - landing: where logos arrive.
  ///   - places: tells where visitors are; nil where nobody supplied that.
  public init(
    store: any Store, ids: IDMaker, clock: WallClock, landing: Landing, fileQuota: Int64 = 50 << 30, places: Places? = nil
  ) {
    self.store = store
    self.landing = landing
    self.fileQuota = fileQuota
    self.places = places
    self.ids = ids
    self.clock = clock
    shelf = Shelf(store: store, clock: clock)
    siteChanged.subscribe { [shelf] _ in shelf.clear() }
  }

  /// The active site with this widget key. A site that was switched off is, to the world outside, not there.
  public func site(key: String) async throws -> Site? {
    guard let site = try await shelf.site(key: key), site.active else { return nil }
    return site
  }

  /// The site, also when it is switched off.
  public func site(_ id: SiteID) async throws -> Site? { try await shelf.site(id) }

  /// What a visit of the site may reach.
  func goals(of id: SiteID) async throws -> [Goal] { try await shelf.goals(of: id) }

  /// Declares the routes of the widget, of the administration, and the description of the API.
  ///
  /// - Parameter mails: whether letters go anywhere.
  /// - Parameter inviting: who invites visitors; nil where nobody is invited.
  public func register(
    on routes: Routes, mails: Bool = false, inviting: (any Inviting)? = nil,
    chat: @escaping ChatQuestion
  ) {
    WidgetRoutes(sites: self, web: routes.web, mails: mails, inviting: inviting, chat: chat).register(on: routes)
    AdminRoutes(sites: self, web: routes.web).register(on: routes)
    TeamsRoutes(sites: self, web: routes.web).register(on: routes)
    QueueRoutes(sites: self, web: routes.web).register(on: routes)
    PolicyRoutes(sites: self, web: routes.web).register(on: routes)
    TagRoutes(sites: self, web: routes.web).register(on: routes)
    GoalRoutes(sites: self, web: routes.web).register(on: routes)
    PreviewRoutes(sites: self, web: routes.web).register(on: routes)
    FaceRoutes(sites: self, web: routes.web).register(on: routes)
    HoursRoutes(sites: self, web: routes.web).register(on: routes)
    LogoRoutes(sites: self).register(on: routes)
    DescriptionRoute(web: routes.web).register(on: routes)
  }

  /// Reads the websites anew when they are next asked for: another node may have changed them.
  public func forgetRead() { shelf.clear() }

  func changed(_ id: SiteID) async {
    // Before anybody hears of it.
    shelf.clear()
    await siteChanged.publish(id)
  }
}
