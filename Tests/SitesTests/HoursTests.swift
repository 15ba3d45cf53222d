import Accounts
import Base
import ConversationsCore
import Foundation
import Store
import TestKit
import Testing

@testable import Sites

@Suite("Hours of a website, in its zone") struct HoursTests {
  private static func moment(_ text: String, _ zoneHours: Int64 = 0) throws -> Moment {
    let parts = text.split(separator: "T")
    let date = try #require(day(String(parts[0])))
    let time = try #require(minutes(String(parts[1])))
    return Moment(milliseconds: date.number * 86_400_000 + Int64(time) * 60_000 - zoneHours * 3_600_000)
  }

  private static func site(_ zone: String, _ hours: Hours) -> Site {
    Site(id: ID(rawValue: 1), name: "Harbour", domain: "harbour.example", origins: [], timeZone: zone, hours: hours, createdAt: House.noon)
  }

  private static func everyDay(_ from: Int, _ to: Int) throws -> Hours {
    let block = try #require(Hours.Block(from: from, to: to))
    return Hours(week: Dictionary(uniqueKeysWithValues: Hours.Weekday.allCases.map { ($0, [block]) }))
  }

  @Test("P3: nine in the morning is nine on the wall of the website in summer and in winter")
  func seasons() throws {
    let hours = try Self.everyDay(540, 1020)
    for (date, zone) in [("2026-07-01", Int64(2)), ("2026-12-01", 1)] {
      let opens = try Self.moment("\(date)T09:00", zone)
      let table = Self.site("Europe/Rome", hours).timetable(at: opens)
      #expect(table.isOpen(at: opens) && !table.isOpen(at: opens.adding(milliseconds: -1)))
      #expect(table.nextOpening(after: opens) == opens.adding(seconds: 86_400))
    }
  }

  @Test("P3: the night in which the clock goes forward has an hour less and the one in which it goes back an hour more, without a hole")
  func clockChanges() throws {
    let night = try Self.everyDay(60, 240)
    for (date, minutes) in [("2026-03-28", Int64(180)), ("2026-03-29", 120), ("2026-10-25", 240)] {
      let midnight = try Self.moment("\(date)T00:00", date == "2026-10-25" ? 2 : 1)
      let stretches = Self.site("Europe/Rome", night).timetable(at: midnight).stretches
      let found = try #require(stretches.first { $0.lowerBound > midnight })
      #expect(found.upperBound.milliseconds(since: found.lowerBound) == minutes * 60_000, "\(date)")
      #expect(found.lowerBound == midnight.adding(seconds: 3600))
    }
  }

  @Test(
    "P3: at every quarter of an hour of two years the timetable of a zone says what its clock on the wall says",
    arguments: ["Europe/Rome", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
  func years(zone: String) throws {
    let site = Self.site(zone, try Self.everyDay(75, 1000))
    let start = try Self.moment("2026-01-01T00:00")
    let clock = try #require(TimeZone(identifier: zone))
    var wrong: [Int64] = []
    for days in stride(from: Int64(0), to: 730, by: Int64.Stride(Site.timetableDays)) {
      let from = start.adding(seconds: days * 86_400)
      let table = site.timetable(at: from)
      for quarter in 0..<(Site.timetableDays * 96) {
        let moment = from.adding(seconds: quarter * 900)
        let ahead = Int64(clock.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000))) * 1000
        let minute = ((moment.milliseconds + ahead) % 86_400_000) / 60_000
        if table.isOpen(at: moment) != (75..<1000).contains(minute) { wrong.append(moment.milliseconds) }
      }
    }
    #expect(wrong == [])
  }

  private static let typed = [
    ("from-1-0", "09:00"), ("to-1-0", "12:00"), ("from-1-1", "13:00"), ("to-1-1", "18:00"), ("from-5-0", "22:00"), ("to-5-0", "00:00"),
    ("from-3-0", ""), ("to-3-0", ""), ("date-0", "2026-12-25"), ("dayFrom-0", ""), ("dayTo-0", ""), ("date-1", "2026-12-24"),
    ("dayFrom-1", "09:00"), ("dayTo-1", "13:00"),
  ]

  @Test(
    "P3: an administrator gives a website blocks of hours and holidays by a form, and finds them there again",
    arguments: Dialect.Engine.allCases)
  func form(engine: Dialect.Engine) async throws {
    try await House.open(engine) { house in
      let site = try await house.addHarbour { $0.timeZone = "Europe/Rome" }
      let path = "/admin/sites/\(site.id)/hours"
      let browser = try house.browser("administrator")
      #expect(try await browser.get(path).body.contains("No hours are kept"))
      let heard = Heard(house.sites.siteChanged)
      let answer = try await browser.post(path, Self.typed)
      #expect(answer.location == "\(path)?done=saved" && heard.all == [site.id])
      let hours = try #require(try await house.store.read { try $0.site(site.id) }).hours
      #expect(hours.week[.monday]?.map(\.from) == [540, 780] && hours.week[.friday]?.map(\.to) == [1440] && hours.week[.wednesday] == nil)
      let christmas = try #require(day("2026-12-25"))
      #expect(hours.exceptions.count == 2 && hours.exceptions[christmas] == [])
      let page = try await browser.follow(answer).body
      for text in ["Closed now.", "value=\"13:00\"", "value=\"00:00\"", "value=\"2026-12-25\"", "The hours were saved."] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.hours'") == 1)
      // Saving the other settings leaves them.
      var renamed = site
      renamed.name = "Harbour Letters"
      try await house.sites.save(renamed, by: nil, from: .console)
      #expect(try await house.store.read { try $0.site(site.id) }?.hours == hours)
    }
  }

  @Test("P3: another row is given without saving, and what was typed stays")
  func rows() async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour()
      let path = "/admin/sites/\(site.id)/hours"
      let browser = try house.browser("administrator")
      #expect(try await !browser.get(path).body.contains("name=\"from-1-1\""))
      let page = try await browser.post(path, [("from-1-0", "09:15"), ("to-1-0", ""), ("more", "1")])
      #expect(page.status == .ok && page.body.contains("name=\"from-1-1\"") && page.body.contains("value=\"09:15\""))
      let more = try await browser.post(path, [("date-0", ""), ("more", "days")])
      #expect(more.body.contains("name=\"date-1\"") && !more.body.contains("name=\"from-1-1\""))
      #expect(try await house.store.read { try $0.site(site.id) }?.hours.areKept == false)
    }
  }

  @Test(
    "P3: what is wrong in the hours is told beside its field, and what was typed stays",
    arguments: [
      (["from-2-0": "25:00", "to-2-0": "26:00"], "from-2-0", "such as 09:30"),
      (["from-2-0": "09:00"], "to-2-0", "Please fill this in."), (["from-2-0": "12:00", "to-2-0": "09:00"], "to-2-0", "two rows"),
      (["from-2-0": "09:00", "to-2-0": "12:00", "from-2-1": "11:00", "to-2-1": "13:00"], "from-2-1", "over another row"),
      (["dayFrom-0": "09:00", "dayTo-0": "10:00"], "date-0", "Please fill this in."),
      (["date-0": "2026-11-31"], "date-0", "such as 2026-12-25"),
      (["date-0": "2026-12-25", "date-1": "2026-12-25", "dayFrom-1": "09:00", "dayTo-1": "10:00"], "date-1", "over another row"),
    ])
  func problems(typed: [String: String], field: String, words: String) async throws {
    try await House.open(.sqlite) { house in
      let site = try await house.addHarbour()
      let path = "/admin/sites/\(site.id)/hours"
      let browser = try house.browser("administrator")
      _ = try await browser.get(path)
      let answer = try await browser.post(path, typed.map { ($0.key, $0.value) })
      #expect(answer.status == .unprocessableContent && answer.body.contains("id=\"\(field)-error\">"), "\(field)")
      #expect(answer.body.contains(words))
      for value in typed.values where value.count == 5 || value.count == 10 { #expect(answer.body.contains("value=\"\(value)\"")) }
      #expect(try await house.store.read { try $0.site(site.id) }?.hours.areKept == false)
    }
  }
}
