import Base

/// What a website says first to somebody who only looks (P14): if the circumstances are such, a card is shown. What is said is the caller's.
public struct Invitation: Hashable, Sendable {
  /// What has to hold, all of it. Nil and empty do not matter.
  public struct Conditions: Hashable, Sendable {
    /// A part of the address of the page.
    public var page = ""
    /// For how long the page was in sight.
    public var seconds: Int64 = 30
    /// How many pages the visit has, with this one.
    public var pages: Int64 = 1
    /// From which kind of source the visit came.
    public var source = ""
    /// A part of what its campaign is called.
    public var campaign = ""
    /// The first letters of what the browser says it reads: `fr` is `fr-CA`, too.
    public var language = ""
    public var isReturning: Bool?
    public var isWithinHours: Bool?
    /// Somebody of the team is there.
    public var needsSomebody = true

    public init() {}

    /// - Parameter there: `seconds` included.
    func hold(in there: Circumstances) -> Bool {
      holdOnPage(there.page, language: there.language)
        && there.seconds >= seconds && there.pages >= pages
        && (source.isEmpty || source == there.source)
        && (campaign.isEmpty || there.campaign.lowercased().contains(campaign.lowercased()))
        && (isReturning == nil || isReturning == there.isReturning)
        && (isWithinHours == nil || isWithinHours == there.isWithinHours)
        && (!needsSomebody || there.isSomebodyFree)
    }

    /// What is known before anything is read.
    func holdOnPage(_ address: String, language browser: String) -> Bool {
      (page.isEmpty || address.lowercased().contains(page.lowercased()))
        && (language.isEmpty || browser.lowercased().hasPrefix(language.lowercased()))
    }
  }

  /// How often the same visitor is shown it. A visit is shown one invitation at most, whichever.
  public enum Frequency: Hashable, Sendable {
    case once, eachVisit
    case after(days: Int64)
  }

  /// What an invitation asks about, as it is now.
  public struct Circumstances: Sendable {
    public var page = ""
    public var seconds: Int64 = 0
    public var pages: Int64 = 1
    public var source = ""
    public var campaign = ""
    public var language = ""
    public var isReturning = false
    public var isWithinHours = true
    public var isSomebodyFree = true
    /// When this visitor was shown each, the last time.
    public var shownAt: [InvitationID: Moment] = [:]
    public var now: Moment

    public init(now: Moment) { self.now = now }
  }

  public static let limit = 20
  public static let nameCharacters = 60
  public static let conditionCharacters = 400
  /// A card is read at a glance.
  public static let textCharacters = 300
  public static let secondsRange: ClosedRange<Int64> = 0...3600
  public static let pagesRange: ClosedRange<Int64> = 1...100
  public static let daysRange: ClosedRange<Int64> = 1...365

  public let id: InvitationID
  public let site: SiteID
  public var name: String
  public var active: Bool
  public var conditions: Conditions
  public var frequency: Frequency

  public init(id: InvitationID, site: SiteID, name: String, active: Bool, conditions: Conditions, frequency: Frequency) {
    self.id = id
    self.site = site
    self.name = name
    self.active = active
    self.conditions = conditions
    self.frequency = frequency
  }

  /// Whether it is shown to somebody who was shown none in this visit.
  public func isDue(in there: Circumstances) -> Bool { active && conditions.hold(in: there) && mayBeShown(in: there) }

  private func mayBeShown(in there: Circumstances) -> Bool {
    guard let last = there.shownAt[id] else { return true }
    return switch frequency {
    case .once: false
    case .eachVisit: true
    case .after(let days): there.now >= last.adding(seconds: days * 86_400)
    }
  }
}

extension Sequence<Invitation> {
  /// After how many seconds on a page it is worth asking, in order; none where nothing would come of it.
  public func moments(onPage address: String, language: String) -> [Int64] {
    Set(filter { $0.active && $0.conditions.holdOnPage(address, language: language) }.map(\.conditions.seconds)).sorted()
  }
}
