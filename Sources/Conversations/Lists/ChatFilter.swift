import Base
import Web
import Wire

/// Which conversations somebody wants to see. What is not said is not asked.
struct ChatFilter: Hashable, Sendable {
  enum Answerer: Hashable, Sendable {
    case mine, nobody
    case one(AccountID)
  }

  enum LeadState: String, CaseIterable, Sendable {
    /// The form was sent, it was not yet, or everybody was offline.
    case filled, pending, offline
  }

  /// Good are four stars and five.
  enum RatingState: String, CaseIterable, Sendable {
    case good, bad, unrated
  }

  /// What became of the chat; without anything of it otherwise.
  enum OutcomeState: String, CaseIterable, Sendable {
    case won, handedOver, nothing
  }

  var sites: Set<SiteID> = []
  var answerer: Answerer?
  var state: ChatState?
  /// From this moment on.
  var from: Moment?
  /// Up to, and without.
  var to: Moment?
  var lead: LeadState?
  var rating: RatingState?
  var tag: TagID?
  var outcome: OutcomeState?

  /// The most websites that a filter names.
  static let siteLimit = 200
}

extension ChatFilter {
  /// As the console's address has it: `site=1&site=2&agent=mine&status=closed&from=…&to=…&lead=pending&rated=good&tag=7&outcome=won`.
  /// Times are the reader's own days, in milliseconds.
  init(_ query: Form) throws(Refusal) {
    func word<Value>(_ name: String, _ read: (String) -> Value?) throws(Refusal) -> Value? {
      guard !query[name].isEmpty else { return nil }
      guard let value = read(query[name]) else { throw Refusal(.notUnderstood) }
      return value
    }
    let named = query.all("site")
    sites = Set(named.compactMap { SiteID($0) })
    guard named.count <= Self.siteLimit, sites.count == Set(named).count else { throw Refusal(.notUnderstood) }
    answerer = try word("agent", Answerer.init)
    state = try word("status", ChatState.init(rawValue:))
    from = try word("from") { Int64($0).map(Moment.init(milliseconds:)) }
    to = try word("to") { Int64($0).map(Moment.init(milliseconds:)) }
    lead = try word("lead", LeadState.init(rawValue:))
    rating = try word("rated", RatingState.init(rawValue:))
    tag = try word("tag") { TagID($0) }
    outcome = try word("outcome", OutcomeState.init(rawValue:))
  }
}

extension ChatFilter.Answerer {
  init?(_ word: String) {
    switch word {
    case "mine": self = .mine
    case "unassigned": self = .nobody
    default:
      guard let account = AccountID(word) else { return nil }
      self = .one(account)
    }
  }
}
