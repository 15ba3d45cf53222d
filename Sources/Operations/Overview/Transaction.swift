import Base
import LedgerCore
import Store
import Web

/// One entry of the books, as an administrator reads it.
struct Transaction: Hashable, Sendable {
  let id: LedgerEntryID
  let kind: String
  let at: Moment
  let about: String
  let hold: HoldID?
  let site: String?
  /// Whose wallet and whose earnings it moves, in the order of its lines.
  private(set) var people: [AccountID] = []
  private(set) var units: Units?
  /// What it moved in money, of each currency.
  private(set) var amounts: [Money] = []

  init(id: LedgerEntryID, kind: String, at: Moment, about: String, hold: HoldID?, site: String?) {
    self.id = id
    self.kind = kind
    self.at = at
    self.about = about
    self.hold = hold
    self.site = site
  }

  /// Reads one of its lines, in their order.
  mutating func add(unit: String, debit: String, credit: String, amount: Int64) {
    for person in [debit, credit].compactMap(Self.person) where !people.contains(person) { people.append(person) }
    if let unit = CreditUnit(rawValue: unit) {
      // A tip sets aside and takes the same units.
      units = units ?? Units(amount, unit)
    } else if let currency = Currency(code: unit) {
      if let index = amounts.firstIndex(where: { $0.currency == currency }) {
        amounts[index] = amounts[index] + Money(amount, currency)
      } else {
        amounts.append(Money(amount, currency))
      }
    }
  }

  /// The accounts of the books that somebody has.
  static func accounts(of person: AccountID) -> [BookAccount] {
    [.wallet(person), .receivable(person), .earnings(person), .underway(person)]
  }

  private static func person(_ account: String) -> AccountID? {
    let parts = account.split(separator: ".")
    guard parts.count == 2, ["wallet", "receivable", "earnings", "underway"].contains(parts[0]) else { return nil }
    return AccountID(String(parts[1]))
  }
}

/// Which transactions a list shows.
struct TransactionFilter: Hashable, Sendable {
  /// The last one of the page before.
  struct Place: Hashable, Sendable {
    let at: Moment
    let id: LedgerEntryID

    init(_ transaction: Transaction) { (at, id) = (transaction.at, transaction.id) }

    /// Reads what an address of ours says.
    init?(_ text: String) {
      let parts = text.split(separator: ".").map(String.init)
      guard parts.count == 2, let at = Int64(parts[0]), let id = LedgerEntryID(parts[1]) else { return nil }
      (self.at, self.id) = (Moment(milliseconds: at), id)
    }

    var text: String { "\(at.milliseconds).\(id)" }
  }

  let kind: Entry.Kind?
  let site: SiteID?
  /// What was typed of somebody: their address, or how their name begins.
  let person: String
  let from: String
  let to: String
  let below: Place?

  init(_ query: Form) {
    kind = Entry.Kind(rawValue: query["kind"])
    site = SiteID(query["site"])
    person = String(query["person"].prefix(200))
    from = Moment(dayText: query["from"]) == nil ? "" : query["from"]
    to = Moment(dayText: query["to"]) == nil ? "" : query["to"]
    below = Place(query["below"])
  }

  var start: Moment? { Moment(dayText: from) }
  /// Without.
  var end: Moment? { Moment(dayText: to)?.adding(seconds: 86_400) }

  var isEmpty: Bool { kind == nil && site == nil && person.isEmpty && from.isEmpty && to.isEmpty }

  /// As the addresses of the next page and of the file say it.
  var query: String {
    [("kind", kind?.rawValue ?? ""), ("site", site?.description ?? ""), ("person", person), ("from", from), ("to", to)]
      .filter { !$0.1.isEmpty }.map { "\($0.0)=\(FormCoding.encode($0.1))" }.joined(separator: "&")
  }
}
