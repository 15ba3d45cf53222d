import Base
import Foundation
import TestKit
import Testing

@testable import Payments

@Suite struct MonthTests {
  struct Step: Sendable {
    let from: String
    let months: Int64
    let to: String
  }

  private static let steps = [
    Step(from: "2026-11-21T18:30:00Z", months: 1, to: "2026-12-21T18:30:00Z"),
    Step(from: "2026-01-31T10:00:00Z", months: 1, to: "2026-02-28T10:00:00Z"),
    Step(from: "2026-01-31T10:00:00Z", months: 2, to: "2026-03-31T10:00:00Z"),
    Step(from: "2028-01-31T23:59:59Z", months: 1, to: "2028-02-29T23:59:59Z"),
    Step(from: "2026-12-15T00:00:00Z", months: 1, to: "2027-01-15T00:00:00Z"),
    Step(from: "2026-10-31T00:00:00Z", months: 13, to: "2027-11-30T00:00:00Z"),
    Step(from: "2026-03-01T00:00:00Z", months: 0, to: "2026-03-01T00:00:00Z"),
    Step(from: "2100-01-29T00:00:00Z", months: 1, to: "2100-02-28T00:00:00Z"),
  ]

  @Test("A42: a month later is the same day, or the last of a shorter month", arguments: steps)
  func later(_ step: Step) throws {
    func moment(_ text: String) throws -> Moment {
      Moment(milliseconds: Int64(try Date.ISO8601FormatStyle().parse(text).timeIntervalSince1970) * 1000 + 7)
    }
    #expect(try moment(step.from).adding(months: step.months) == moment(step.to))
  }

  @Test("A42: months never skip a day or lose the time of day, over four centuries")
  func holds() {
    var dice = Dice(seed: 42)
    for _ in 0..<20_000 {
      let from = Moment(milliseconds: Int64.random(in: 0...12_622_780_800_000, using: &dice))
      let months = Int64.random(in: 0...40, using: &dice)
      let later = from.adding(months: months)
      #expect((later.milliseconds - from.milliseconds) % 86_400_000 == 0)
      let days = (later.milliseconds - from.milliseconds) / 86_400_000
      #expect(days <= months * 31 && days >= months * 30 - 2 - months / 12)
      #expect(from.adding(months: months + 1) > later)
    }
  }
}
