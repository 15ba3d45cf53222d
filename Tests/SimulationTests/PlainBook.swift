import Base

/// What everything must come to, kept as plainly as can be: every unit is a coin that lies somewhere. Nothing is summed before it is asked for.
struct PlainBook {
  enum Place: Hashable {
    case free
    case held(Question)
    case spent(Question)
    /// Ended, or paid back.
    case gone
    /// By a bank, under this name.
    case taken(String)
  }

  struct Coin {
    let lot: Int
    let worth: Int64
    var place = Place.free
  }

  struct Lot {
    let owner: AccountID
    let unit: CreditUnit
    let currency: Currency
    var ends: Moment?
  }

  /// A message that was paid for.
  struct Question: Hashable {
    let conversation: ConversationID
    let n: Int64
  }

  struct Promise {
    enum State { case open, kept, broken }

    let payer: AccountID
    let payee: AccountID
    let unit: CreditUnit
    let due: Moment
    var state = State.open
    var keptAt: Moment?
    /// How many were settled before it.
    var turn = 0
  }

  static let commission: Int64 = 2000
  static let graceSeconds: Int64 = 7 * 86_400

  var coins: [Coin] = []
  var lots: [Lot] = []
  var promises: [Question: Promise] = [:]
  /// Of an expert, by currency.
  var earnings: [AccountID: [Currency: Int64]] = [:]
  /// What a bank took for which there were no coins left.
  var owed: [String: Int64] = [:]
  private var turns = 0

  // MARK: What it comes to

  func units(of owner: AccountID, in unit: CreditUnit) -> (all: Int64, held: Int64) {
    var (all, held) = (Int64(0), Int64(0))
    for coin in coins where lots[coin.lot].owner == owner && lots[coin.lot].unit == unit {
      switch coin.place {
      case .free: all += 1
      case .held: (all, held) = (all + 1, held + 1)
      case .spent, .gone, .taken: break
      }
    }
    return (all, held)
  }

  func free(in lot: Int) -> (units: Int64, worth: Int64) {
    let free = coins.filter { $0.lot == lot && $0.place == .free }
    return (Int64(free.count), free.reduce(0) { $0 + $1.worth })
  }

  /// The coins of a lot that could be used, those that are worth most first.
  private func freeCoins(in lot: Int) -> [Int] {
    coins.indices.filter { coins[$0].lot == lot && coins[$0].place == .free }.sorted { (coins[$1].worth, $0) < (coins[$0].worth, $1) }
  }

  // MARK: What happens

  /// - Returns: the number of the lot.
  mutating func bring(_ units: Int64, _ unit: CreditUnit, for price: Money, to owner: AccountID, until end: Moment?) -> Int {
    lots.append(Lot(owner: owner, unit: unit, currency: price.currency, ends: end))
    let lot = lots.count - 1
    for place in 0..<units {
      let worth = price.minor / units + (place < price.minor % units ? 1 : 0)
      coins.append(Coin(lot: lot, worth: worth))
    }
    return lot
  }

  /// - Returns: false when there are not enough that have not ended; nothing changes then.
  mutating func promise(
    _ question: Question, _ count: Int, _ unit: CreditUnit, of payer: AccountID, to payee: AccountID, due: Moment, at now: Moment
  ) -> Bool {
    let usable = lots.indices.filter { lots[$0].owner == payer && lots[$0].unit == unit && lots[$0].ends.map { $0 > now } ?? true }
      .sorted { (lots[$0].ends?.milliseconds ?? .max, $0) < (lots[$1].ends?.milliseconds ?? .max, $1) }
    let taken = usable.flatMap { freeCoins(in: $0) }.prefix(count)
    guard taken.count == count else { return false }
    for coin in taken { coins[coin].place = .held(question) }
    promises[question] = Promise(payer: payer, payee: payee, unit: unit, due: due)
    return true
  }

  /// An answer keeps every promise of its thread that is not overdue.
  mutating func answer(in conversation: ConversationID, at now: Moment) {
    for (question, promise) in promises where question.conversation == conversation && promise.state == .open && promise.due > now {
      settle(question, .kept)
      promises[question]?.keptAt = now
      var worth: [Currency: Int64] = [:]
      for coin in coins.indices where coins[coin].place == .held(question) {
        coins[coin].place = .spent(question)
        worth[lots[coins[coin].lot].currency, default: 0] += coins[coin].worth
      }
      for (currency, worth) in worth {
        // To the nearest, halves for the expert.
        earnings[promise.payee, default: [:]][currency, default: 0] += (worth * (10_000 - Self.commission) + 5000) / 10_000
      }
    }
  }

  /// What an expert has for promises that were kept more than 48 hours ago, whatever was taken of it since.
  func matured(of payee: AccountID, in currency: Currency, at now: Moment) -> Int64 {
    promises.filter { $1.payee == payee && ($1.keptAt.map { $0.adding(seconds: 48 * 3600) < now } ?? false) }.reduce(0) { sum, kept in
      let worth = coins.filter { $0.place == .spent(kept.key) && lots[$0.lot].currency == currency }.reduce(0) { $0 + $1.worth }
      return sum + (worth * (10_000 - Self.commission) + 5000) / 10_000
    }
  }

  /// What is overdue comes back.
  mutating func keepDeadlines(at now: Moment) {
    for (question, promise) in promises where promise.state == .open && promise.due <= now {
      settle(question, .broken)
      for coin in coins.indices where coins[coin].place == .held(question) {
        coins[coin].place = .free
        let lot = coins[coin].lot
        if let end = lots[lot].ends, end <= now { lots[lot].ends = now.adding(seconds: Self.graceSeconds) }
      }
    }
  }

  mutating func expire(at now: Moment) {
    for coin in coins.indices where coins[coin].place == .free && lots[coins[coin].lot].ends.map({ $0 <= now }) ?? false {
      coins[coin].place = .gone
    }
  }

  /// - Returns: what goes back; nil when there are not so many.
  mutating func refund(_ count: Int, of lot: Int) -> Int64? {
    let taken = freeCoins(in: lot).prefix(count)
    guard taken.count == count else { return nil }
    for coin in taken { coins[coin].place = .gone }
    return taken.reduce(0) { $0 + coins[$1].worth }
  }

  /// A bank takes an amount back: as many coins as it covers, and the rest is owed.
  mutating func take(_ amount: Int64, of lot: Int, as name: String) {
    var left = amount
    for coin in freeCoins(in: lot) {
      guard coins[coin].worth <= left else { break }
      coins[coin].place = .taken(name)
      left -= coins[coin].worth
    }
    owed[name] = left
  }

  mutating func giveBack(_ name: String) {
    for coin in coins.indices where coins[coin].place == .taken(name) { coins[coin].place = .free }
    owed[name] = nil
  }

  /// What is owed is borne by those who earned from the lot, the latest first, as far as they have it.
  mutating func lose(_ name: String, of lot: Int) {
    var left = owed[name] ?? 0
    let currency = lots[lot].currency
    var shares: [AccountID: (earned: Int64, turn: Int)] = [:]
    for (question, promise) in promises where promise.state == .kept {
      let worth = coins.reduce(0) { $1.lot == lot && $1.place == .spent(question) ? $0 + $1.worth : $0 }
      guard coins.contains(where: { $0.lot == lot && $0.place == .spent(question) }) else { continue }
      let before = shares[promise.payee] ?? (0, 0)
      shares[promise.payee] = (before.earned + worth * (10_000 - Self.commission) / 10_000, max(before.turn, promise.turn))
    }
    for (payee, share) in shares.sorted(by: { ($1.value.turn, $0.key) < ($0.value.turn, $1.key) }) {
      let part = min(left, share.earned, max(0, earnings[payee]?[currency] ?? 0))
      earnings[payee, default: [:]][currency, default: 0] -= part
      left -= part
    }
  }

  private mutating func settle(_ question: Question, _ state: Promise.State) {
    turns += 1
    promises[question]?.state = state
    promises[question]?.turn = turns
  }
}
