import Access

/// How often somebody may do what, by role. Every figure is a setting; the requirements' figures are the visitor's defaults.
public struct Limits: Sendable {
  public enum Purpose: String, CaseIterable, Sendable {
    /// Requests of the widget: configuration, page views, beats (E78a).
    case widget
    /// Questions of clients that have no WebSocket: one for each thing that happens.
    case polls
    /// Visitors that are new to a site, from one address: each is a row for good.
    case newVisitors
    /// Messages in a chat.
    case messages
    /// Files sent in a chat (E47).
    case uploads
    /// Pages and the program's own API.
    case pages
    /// Forms and other requests that change something.
    case forms
    /// Built assets, which browsers fetch by the dozen.
    case assets

    /// Whether one address stands for the people of an office, because who asks is known only inside.
    var isOfManyPeople: Bool { self == .widget || self == .polls }
  }

  public enum Party: String, CaseIterable, Sendable {
    case signedOut, visitor, agent, manager, administrator
  }

  /// So many in that time; all of them may come at once, then one each time a share of the time has passed.
  public struct Rate: Hashable, Sendable {
    public let count: Int
    public let seconds: Int

    public init(_ count: Int, perSeconds seconds: Int = 60) {
      precondition(count > 0 && seconds > 0, "A limit lets something through")
      self.count = count
      self.seconds = seconds
    }

    /// Reads `100/60`: a hundred in sixty seconds.
    public init?(_ text: String) {
      let parts = text.split(separator: "/").map { Int($0) }
      guard parts.count == 2, let count = parts[0], let seconds = parts[1], count > 0, seconds > 0 else { return nil }
      self.init(count, perSeconds: seconds)
    }
  }

  private var rates: [Party: [Purpose: Rate]]
  /// How many people may share an address (an office, a school) before the address itself is too fast.
  public var peoplePerAddress = 10

  public init() {
    rates = [
      .signedOut: [
        .widget: Rate(100), .polls: Rate(100), .newVisitors: Rate(60), .messages: Rate(10), .uploads: Rate(5), .pages: Rate(120),
        .forms: Rate(30), .assets: Rate(600),
      ],
      .visitor: [
        .widget: Rate(100), .polls: Rate(100), .newVisitors: Rate(60), .messages: Rate(10), .uploads: Rate(5), .pages: Rate(120),
        .forms: Rate(30), .assets: Rate(600),
      ],
      .agent: [
        .widget: Rate(100), .polls: Rate(600), .newVisitors: Rate(60), .messages: Rate(60), .uploads: Rate(5), .pages: Rate(300),
        .forms: Rate(60), .assets: Rate(600),
      ],
      .manager: [
        .widget: Rate(100), .polls: Rate(600), .newVisitors: Rate(60), .messages: Rate(60), .uploads: Rate(5), .pages: Rate(300),
        .forms: Rate(60), .assets: Rate(600),
      ],
      .administrator: [
        .widget: Rate(100), .polls: Rate(600), .newVisitors: Rate(60), .messages: Rate(60), .uploads: Rate(5), .pages: Rate(300),
        .forms: Rate(120), .assets: Rate(600),
      ],
    ]
  }

  public subscript(party: Party, purpose: Purpose) -> Rate {
    get {
      guard let rate = rates[party]?[purpose] else { preconditionFailure("Every party has a limit for every purpose") }
      return rate
    }
    set { rates[party]?[purpose] = newValue }
  }

  /// Every limit as a setting: its name, such as `visitor.messages`, and its value, such as `10/60`.
  public var settings: [(name: String, value: String)] {
    Party.allCases.flatMap { party in
      Purpose.allCases.map { ("\(party.rawValue).\($0.rawValue)", "\(self[party, $0].count)/\(self[party, $0].seconds)") }
    }
  }

  /// Sets a limit by its name; false when the name or the value is none.
  public mutating func set(_ name: String, to value: String) -> Bool {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count == 2, let party = Party(rawValue: parts[0]), let purpose = Purpose(rawValue: parts[1]), let rate = Rate(value) else {
      return false
    }
    self[party, purpose] = rate
    return true
  }

  /// The most generous rate of somebody's roles, and whom it is counted for; nil for those who are known by their address alone.
  func rate(_ purpose: Purpose, for actor: Access.Actor) -> (rate: Rate, key: String?) {
    switch actor {
    case .signedOut: return (self[.signedOut, purpose], nil)
    case .visitor(let id, _): return (self[.visitor, purpose], "visitor.\(id)")
    case .account(let member):
      let parties = member.roles.compactMap { Party(rawValue: $0.rawValue) }
      let best = parties.map { self[$0, purpose] }.max { $0.count * $1.seconds < $1.count * $0.seconds }
      return (best ?? self[.visitor, purpose], "account.\(member.id)")
    }
  }
}
