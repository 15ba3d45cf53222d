import Accounts
import Base
import Store

/// What an administrator does with price lists.
extension Payments {
  func add(_ name: String, _ unit: CreditUnit, by: AccountID, from place: Whereabouts) async throws -> PriceListID {
    let (now, list) = (clock.now, PriceList(id: ids.next(), name: name, unit: unit, isOnSale: false))
    let audit = audit(by, "priceList.added", "priceList.\(list.id)", place)
    try await store.write { session in
      guard try session.priceLists().count < PriceList.limit else { throw Refusal(.listIsFull) }
      try session.save(list, at: now)
      try session.audit(audit.line, id: audit.id, at: now)
    }
    return list.id
  }

  /// Name and days of a list, and all of its packs, as the form has them.
  func change(
    _ id: PriceListID, name: String, validDays: Int64?, packs: [PackDraft], by: AccountID, from place: Whereabouts
  ) async throws {
    let now = clock.now
    let new: [PackID] = packs.map { _ in ids.next() }
    let audit = audit(by, "priceList.changed", "priceList.\(id)", place)
    try await store.write(locking: [.priceList(id)]) { session in
      guard var list = try session.priceList(id) else { throw Refusal(.notFound) }
      let known = Dictionary(uniqueKeysWithValues: try session.packs(of: id).map { ($0.id, $0) })
      guard known.count + packs.count(where: { $0.id == nil }) <= PriceList.packLimit else { throw Refusal(.listIsFull) }
      list.name = name
      list.validDays = validDays
      // Whether it is on sale is decided elsewhere.
      list.isOnSale = false
      try session.save(list, at: now)
      for (index, draft) in packs.enumerated() {
        guard draft.id.map({ known[$0] != nil }) ?? true else { throw Refusal(.notFound) }
        let kind = draft.id.map { PackKind(known[$0]?.plan) } ?? draft.kind
        // Where experts name their prices nobody can say what an answer would cost the house.
        guard kind != .unlimited || list.unit == .credits else { throw Refusal(.formInvalid, fields: ["kind-new": .optionUnknown]) }
        let pack = try draft.pack(draft.id ?? new[index], kind, in: list)
        if known[pack.id] != pack { try session.save(pack, at: now) }
      }
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// Sells a list instead of the one that was sold, or none of its unit.
  func sell(_ id: PriceListID, _ isOnSale: Bool, by: AccountID, from place: Whereabouts) async throws {
    let now = clock.now
    let audit = audit(by, isOnSale ? "priceList.onSale" : "priceList.offSale", "priceList.\(id)", place)
    let all = try await store.read { try $0.priceLists() }
    try await store.write(locking: all.map { .priceList($0.id) }) { session in
      guard let list = try session.priceList(id) else { throw Refusal(.notFound) }
      if isOnSale { try session.putOnSale(list) } else { try session.takeOffSale(id) }
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }

  /// The lists of the demo and of a new house: what sells credits is the second price list of the requirements, the first one lies beside it.
  public func prepare() async throws {
    let now = clock.now
    let lists = PriceList.demo(ids)
    try await store.write(locking: [.provider(.bank)]) { session in
      guard try session.priceLists().isEmpty else { return }
      for (list, packs) in lists {
        try session.save(list, at: now)
        for pack in packs { try session.save(pack, at: now) }
      }
    }
  }
}

extension Lock {
  fileprivate static func priceList(_ id: PriceListID) -> Lock { Lock(table: "price_lists", id: id.rawValue) }
}

/// A line of the form of packs.
struct PackDraft: Sendable {
  let id: PackID?
  let position: Int64
  let units: Int64
  let bonus: Int64
  let price: Money
  let active: Bool
  /// Of a new one: whether it renews, and includes answers without a limit. What a pack is stays as it was made.
  let kind: PackKind
  let answer: Money?
  let atOnce: Int64?
}

/// How a pack is bought.
enum PackKind: String, CaseIterable, Sendable {
  /// Once; every month, bringing units; every month, including answers without a limit.
  case once, monthly, unlimited

  init(_ plan: Plan?) { self = plan.map { $0.unlimited == nil ? .monthly : .unlimited } ?? .once }
}

extension PackDraft {
  fileprivate func pack(_ id: PackID, _ kind: PackKind, in list: PriceList) throws(Refusal) -> Pack {
    guard kind == .unlimited else {
      let offer = Offer(list.unit, units: units, bonus: bonus, price: price)
      let plan = kind == .monthly ? Plan(serves: list.unit, unlimited: nil) : nil
      return Pack(id: id, list: list.id, position: position, offer: offer, active: active, plan: plan)
    }
    let line = self.id.map { "\($0)" } ?? "new"
    guard let answer else { throw Refusal(.formInvalid, fields: ["answer-\(line)": .amountInvalid]) }
    guard let atOnce else { throw Refusal(.formInvalid, fields: ["atOnce-\(line)": .numberInvalid]) }
    let plan = Plan(serves: list.unit, unlimited: Plan.Unlimited(answer: answer, atOnce: atOnce))
    return Pack(id: id, list: list.id, position: position, offer: Offer(.months, units: 1, price: price), active: active, plan: plan)
  }
}

extension PriceList {
  /// A7, A8a, A8b, A8c, A33, A42 and B26: figures that an administrator changes.
  static func demo(_ ids: IDMaker) -> [(PriceList, [Pack])] {
    func list(
      _ name: String, _ unit: CreditUnit, validDays: Int64? = nil, onSale: Bool, _ offers: [(Int64, Int64, Money)]
    ) -> (PriceList, [Pack]) {
      let list = PriceList(id: ids.next(), name: name, unit: unit, validDays: validDays, isOnSale: onSale)
      let packs = offers.enumerated().map { index, offer in
        Pack(
          id: ids.next(), list: list.id, position: Int64(index + 1),
          offer: Offer(unit, units: offer.0, bonus: offer.1, price: offer.2))
      }
      return (list, packs)
    }
    var lists = [
      list(
        "With bonus", .credits, validDays: 365, onSale: true,
        [(3, 0, Money(1000, .euro)), (7, 1, Money(2000, .euro)), (20, 5, Money(5000, .euro))]),
      list("Without bonus", .credits, validDays: 365, onSale: false, [(3, 0, Money(1000, .euro)), (7, 0, Money(2000, .euro))]),
      list("Coins", .coins, onSale: true, [(20, 0, Coin.price(of: 20)), (50, 0, Coin.price(of: 50)), (100, 0, Coin.price(of: 100))]),
    ]
    // A42: what renews every month stands beside them.
    let (credits, at) = (lists[0].0.id, Int64(lists[0].1.count))
    lists[0].1 += [
      Pack(
        id: ids.next(), list: credits, position: at + 1, offer: Offer(.credits, units: 8, bonus: 2, price: Money(1900, .euro)),
        plan: Plan(serves: .credits, unlimited: nil)),
      Pack(
        id: ids.next(), list: credits, position: at + 2, offer: Offer(.months, units: 1, price: Money(4900, .euro)),
        plan: Plan(serves: .credits, unlimited: Plan.Unlimited(answer: Money(200, .euro), atOnce: 3))),
    ]
    return lists
  }
}
