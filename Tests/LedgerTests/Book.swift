import Base
import LedgerCore

/// What the ledger must come to, kept as plainly as possible: the judge of the simulation. It knows lots and holds as lists and recomputes every
/// figure when it is asked.
struct Book {
  struct Lot {
    let id: LotID
    let owner: AccountID
    let currency: Currency
    let origin: String
    var expires: Moment?
    /// What every single unit is worth, those in the wallet only; the most worth first.
    var units: [Int64]
  }

  struct Hold {
    let id: HoldID
    let payer: AccountID
    let payee: AccountID
    /// Each unit with the lot that it came from and what it is worth.
    var units: [(lot: LotID, worth: Int64, currency: Currency)]
    var state: State
    enum State { case open, captured, released, compensated }
  }

  var lots: [Lot] = []
  var holds: [Hold] = []
  var earnings: [AccountID: [String: Int64]] = [:]
  var money: [String: Int64] = [:]

  static func split(_ worth: Int64, into units: Int64) -> [Int64] {
    let (least, more) = (worth / units, worth % units)
    return (0..<units).map { least + ($0 < more ? 1 : 0) }
  }

  func balance(of owner: AccountID) -> (units: Int64, held: Int64) {
    let free = lots.filter { $0.owner == owner }.reduce(0) { $0 + $1.units.count }
    let held = holds.filter { $0.payer == owner && $0.state == .open }.reduce(0) { $0 + $1.units.count }
    return (Int64(free + held), Int64(held))
  }

  /// What unused units are worth, in a currency.
  func prepaid(_ currency: Currency) -> Int64 {
    lots.filter { $0.currency == currency }.reduce(0) { $0 + $1.units.reduce(0, +) }
      + holds.filter { $0.state == .open }.flatMap(\.units).reduce(0) { $1.currency == currency ? $0 + $1.worth : $0 }
  }

  func usable(of owner: AccountID, at now: Moment) -> [Int] {
    lots.indices.filter { lots[$0].owner == owner && !lots[$0].units.isEmpty && (lots[$0].expires.map { $0 > now } ?? true) }
      .sorted { left, right in
        let (a, b) = (lots[left].expires?.milliseconds ?? .max, lots[right].expires?.milliseconds ?? .max)
        return (a, lots[left].id) < (b, lots[right].id)
      }
  }

  /// Nil when there is not enough.
  mutating func hold(_ count: Int, of payer: AccountID, for payee: AccountID, id: HoldID, at now: Moment) -> Bool {
    let order = usable(of: payer, at: now)
    guard order.reduce(0, { $0 + lots[$1].units.count }) >= count else { return false }
    var taken: [(lot: LotID, worth: Int64, currency: Currency)] = []
    for index in order {
      while taken.count < count, !lots[index].units.isEmpty {
        taken.append((lots[index].id, lots[index].units.removeFirst(), lots[index].currency))
      }
    }
    holds.append(Hold(id: id, payer: payer, payee: payee, units: taken, state: .open))
    return true
  }

  mutating func earn(_ units: [(lot: LotID, worth: Int64, currency: Currency)], _ payee: AccountID, sign: Int64) {
    for (currency, parts) in Dictionary(grouping: units, by: \.currency) {
      let worth = parts.reduce(0) { $0 + $1.worth }
      // Four fifths to the nearest, halves up: what largest remainder comes to for 80 and 20.
      let share = (worth * 8000 % 10_000 >= 5000) ? worth * 8000 / 10_000 + 1 : worth * 8000 / 10_000
      earnings[payee, default: [:]][currency.code, default: 0] += sign * share
      money["revenue.\(currency.code)", default: 0] += sign * (worth - share)
    }
  }

  mutating func capture(_ index: Int) {
    guard holds[index].state == .open else { return }
    holds[index].state = .captured
    earn(holds[index].units, holds[index].payee, sign: 1)
  }

  mutating func release(_ index: Int, at now: Moment) {
    guard holds[index].state == .open else { return }
    holds[index].state = .released
    for unit in holds[index].units {
      guard let lot = lots.firstIndex(where: { $0.id == unit.lot }) else { continue }
      lots[lot].units.append(unit.worth)
      lots[lot].units.sort(by: >)
      if let end = lots[lot].expires, end <= now { lots[lot].expires = now.adding(seconds: 7 * 86_400) }
    }
  }

  mutating func expire(at now: Moment) {
    for index in lots.indices where lots[index].expires.map({ $0 <= now }) ?? false {
      money["breakage.\(lots[index].currency.code)", default: 0] += lots[index].units.reduce(0, +)
      lots[index].units = []
    }
  }
}
