import Testing

@testable import Store

@Suite struct FailPointTests {
  @Test("X4: an order to fail names a place, when, and how", arguments: FailPoint.allCases)
  func order(place: FailPoint) throws {
    let kill = try FailPoint.Order("\(place.rawValue):37")
    #expect(kill.place == place && kill.times == 37...37 && kill.deed == .kill)
    let full = try FailPoint.Order("\(place.rawValue):10-20=full")
    #expect(full.place == place && full.times == 10...20 && full.deed == .full)
  }

  @Test(
    "X4: an order that is none is refused",
    arguments: ["", "before-commit", "before-lunch:1", "before-commit:0", "before-commit:3-2", "in-job:1=dance"])
  func unknown(text: String) { #expect(throws: FailPoint.Unknown.self) { try FailPoint.Order(Substring(text)) } }

  @Test("X4: asleep, no place does anything", arguments: FailPoint.allCases)
  func asleep(place: FailPoint) throws {
    try place.pass()
    place.kills()
  }
}
