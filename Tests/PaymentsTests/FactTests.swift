import Base
import Testing

@testable import Payments

/// The rules of a purchase, as a table.
@Suite("The states of a purchase")
struct FactTests {
  private static let price: Int64 = 2000
  private static func euro(_ minor: Int64) -> Money { Money(minor, .euro) }

  private static func facts(_ told: [PurchaseFact]) -> PurchaseFacts { told.reduce(PurchaseFacts()) { $0.adding($1) } }

  private static let events: [(name: String, fact: PurchaseFact)] = [
    ("pending", .pending), ("declined", .declined), ("cancelled", .cancelled), ("expired", .expired), ("paid", .paid(euro(2000))),
    ("refunded in part", .refunded("r1", euro(500))), ("refunded", .refunded("r2", euro(2000))),
    ("refund failed", .refundFailed("r1", euro(500))), ("disputed", .disputed("d", euro(2000))),
    ("dispute won", .disputeWon("d", euro(2000))), ("dispute lost", .disputeLost("d", euro(2000))),
  ]

  @Test("B32: from every state every event leads where the table says")
  func table() {
    typealias S = PurchaseState
    let starts: [(state: S, told: [PurchaseFact])] = [
      (.created, []), (.pending, [.pending]), (.declined, [.declined]), (.cancelled, [.cancelled]), (.expired, [.expired]),
      (.paid, [.paid(Self.euro(2000))]), (.partlyRefunded, [.paid(Self.euro(2000)), .refunded("r1", Self.euro(500))]),
      (.refunded, [.paid(Self.euro(2000)), .refunded("r2", Self.euro(2000))]),
      (.disputed, [.paid(Self.euro(2000)), .disputed("d", Self.euro(2000))]),
      (.won, [.paid(Self.euro(2000)), .disputeWon("d", Self.euro(2000))]),
      (.lost, [.paid(Self.euro(2000)), .disputeLost("d", Self.euro(2000))]),
    ]
    // By start; the columns are the events above.
    let expected: [S: [S]] = [
      .created: [.pending, .declined, .cancelled, .expired, .paid, .created, .created, .created, .created, .created, .created],
      .pending: [.pending, .declined, .cancelled, .expired, .paid, .pending, .pending, .pending, .pending, .pending, .pending],
      .declined: [.declined, .declined, .cancelled, .expired, .paid, .declined, .declined, .declined, .declined, .declined, .declined],
      .cancelled: [
        .cancelled, .cancelled, .cancelled, .expired, .paid, .cancelled, .cancelled, .cancelled, .cancelled, .cancelled, .cancelled,
      ],
      .expired: [.expired, .expired, .expired, .expired, .paid, .expired, .expired, .expired, .expired, .expired, .expired],
      .paid: [.paid, .paid, .paid, .paid, .paid, .partlyRefunded, .refunded, .paid, .disputed, .won, .lost],
      .partlyRefunded: [
        .partlyRefunded, .partlyRefunded, .partlyRefunded, .partlyRefunded, .partlyRefunded, .partlyRefunded, .refunded, .paid, .disputed,
        .partlyRefunded, .lost,
      ],
      .refunded: [
        .refunded, .refunded, .refunded, .refunded, .refunded, .refunded, .refunded, .refunded, .disputed, .refunded, .lost,
      ],
      .disputed: [.disputed, .disputed, .disputed, .disputed, .disputed, .disputed, .disputed, .disputed, .disputed, .won, .lost],
      .won: [.won, .won, .won, .won, .won, .partlyRefunded, .refunded, .won, .won, .won, .lost],
      .lost: [.lost, .lost, .lost, .lost, .lost, .lost, .lost, .lost, .lost, .lost, .lost],
    ]
    #expect(Set(starts.map(\.state)) == Set(S.allCases))
    for start in starts {
      let before = Self.facts(start.told)
      #expect(before.state(of: Self.price) == start.state)
      for (index, event) in Self.events.enumerated() {
        let after = before.adding(event.fact).state(of: Self.price)
        #expect(after == expected[start.state]?[index], "\(start.state) and then \(event.name) is \(after)")
      }
    }
  }

  @Test("B37: every order in which payment, refund and dispute are told ends the same, also told twice")
  func orders() {
    let told: [PurchaseFact] = [
      .pending, .declined, .paid(Self.euro(2000)), .refunded("r1", Self.euro(500)), .disputed("d", Self.euro(1500)),
      .disputeWon("d", Self.euro(1500)),
    ]
    let end = Self.facts(told)
    var seen = 0
    Self.permutations(told) { order in
      seen += 1
      #expect(Self.facts(order) == end)
      #expect(Self.facts(order + order) == end)
      // The sum of what is booked is the same, too.
      var (facts, net) = (PurchaseFacts(), [String: Int64]())
      for fact in order {
        let next = facts.adding(fact)
        for movement in PurchaseFacts.movements(from: facts, to: next) {
          switch movement {
          case .settle: net["settled", default: 0] += 1
          case .takeBack(let name, let minor): net[name, default: 0] += minor
          case .undo(let name): net[name] = 0
          case .giveBack, .lose: Issue.record("nothing of that was told")
          }
        }
        facts = next
      }
      #expect(net.filter { $0.value != 0 } == ["settled": 1, "refund.r1": 500], "\(order)")
    }
    #expect(seen == 720)
  }

  @Test("A16: nothing moves before it is paid, and then once")
  func moves() {
    let dispute = PurchaseFacts().adding(.disputed("d", Self.euro(2000)))
    #expect(PurchaseFacts.movements(from: PurchaseFacts(), to: dispute) == [])
    let paid = dispute.adding(.paid(Self.euro(2000)))
    #expect(PurchaseFacts.movements(from: dispute, to: paid) == [.settle, .takeBack("dispute.d", amountMinor: 2000)])
    #expect(PurchaseFacts.movements(from: paid, to: paid.adding(.paid(Self.euro(2000)))) == [])
    let lost = paid.adding(.disputeLost("d", Self.euro(2000)))
    #expect(PurchaseFacts.movements(from: paid, to: lost) == [.lose("dispute.d")])
  }

  private static func permutations(_ facts: [PurchaseFact], _ body: ([PurchaseFact]) -> Void) {
    func go(_ chosen: [PurchaseFact], _ rest: [PurchaseFact]) {
      if rest.isEmpty { return body(chosen) }
      for index in rest.indices {
        var left = rest
        let one = left.remove(at: index)
        go(chosen + [one], left)
      }
    }
    go([], facts)
  }

  @Test("A9: a larger pack says what it saves over the smallest one")
  func saving() {
    let small = Offer(.credits, units: 3, price: Self.euro(1000))
    let middle = Offer(.credits, units: 7, bonus: 1, price: Self.euro(2000))
    let large = Offer(.credits, units: 20, bonus: 5, price: Self.euro(5000))
    #expect(small.savingPercent(over: small) == nil)
    #expect(middle.savingPercent(over: small) == 25)
    #expect(large.savingPercent(over: small) == 40)
    #expect(Offer(.coins, units: 100, price: Coin.price(of: 100)).savingPercent(over: small) == nil)
    #expect(Offer(.credits, units: 2, price: Self.euro(1000)).savingPercent(over: small) == nil)
  }

  @Test("A14a: an amount that somebody typed is read to the last decimal, or not at all")
  func amounts() {
    #expect(Money(decimal: "10", .euro) == Self.euro(1000))
    #expect(Money(decimal: "10,5", .euro) == Self.euro(1050))
    // P11: with the digits and the decimal mark of an Arabic or a Persian keyboard.
    #expect(Money(decimal: "١٠٫٥", .euro) == Self.euro(1050) && Money(decimal: "۱۰,۵", .euro) == Self.euro(1050))
    #expect(Money(decimal: "٢٤٫٥٠٠", .dinar) == Money(24_500, .dinar))
    #expect(Money(decimal: "24.500", .dinar) == Money(24_500, .dinar))
    for wrong in ["", ".", ".5", "1.005", "-1", "1e3", "1.2.3", "ten", "1 000", "99999999999999"] {
      #expect(Money(decimal: wrong, .euro) == nil, "\(wrong)")
    }
    #expect(Money(decimal: "10.5", Currency.all.first { $0.code == "JPY" } ?? .euro) == nil)
  }
}
