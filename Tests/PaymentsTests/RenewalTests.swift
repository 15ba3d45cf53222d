import Base
import Foundation
import TestKit
import Testing

@testable import Payments

@Suite struct RenewalTests {
  private static let noon = Moment(milliseconds: 1_795_176_000_000)
  private static let day: Int64 = 86_400

  private func subscription(renews: Bool = true, tries: Int64 = 0) -> Subscription {
    var found = Subscription(
      id: SubscriptionID(rawValue: 1), owner: AccountID(rawValue: 7), pack: PackID(rawValue: 1), provider: .test,
      plan: Plan(serves: .credits, unlimited: nil), offer: Offer(.credits, units: 8, price: Money(1900, .euro)), validDays: nil,
      startedAt: Self.noon, paidUntil: Self.noon)
    found.addMonth(at: Self.noon)
    (found.renews, found.tries) = (renews, tries)
    return found
  }

  struct Case: Sendable {
    let renews: Bool
    let tries: Int64
    let isUnderWay: Bool
    /// Seconds before the end of what is paid.
    let before: Int64
    let step: String
  }

  private static let cases = [
    Case(renews: true, tries: 0, isUnderWay: false, before: 10 * day, step: "wait 9 days"),
    Case(renews: true, tries: 0, isUnderWay: false, before: day, step: "charge"),
    Case(renews: true, tries: 0, isUnderWay: true, before: day, step: "look"),
    Case(renews: true, tries: 1, isUnderWay: false, before: day - 60, step: "wait half a day"),
    Case(renews: true, tries: 1, isUnderWay: false, before: day / 2, step: "charge"),
    Case(renews: true, tries: 2, isUnderWay: false, before: 0, step: "charge"),
    Case(renews: true, tries: 3, isUnderWay: false, before: 60, step: "wait for the end"),
    Case(renews: true, tries: 3, isUnderWay: false, before: 0, step: "end"),
    Case(renews: true, tries: 3, isUnderWay: true, before: 0, step: "look"),
    Case(renews: false, tries: 0, isUnderWay: false, before: day, step: "wait for the end"),
    Case(renews: false, tries: 0, isUnderWay: false, before: 0, step: "end"),
    Case(renews: false, tries: 0, isUnderWay: true, before: 0, step: "end"),
  ]

  @Test("A42: a month is paid a day ahead, three times at most, and nothing is asked for after it was ended", arguments: cases)
  func step(_ one: Case) {
    let subscription = subscription(renews: one.renews, tries: one.tries)
    let end = subscription.paidUntil
    let now = end.adding(seconds: -one.before)
    let expected: RenewalStep =
      switch one.step {
      case "charge": .charge
      case "end": .end
      case "look": .wait(until: now.adding(seconds: 3600))
      case "wait 9 days": .wait(until: end.adding(seconds: -Self.day))
      case "wait half a day": .wait(until: end.adding(seconds: -Self.day / 2))
      default: .wait(until: end)
      }
    #expect(subscription.step(at: now, isUnderWay: one.isUnderWay) == expected)
  }

  @Test("A42: months count from the first day, so that none gets shorter; after a gap they count from the day of the payment")
  func months() throws {
    var found = subscription()
    func day(_ text: String) throws -> Moment {
      Moment(milliseconds: Int64(try Date.ISO8601FormatStyle().parse(text).timeIntervalSince1970) * 1000)
    }
    let january = try day("2027-01-31T12:00:00Z")
    (found.startedAt, found.months, found.paidUntil) = (january, 0, january)
    for expected in ["2027-02-28", "2027-03-31", "2027-04-30"].map({ "\($0)T12:00:00Z" }) {
      found.addMonth(at: found.paidUntil.adding(seconds: -Self.day))
      #expect(try found.paidUntil == day(expected))
    }
    let late = found.paidUntil.adding(seconds: 5 * Self.day)
    found.addMonth(at: late)
    #expect(found.paidUntil == late.adding(months: 1))
    #expect(found.months == 1)
  }
}
