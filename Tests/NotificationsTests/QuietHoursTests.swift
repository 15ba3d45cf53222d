import Base
import Testing

@testable import Notifications

@Suite("Quiet hours")
struct QuietHoursTests {
  /// 2026-11-21 00:00 in universal time.
  private let midnight = Moment(milliseconds: 1_795_219_200_000)

  private func hour(_ hour: Int64) -> Moment { midnight.adding(seconds: hour * 3600) }

  @Test("B68: a night that goes over midnight is quiet on both sides of it, and ends in the morning")
  func night() {
    let hours = QuietHours(isOn: true, starts: 22 * 60, ends: 7 * 60, zone: "UTC")
    #expect(hours.end(at: hour(21)) == nil)
    #expect(hours.end(at: hour(22)) == hour(31))
    #expect(hours.end(at: hour(3)) == hour(7))
    #expect(hours.end(at: hour(7)) == nil)
  }

  @Test("B68: the hours are those of the reader's zone")
  func zone() {
    let hours = QuietHours(isOn: true, starts: 22 * 60, ends: 7 * 60, zone: "Asia/Tokyo")
    #expect(hours.end(at: hour(13)) == hour(22))
    #expect(hours.end(at: hour(23)) == nil)
  }

  @Test("B68: hours that are switched off are never quiet, and by themselves nobody is woken at night")
  func standard() {
    #expect(QuietHours(isOn: false, starts: 0, ends: 1439, zone: "UTC").end(at: midnight) == nil)
    #expect(QuietHours.standard.end(at: hour(2)) == hour(7))
    #expect(QuietHours.standard.end(at: hour(12)) == nil)
  }

  @Test("B68: what is no time of the day is refused", arguments: ["", "25:00", "7", "12:60", "ab:cd", "-1:00"])
  func times(_ text: String) {
    #expect(QuietHours.minutes(text) == nil)
  }
}
