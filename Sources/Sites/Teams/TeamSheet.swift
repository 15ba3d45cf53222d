import Base
import Web

/// People and websites with a box for each pair: what stood in the boxes when the sheet was opened, and what is ticked.
struct TeamSheet: Sendable {
  static let peopleLimit = 40
  static let siteLimit = 20

  let people: [AccountID]
  let sites: [SiteID]
  let was: Set<Seat>
  private(set) var on: Set<Seat>

  init(people: [AccountID], sites: [SiteID], was: Set<Seat>, on: Set<Seat>) {
    (self.people, self.sites) = (people, sites)
    let (isOfPeople, isOfSites) = (Set(people), Set(sites))
    func isHere(_ seat: Seat) -> Bool { isOfPeople.contains(seat.account) && isOfSites.contains(seat.site) }
    (self.was, self.on) = (was.filter(isHere), on.filter(isHere))
  }

  /// As a browser sends it: the websites, a line for each person with the websites they answered for, and each ticked box.
  init(_ form: Form) throws(Refusal) {
    let sites = form[Field.sites].split(separator: " ").compactMap { SiteID(String($0)) }
    let lines = form.all(Field.person).map { $0.split(separator: ".").map(String.init) }
    let people = lines.compactMap { $0.first.flatMap { AccountID($0) } }
    guard people.count == lines.count, people.count <= Self.peopleLimit, sites.count <= Self.siteLimit else {
      throw Refusal(.notUnderstood)
    }
    let was = zip(people, lines).flatMap { person, line in
      line.dropFirst().compactMap { SiteID($0) }.map { Seat(account: person, site: $0) }
    }
    let on = form.all(Field.on).compactMap { box -> Seat? in
      let parts = box.split(separator: ".").map(String.init)
      guard parts.count == 2, let account = AccountID(parts[0]), let site = SiteID(parts[1]) else { return nil }
      return Seat(account: account, site: site)
    }
    self.init(people: people, sites: sites, was: Set(was), on: Set(on))
  }

  enum Field {
    static let sites = "sites"
    static let person = "person"
    static let on = "on"
    /// All boxes of a person or of a website, of which a button says the number.
    static let everySite = "everySite"
    static let everybody = "everybody"
  }

  var changes: Set<Seat> { was.symmetricDifference(on) }

  func covers(_ seat: Seat) -> Bool { people.contains(seat.account) && sites.contains(seat.site) }

  /// The same wishes on what others made true meanwhile.
  func rebased(on current: Set<Seat>) -> TeamSheet {
    TeamSheet(people: people, sites: sites, was: current, on: current.subtracting(changes).union(on.intersection(changes)))
  }

  /// Ticks these boxes, or none of them where all are ticked.
  mutating func turn(_ isMeant: (Seat) -> Bool) {
    let meant = Set(people.flatMap { person in sites.map { Seat(account: person, site: $0) } }.filter(isMeant))
    on = meant.isSubset(of: on) ? on.subtracting(meant) : on.union(meant)
  }
}
