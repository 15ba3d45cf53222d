import Accounts
import Base
import Deals
import Ledger
import Sites
import Store

/// Kite Counsel: where answers are paid. It has no website of its own; its customers ask on Parley's pages.
enum Counsel {
  static let name = "Kite Counsel"
  static let widgetKey = "d1f07a5c3e9b48268c40b7e2915fa83d"
  static let experts: [Villager.Key] = [.emil]
  static let customer = Villager.Key.lina
  /// What the house gave Lina to begin with: credits, and what an answer to them is worth together.
  static let gift = (credits: Int64(3), worth: Money(1000, .euro))
}

extension Village {
  /// What is there already stays as it is.
  func settleCounsel() async throws {
    guard try await !isCounselSettled() else { return }
    var people: [Villager.Key: AccountID] = [:]
    for key in Counsel.experts + [Counsel.customer] { people[key] = try await settle(Villager.of(key)) }
    let known = try await store.read { try $0.site(key: Counsel.widgetKey) }
    let site = known ?? counsel()
    if known == nil {
      try await sites.save(site, by: nil, from: .console)
      try await sites.save(.keepingPeople, at: site.id, by: nil, from: .console)
    }
    for key in Counsel.experts {
      guard let account = people[key] else { continue }
      try await sites.assign(Assignment(site: site.id, account: account), by: nil, from: .console)
    }
    let (now, terms) = (clock.now, Terms(id: ids.next(), site: site.id, price: Units(1, .credits), minutePrice: 1))
    let customer = people[Counsel.customer]
    try await store.write { [ledger] session in
      try session.write(terms, by: nil, at: now)
      guard let customer else { return }
      try ledger.give(
        Gift(
          key: "village.welcome", about: "promotion", owner: customer, units: Units(Counsel.gift.credits, .credits),
          worth: Counsel.gift.worth, expiresAt: nil), at: now, in: session)
    }
  }

  /// The terms come last.
  private func isCounselSettled() async throws -> Bool {
    try await store.read { session in
      guard let site = try session.site(key: Counsel.widgetKey) else { return false }
      return try session.terms(at: site.id) != nil
    }
  }

  private func counsel() -> Site {
    Site(
      id: ids.next(), key: Counsel.widgetKey, name: Counsel.name, domain: addresses.label(of: Villager.of(Counsel.customer).host),
      origins: [], look: Look(hue: 340), welcome: "", language: .visitors, timeZone: "Europe/Rome", form: LeadForm(services: []),
      createdAt: clock.now)
  }
}
