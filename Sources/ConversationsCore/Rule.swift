import Base

/// When … if … then (P2): on an occasion, if the circumstances are such, something is done about a chat. What is done is the caller's.
public struct Rule: Hashable, Sendable {
  public enum Occasion: String, CaseIterable, Sendable {
    /// A visitor who is known by the form begins a chat, or sends the form.
    case asked
    case wrote
    /// Nobody came in time.
    case overdue
    /// Something was left with the team, which nobody answers at once.
    case left
    case closed
    case rated

    /// Whether there are words to look into.
    public var hasWords: Bool { [.wrote, .left, .rated].contains(self) }
    /// Whether something can still be said in the chat.
    public var isOpen: Bool { self != .closed && self != .rated }
  }

  /// What has to hold, all of it. Nil and empty do not matter.
  public struct Conditions: Hashable, Sendable {
    /// One of them stands in what was written, in whichever case of letters.
    public var words: [String] = []
    /// A part of the address of the page that the visitor is on.
    public var page = ""
    public var service = ""
    /// The first letters of what the browser says it reads: `fr` is `fr-CA`, too.
    public var language = ""
    public var isReturning: Bool?
    public var isWithinHours: Bool?
    public var tag: TagID?
    public var starsAtMost: Int64?

    public init() {}

    public func hold(in there: Circumstances) -> Bool {
      let text = there.text.lowercased()
      return (words.isEmpty || words.contains { text.contains($0.lowercased()) })
        && (page.isEmpty || there.page.lowercased().contains(page.lowercased()))
        && (service.isEmpty || service == there.service)
        && (language.isEmpty || there.language.lowercased().hasPrefix(language.lowercased()))
        && (isReturning == nil || isReturning == there.isReturning)
        && (isWithinHours == nil || isWithinHours == there.isWithinHours)
        && (tag.map(there.tags.contains) ?? true)
        && (starsAtMost.map { limit in there.stars.map { $0 <= limit } ?? false } ?? true)
    }
  }

  /// What a rule asks about, as it is when something happens.
  public struct Circumstances: Sendable {
    /// What was written just now; empty where nothing was.
    public var text = ""
    public var page = ""
    public var service = ""
    public var language = ""
    public var isReturning = false
    public var isWithinHours = true
    public var tags: Set<TagID> = []
    public var stars: Int64?

    public init() {}
  }

  public static let limit = 50
  public static let nameCharacters = 60
  public static let conditionCharacters = 400

  public let id: RuleID
  public let site: SiteID
  public var name: String
  public var active: Bool
  public var occasion: Occasion
  public var conditions: Conditions
  /// The canned reply that is used, with all that it does.
  public var reply: ReplyID?
  /// Who is told.
  public var people: Set<AccountID>

  public init(
    id: RuleID, site: SiteID, name: String, active: Bool, occasion: Occasion, conditions: Conditions, reply: ReplyID?,
    people: Set<AccountID>
  ) {
    self.id = id
    self.site = site
    self.name = name
    self.active = active
    self.occasion = occasion
    self.conditions = conditions
    self.reply = reply
    self.people = people
  }
}
