import Accounts
import Base
import Deals
import Ledger
import Sites
import Store
import Texting
import Web

extension Village {
  /// Its people are there before they come, and the customer has something to spend. What is there already stays as it is; the marketplace stands
  /// where this program listens today.
  func settleMarketplace() async throws {
    guard let hosts else { return }
    guard let origin = Origin(addresses.of(Marketplace.host)) else { throw Refusal(.originInvalid) }
    if var known = try await store.read({ try $0.site(key: Marketplace.widgetKey) }) {
      if known.origins != [origin] {
        known.origins = [origin]
        try await sites.save(known, by: nil, from: .console)
      }
      if try await !hosts.secrets(of: known.id).isEmpty { return }
    }
    let known = try await store.read { try $0.site(key: Marketplace.widgetKey) }
    let site = known ?? marketplace(at: origin)
    if known == nil {
      try await sites.save(site, by: nil, from: .console)
      try await sites.save(.keepingPeople, at: site.id, by: nil, from: .console)
    }
    let psychic = try await settle(Marketplace.psychic, at: site.id)
    try await sites.assign(Assignment(site: site.id, account: psychic), by: nil, from: .console)
    let customer = try await settle(Marketplace.customer, at: site.id)
    let terms = Terms(id: ids.next(), site: site.id, price: Units(1, .credits), minutePrice: 2, offlinePrice: 2, smsPrice: 4)
    let (now, phone) = (clock.now, PhoneNumber(Marketplace.psychicPhone))
    try await store.write { [ledger, texting] session in
      try session.write(terms, by: nil, at: now)
      // She is reached while she is away.
      if let phone { try texting?.settle(phone, of: psychic, in: session) }
      try ledger.give(
        Gift(
          key: "village.marketplace", about: "promotion", owner: customer, units: Units(20, .credits), worth: Money(2000, .euro),
          expiresAt: nil), at: now, in: session)
    }
    // The secret comes last: it says that all of this is there.
    _ = try await hosts.makeSecret(of: site.id, by: nil, from: .console)
  }

  private func settle(_ member: Marketplace.Member, at site: SiteID) async throws -> AccountID {
    try await accounts.account(
      of: HandedOver(
        site: site, subject: member.subject, name: member.name, verifiedEmail: nil, isExpert: member.role == .expert, language: .english),
      from: .console
    ).id
  }

  private func marketplace(at origin: Origin) -> Site {
    Site(
      id: ids.next(), key: Marketplace.widgetKey, name: Marketplace.name, domain: Marketplace.host, origins: [origin], look: Look(hue: 265),
      welcome: "", language: .visitors, timeZone: "Europe/London", form: LeadForm(services: []), createdAt: clock.now)
  }
}
