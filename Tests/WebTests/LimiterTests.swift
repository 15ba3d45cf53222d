import Access
import Base
import Testing
import Web

@Suite struct LimiterTests {
  let visitor = Access.Actor.visitor(VisitorID(rawValue: 71), of: SiteID(rawValue: 2))
  let home = ClientAddress("2001:db8:1:2::5")
  let noon = Checkout.noon

  /// How many of a hundred thousand are let through at one moment.
  func admitted(_ limiter: Limiter, _ purpose: Limits.Purpose, by actor: Access.Actor, from address: ClientAddress, at now: Moment) -> Int {
    var count = 0
    while count < 100_000, (try? limiter.admit(purpose, by: actor, from: address, at: now)) != nil { count += 1 }
    return count
  }

  @Test("E78a: a visitor's browser has 100 requests and 10 messages a minute, an agent 60 messages")
  func figures() {
    let limiter = Limiter(limits: Limits())
    #expect(admitted(limiter, .widget, by: visitor, from: home, at: noon) == 100)
    #expect(admitted(limiter, .messages, by: visitor, from: home, at: noon) == 10)
    let agent = Access.Actor.account(.init(id: AccountID(rawValue: 3), roles: [.agent], sites: []))
    #expect(admitted(limiter, .messages, by: agent, from: home, at: noon) == 60)
  }

  @Test("E78a: after a minute everything is let through again, before it a share of it")
  func recovery() {
    let limiter = Limiter(limits: Limits())
    #expect(admitted(limiter, .messages, by: visitor, from: home, at: noon) == 10)
    #expect(throws: Refusal(.tooFast, retryAfterSeconds: 6)) { try limiter.admit(.messages, by: visitor, from: home, at: noon) }
    #expect(admitted(limiter, .messages, by: visitor, from: home, at: noon.adding(seconds: 12)) == 2)
    #expect(admitted(limiter, .messages, by: visitor, from: home, at: noon.adding(seconds: 72)) == 10)
  }

  @Test("E78a: a clock that is put back by a day keeps nobody out for a day")
  func clockPutBack() {
    let limiter = Limiter(limits: Limits())
    #expect(admitted(limiter, .messages, by: visitor, from: home, at: noon.adding(seconds: 86_400)) == 10)
    #expect(admitted(limiter, .messages, by: visitor, from: home, at: noon) == 10)
    #expect(throws: Refusal(.tooFast, retryAfterSeconds: 6)) { try limiter.admit(.messages, by: visitor, from: home, at: noon) }
  }

  @Test("E78a: many browsers at one address are limited together, and a whole IPv6 home counts as one address")
  func address() {
    let limiter = Limiter(limits: Limits())
    var total = 0
    for number in 1...40 {
      let other = Access.Actor.visitor(VisitorID(rawValue: Int64(number)), of: SiteID(rawValue: 2))
      total += admitted(limiter, .messages, by: other, from: ClientAddress("2001:db8:1:2::\(number)"), at: noon)
    }
    #expect(total == 100)
    #expect(admitted(limiter, .messages, by: visitor, from: ClientAddress("2001:db8:1:3::1"), at: noon) == 10)
  }

  @Test("E78a: a limit of many thousands a second holds as well")
  func fine() {
    var limits = Limits()
    limits[.visitor, .messages] = Limits.Rate(5000, perSeconds: 1)
    let limiter = Limiter(limits: limits)
    #expect(admitted(limiter, .messages, by: visitor, from: home, at: noon) == 5000)
    #expect(admitted(limiter, .messages, by: visitor, from: home, at: noon.adding(milliseconds: 100)) == 500)
  }

  @Test("E78a: every limit is a setting by name")
  func settings() {
    var limits = Limits()
    let changed = limits.set("visitor.messages", to: "3/10")
    #expect(changed)
    #expect(limits[.visitor, .messages] == Limits.Rate(3, perSeconds: 10))
    for (name, value) in [("visitor.nothing", "1/1"), ("nobody.pages", "1/1"), ("visitor.pages", "0/60"), ("visitor.pages", "many")] {
      let accepted = limits.set(name, to: value)
      #expect(!accepted)
    }
    for setting in limits.settings {
      let accepted = limits.set(setting.name, to: setting.value)
      #expect(accepted)
    }
  }

  @Test("E78a: addresses are compared in their canonical form")
  func canonical() {
    #expect(ClientAddress("::ffff:192.0.2.1").text == "192.0.2.1")
    #expect(ClientAddress("2001:DB8::0:1").text == "2001:db8::1")
    #expect(ClientAddress("2001:db8::1").network == "2001:db8::/64")
    #expect(ClientAddress("nonsense").network == "unknown")
    #expect(AddressRange("10.0.0.0/33") == nil && AddressRange("x") == nil)
  }
}
