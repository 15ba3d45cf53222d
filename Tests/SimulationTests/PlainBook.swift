import Base

/// What everything must come to, kept as plainly as can be: every unit is a coin that lies somewhere. Nothing is summed before it is asked for.
struct PlainBook {
  enum Place: Hashable {
    case free
    case held(Question)
    case spent(Question)
    /// Spent, and given back to who had paid: another coin lies in the wallet for it.
    case returned(Question)
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

  /// A message that was paid for, or a minute of a chat.
  struct Question: Hashable {
    let conversation: ConversationID
    let n: Int64
    /// 0 for a message.
    var minute: Int64 = 0
  }

  struct Promise {
    enum State { case open, kept, broken }

    let payer: AccountID
    let payee: AccountID
    let unit: CreditUnit
    let count: Int64
    let due: Moment
    var state = State.open
    var keptAt: Moment?
    /// How many of its coins were spent. What is left of it came back.
    var taken: Int64 = 0
    var dispute: Dispute?
  }

  enum Dispute { case open, decided }

  static let commission: Int64 = 2000
  static let graceSeconds: Int64 = 7 * 86_400

  var coins: [Coin] = []
  var lots: [Lot] = []
  var promises: [Question: Promise] = [:]
  /// When chats by the minute ended, by what asked for them.
  var chatEnds: [Question: Moment] = [:]
  /// Of an expert, by currency.
  var earnings: [AccountID: [Currency: Int64]] = [:]
  /// What a bank took for which there were no coins left.
  var owed: [String: Int64] = [:]

  // MARK: What it comes to

  func units(of owner: AccountID, in unit: CreditUnit) -> (all: Int64, held: Int64) {
    var (all, held) = (Int64(0), Int64(0))
    for coin in coins where lots[coin.lot].owner == owner && lots[coin.lot].unit == unit {
      switch coin.place {
      case .free: all += 1
      case .held: (all, held) = (all + 1, held + 1)
      case .spent, .returned, .gone, .taken: break
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
    let taken = usable(of: payer, in: unit, at: now).prefix(count)
    guard taken.count == count else { return false }
    for coin in taken { coins[coin].place = .held(question) }
    promises[question] = Promise(payer: payer, payee: payee, unit: unit, count: Int64(count), due: due)
    return true
  }

  func canPay(_ count: Int, _ unit: CreditUnit, of payer: AccountID, at now: Moment) -> Bool {
    usable(of: payer, in: unit, at: now).count >= count
  }

  /// Free coins that have not ended, those that end first before the others.
  private func usable(of payer: AccountID, in unit: CreditUnit, at now: Moment) -> [Int] {
    lots.indices.filter { lots[$0].owner == payer && lots[$0].unit == unit && lots[$0].ends.map { $0 > now } ?? true }
      .sorted { (lots[$0].ends?.milliseconds ?? .max, $0) < (lots[$1].ends?.milliseconds ?? .max, $1) }
      .flatMap { freeCoins(in: $0) }
  }

  /// An answer keeps every promise of its thread that is not overdue.
  mutating func answer(in conversation: ConversationID, at now: Moment) {
    for (question, promise) in promises
    where question.conversation == conversation && question.minute == 0 && promise.state == .open && promise.due > now {
      take(promise.count, of: question, at: now)
    }
  }

  /// What is set aside is spent, or a part of it.
  mutating func take(_ count: Int64, of question: Question, at now: Moment) {
    guard let payee = promises[question]?.payee else { return }
    promises[question]?.state = .kept
    promises[question]?.keptAt = now
    promises[question]?.taken = count
    var worth: [Currency: Int64] = [:]
    for coin in places(.held(question)).prefix(Int(count)) {
      coins[coin].place = .spent(question)
      worth[lots[coins[coin].lot].currency, default: 0] += coins[coin].worth
    }
    for (currency, worth) in worth { earnings[payee, default: [:]][currency, default: 0] += Self.share(of: worth) }
  }

  /// What is still set aside comes back; a lot that has ended stays a while.
  mutating func release(_ question: Question, at now: Moment) {
    if promises[question]?.state == .open { promises[question]?.state = .broken }
    for coin in places(.held(question)) {
      coins[coin].place = .free
      let lot = coins[coin].lot
      if let end = lots[lot].ends, end <= now { lots[lot].ends = now.adding(seconds: Self.graceSeconds) }
    }
  }

  /// Of what was spent some is given back to who had paid, as a lot of its own for each currency, by those who had earned it.
  mutating func giveBack(_ count: Int64, of question: Question) {
    guard let promise = promises[question] else { return }
    let parts = Dictionary(grouping: places(.spent(question)).prefix(Int(count))) { lots[coins[$0].lot].currency }
    for (currency, part) in parts.sorted(by: { $0.key.code < $1.key.code }) {
      let before = worth(of: question, in: currency).returned
      let worth = part.reduce(0) { $0 + coins[$1].worth }
      for coin in part { coins[coin].place = .returned(question) }
      _ = bring(Int64(part.count), promise.unit, for: Money(worth, currency), to: promise.payer, until: nil)
      earnings[promise.payee, default: [:]][currency, default: 0] -= Self.share(of: before + worth) - Self.share(of: before)
    }
  }

  /// What is disputed as one, and is due together: a message, or all minutes of a chat in their order.
  func charge(of question: Question) -> [Question] {
    guard question.minute > 0 else { return [question] }
    return promises.keys.filter { $0.minute > 0 && $0.conversation == question.conversation && $0.n == question.n }
      .sorted { $0.minute < $1.minute }
  }

  /// From when on it can be disputed for so long; nil while a chat goes on.
  func charged(_ question: Question) -> Moment? {
    question.minute == 0 ? promises[question]?.keptAt : chatEnds[Question(conversation: question.conversation, n: question.n)]
  }

  /// How many coins can still be given back.
  func returnable(_ question: Question) -> Int64 { Int64(places(.spent(question)).count) }

  func held(_ question: Question) -> Int64 { Int64(places(.held(question)).count) }

  /// What an expert has for promises that were kept more than 48 hours ago and are not disputed, whatever was taken of it since.
  func matured(of payee: AccountID, in currency: Currency, at now: Moment) -> Int64 {
    promises.filter { question, promise in
      promise.payee == payee && promise.state == .kept && promise.dispute != .open
        && (charged(question).map { $0.adding(seconds: 48 * 3600) < now } ?? false)
    }.reduce(0) { sum, kept in
      let worth = worth(of: kept.key, in: currency)
      return sum + Self.share(of: worth.spent + worth.returned) - Self.share(of: worth.returned)
    }
  }

  private func worth(of question: Question, in currency: Currency) -> (spent: Int64, returned: Int64) {
    var (spent, returned) = (Int64(0), Int64(0))
    for coin in coins where lots[coin.lot].currency == currency {
      if coin.place == .spent(question) { spent += coin.worth }
      if coin.place == .returned(question) { returned += coin.worth }
    }
    return (spent, returned)
  }

  /// The expert's part: to the nearest, halves for the expert.
  private static func share(of worth: Int64) -> Int64 { (worth * (10_000 - commission) + 5000) / 10_000 }

  /// The coins that lie somewhere, in the order of their lots, those that are worth most first.
  private func places(_ place: Place) -> [Int] {
    coins.indices.filter { coins[$0].place == place }.sorted {
      (coins[$0].lot, -coins[$0].worth, $0) < (coins[$1].lot, -coins[$1].worth, $1)
    }
  }

  /// What is overdue comes back. A minute of a chat has no deadline of its own.
  mutating func keepDeadlines(at now: Moment) {
    for (question, promise) in promises where question.minute == 0 && promise.state == .open && promise.due <= now {
      release(question, at: now)
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
    var shares: [AccountID: (earned: Int64, at: Moment)] = [:]
    for (question, promise) in promises where promise.state == .kept {
      guard let keptAt = promise.keptAt,
        coins.contains(where: { $0.lot == lot && ($0.place == .spent(question) || $0.place == .returned(question)) })
      else { continue }
      let worth = coins.reduce(0) { $1.lot == lot && $1.place == .spent(question) ? $0 + $1.worth : $0 }
      let before = shares[promise.payee] ?? (0, keptAt)
      shares[promise.payee] = (before.earned + worth * (10_000 - Self.commission) / 10_000, max(before.at, keptAt))
    }
    for (payee, share) in shares.sorted(by: { ($1.value.at, $0.key) < ($0.value.at, $1.key) }) {
      let part = min(left, share.earned, max(0, earnings[payee]?[currency] ?? 0))
      earnings[payee, default: [:]][currency, default: 0] -= part
      left -= part
    }
  }
}
