import Base
import ConversationsCore
import TestKit
import Testing

@Suite("The hours of a website")
struct HoursRules {
  private static let minute: Int64 = 60_000
  private static let day: Int64 = 86_400_000
  /// 22 November 2026, a Sunday, at midnight UTC.
  private static let sunday = Hours.Day(20_779)

  /// A website with some blocks a day, some days with hours of their own, and a clock that is changed twice within the week.
  private struct Drawn {
    let hours: Hours
    let offsets: [Timetable.Offset]
    let until: Moment

    init(_ dice: inout Dice) {
      func blocks(_ dice: inout Dice) -> [Hours.Block] {
        let edges = Set((0..<6).map { _ in Int.random(in: 0...96, using: &dice) * 15 }).sorted()
        return stride(from: 0, to: edges.count - 1, by: 2).compactMap { Hours.Block(from: edges[$0], to: edges[$0 + 1]) }
      }
      let week = Hours.Weekday.allCases.map { ($0, blocks(&dice)) }
      let days = (0..<3).map { _ in (Hours.Day(20_779 + Int64.random(in: 0...9, using: &dice)), blocks(&dice)) }
      hours = Hours(
        week: Dictionary(uniqueKeysWithValues: week), exceptions: Dictionary(days) { first, _ in first })
      let start = Moment(milliseconds: HoursRules.sunday.number * HoursRules.day)
      let zone = Int64.random(in: -48...56, using: &dice) * 15 * HoursRules.minute
      let changes = [0, Int64.random(in: 1...4, using: &dice), Int64.random(in: 5...8, using: &dice)]
      offsets = zip(changes, [zone, zone + 3_600_000, zone]).map { days, zone in
        Timetable.Offset(from: start.adding(milliseconds: days * HoursRules.day + 3_600_000), milliseconds: zone)
      }
      until = start.adding(milliseconds: 10 * HoursRules.day)
    }

    /// What the clock on the wall and the rows of the form say, without a timetable.
    func isOpen(at moment: Moment) -> Bool {
      guard let offset = offsets.last(where: { $0.from <= moment }) else { return false }
      let local = moment.milliseconds + offset.milliseconds
      let minute = Int((local % HoursRules.day) / HoursRules.minute)
      return hours.blocks(on: Hours.Day(local / HoursRules.day)).contains { ($0.from..<$0.to).contains(minute) }
    }
  }

  @Test(
    "P3: at every minute of the week a timetable says what the clock on the wall says, also where that clock is changed", arguments: 0..<40)
  func truth(seed: UInt64) {
    var dice = Dice(seed: seed)
    let drawn = Drawn(&dice)
    let table = Timetable(drawn.hours, with: drawn.offsets, until: drawn.until)
    var moment = table.reach.lowerBound
    var wrong: [Int64] = []
    while moment < table.reach.upperBound {
      if table.isOpen(at: moment) != drawn.isOpen(at: moment) { wrong.append(moment.milliseconds) }
      moment = moment.adding(milliseconds: 5 * Self.minute)
    }
    #expect(wrong == [])
  }

  @Test("P3: stretches stand in order with a gap between any two, and the next opening is the first minute that is open", arguments: 0..<40)
  func order(seed: UInt64) {
    var dice = Dice(seed: seed)
    let drawn = Drawn(&dice)
    let table = Timetable(drawn.hours, with: drawn.offsets, until: drawn.until)
    for (earlier, later) in zip(table.stretches, table.stretches.dropFirst()) { #expect(earlier.upperBound < later.lowerBound) }
    for stretch in table.stretches {
      #expect(!stretch.isEmpty && table.isOpen(at: stretch.lowerBound) && !table.isOpen(at: stretch.upperBound))
      let before = stretch.lowerBound.adding(milliseconds: -1)
      if table.reach.contains(before) { #expect(table.nextOpening(after: before) == stretch.lowerBound) }
    }
  }

  @Test("P3: blocks that touch are one, over midnight too, and a block ends before the minute that it names")
  func touching() throws {
    let evening = try #require(Hours.Block(from: 20 * 60, to: 1440))
    let morning = try #require(Hours.Block(from: 0, to: 120))
    let hours = Hours(week: [.sunday: [evening], .monday: [morning]])
    let start = Moment(milliseconds: Self.sunday.number * Self.day)
    let table = Timetable(hours, with: [Timetable.Offset(from: start, milliseconds: 0)], until: start.adding(milliseconds: 3 * Self.day))
    let opens = start.adding(seconds: 20 * 3600)
    #expect(table.stretches == [opens..<opens.adding(seconds: 6 * 3600)])
    #expect(!table.isOpen(at: opens.adding(seconds: 6 * 3600)))
    #expect(Hours.Block(from: 60, to: 60) == nil && Hours.Block(from: 0, to: 1441) == nil && Hours.Block(from: -1, to: 5) == nil)
  }

  @Test("P3: without a week a website is open but on its holidays; a holiday closes a weekday, and one with hours has those alone")
  func exceptions() throws {
    let (nine, noon) = (try #require(Hours.Block(from: 540, to: 720)), try #require(Hours.Block(from: 720, to: 780)))
    let monday = Hours.Day(Self.sunday.number + 1)
    #expect(Self.sunday.weekday == .sunday && monday.weekday == .monday && Hours.Day(-1).weekday == .wednesday)
    #expect(!Hours().areKept && !Hours(week: [.monday: []]).areKept)
    let holiday = Hours(exceptions: [monday: []])
    #expect(holiday.areKept && holiday.blocks(on: monday) == [] && holiday.blocks(on: Self.sunday) == [.wholeDay])
    let short = Hours(week: [.monday: [nine]], exceptions: [monday: [noon]])
    #expect(short.blocks(on: monday) == [noon] && short.blocks(on: Hours.Day(monday.number + 7)) == [nine])
    #expect(short.blocks(on: Self.sunday) == [])
  }
}
