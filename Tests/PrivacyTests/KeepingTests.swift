import Accounts
import Base
import Conversations
import Foundation
import Parley
import Sites
import Store
import TestKit
import Testing

@testable import Privacy

/// Websites whose days are over, on a clock that stands until it is moved.
@Suite("What a website keeps")
struct KeepingTests {
  private static let limits = "visitor.messages=100000/60,visitor.widget=100000/60,administrator.forms=100000/60,agent.messages=100000/60"
  private static let day: Int64 = 86_400_000
  /// Ten in the evening of universal time on a Sunday.
  private static let start = Moment(milliseconds: 1_795_298_400_000)

  @Test(
    "X8: a night takes exactly what the dry run says, and nothing of what is held back", arguments: Dialect.Engine.allCases,
    [UInt64(1), 2])
  func dryRun(engine: Dialect.Engine, seed: UInt64) async throws {
    let clock = WallClock.fixed(at: Self.start)
    try await House.open(engine, clock: clock, limits: Self.limits) { house in
      let crowd = try await Crowd(house, clock, seed: seed)
      let privacy = house.program.privacy
      let site = crowd.site
      try await privacy.save(SiteRetention(visitDays: 3, addressDays: 4, chatDays: 5), at: site.id, by: nil, from: .console)
      let night = nextNight(after: clock.now, in: site.timeZone)
      let overdue = try await house.program.store.read { try privacy.overdue(at: site, on: night, in: $0) }
      let told = try await house.program.store.read { try $0.tally(overdue) }
      #expect(told.visits > 0 && told.pages > 0 && told.addresses > 0 && told.chats > 0 && told.files > 0, "\(told)")
      let held = try await crowd.held()
      let figures = try await crowd.figures()
      let before = try await crowd.counts()

      clock.advance(milliseconds: night.milliseconds(since: clock.now) + 1000)
      try await privacy.keepNights()
      try await soon("the night") { try await house.count("SELECT COUNT(*) FROM erasure_nights WHERE ended_at IS NOT NULL") == 2 }
      let certificates = try await house.program.store.read { try $0.certificates(of: site.id, limit: 5) }
      let certificate = try #require(certificates.first)
      #expect(certificate.tally == told, "the certificate says what was told, and what went")
      let after = try await crowd.counts()
      // Who goes with a chat takes the visits along that were not old enough by themselves: they were told of, too.
      #expect(before.visits - after.visits == told.visits && before.addresses - after.addresses == told.addresses)
      #expect(try await crowd.showingsWithoutVisit() == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM invitation_showings") > 0)
      #expect(before.chats - after.chats == told.chats && before.files - after.files == told.files)
      #expect(try await crowd.held() == held, "what is held back is as it was")
      #expect(certificate.held > 0)
      #expect(try await crowd.figures() == figures, "figures and books stay")
      #expect(try await house.program.store.read { try $0.tally(overdue) }.isEmpty)
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.erased' AND thing = 'site.\(site.id)'") == 1)
      #expect(try await Conversations.examine(house.program.store).findings == [])

      // Another look at the same night finds it done.
      try await privacy.keepNights()
      #expect(try await crowd.counts() == after)
    }
  }

  @Test("X8: a night that several begin at once, and one that is killed in the middle, are done once", arguments: Dialect.Engine.allCases)
  func onceAndWhole(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.start)
    let deaths = Deaths()
    let mortal: @Sendable (any Store) -> any Store = { MortalStore($0, deaths) }
    try await House.open(engine, clock: clock, limits: Self.limits, store: mortal) { house in
      let crowd = try await Crowd(house, clock, seed: 5)
      let privacy = house.program.privacy
      try await privacy.save(SiteRetention(visitDays: 3, addressDays: 4, chatDays: 5), at: crowd.site.id, by: nil, from: .console)
      let night = nextNight(after: clock.now, in: crowd.site.timeZone)
      let overdue = try await house.program.store.read { try privacy.overdue(at: crowd.site, on: night, in: $0) }
      let told = try await house.program.store.read { try $0.tally(overdue) }
      for life in 1...6 {
        // The first is killed at its first write, the next ones later and later.
        deaths.come(after: life)
        if life == 1 { clock.advance(milliseconds: night.milliseconds(since: clock.now) + 1000) }
        _ = try? await privacy.keepNights()
      }
      deaths.end()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { try await privacy.keepNights() } }
        try await group.waitForAll()
      }
      try await soon("the night") { try await house.count("SELECT COUNT(*) FROM erasure_nights WHERE ended_at IS NOT NULL") == 2 }
      let certificates = try await house.program.store.read { try $0.certificates(of: crowd.site.id, limit: 5) }
      #expect(certificates.map(\.tally) == [told])
      #expect(try await house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.erased' AND thing = 'site.\(crowd.site.id)'") == 1)
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("X8: while a website pauses nothing goes, files neither, and then it goes on by itself", arguments: Dialect.Engine.allCases)
  func pause(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.start)
    try await House.open(engine, clock: clock, limits: Self.limits) { house in
      let crowd = try await Crowd(house, clock, seed: 3)
      let privacy = house.program.privacy
      let until = clock.now.adding(milliseconds: 3 * Self.day)
      try await privacy.save(
        SiteRetention(visitDays: 3, addressDays: 4, chatDays: 5, pausedUntil: until), at: crowd.site.id, by: nil, from: .console)
      let before = try await crowd.counts()
      clock.advance(milliseconds: 2 * Self.day)
      try await house.program.conversations.expireFiles()
      try await privacy.keepNights()
      #expect(try await crowd.counts() == before)
      clock.advance(milliseconds: 2 * Self.day)
      try await privacy.keepNights()
      try await soon("the night") {
        let after = try await crowd.counts()
        return after.visits < before.visits && after.chats < before.chats && after.files < before.files
      }
    }
  }

  @Test(
    "X8: with days for chats alone the visits and addresses of who goes are told of and go, and nobody else's",
    arguments: Dialect.Engine.allCases)
  func chatsAlone(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.start)
    try await House.open(engine, clock: clock, limits: Self.limits) { house in
      let crowd = try await Crowd(house, clock, seed: 4)
      let privacy = house.program.privacy
      try await privacy.save(SiteRetention(visitDays: nil, chatDays: 5), at: crowd.site.id, by: nil, from: .console)
      let night = nextNight(after: clock.now, in: crowd.site.timeZone)
      let told = try await house.program.store.read { try $0.tally(privacy.overdue(at: crowd.site, on: night, in: $0)) }
      #expect(told.chats > 0 && told.visits >= 3 * told.chats && told.addresses == told.chats, "\(told)")
      let before = try await crowd.counts()
      clock.advance(milliseconds: night.milliseconds(since: clock.now) + 1000)
      try await privacy.keepNights()
      try await soon("the night") { try await house.count("SELECT COUNT(*) FROM erasure_nights WHERE ended_at IS NOT NULL") == 2 }
      let certificate = try await house.program.store.read { try $0.certificates(of: crowd.site.id, limit: 5) }.first
      #expect(certificate?.tally == told)
      let after = try await crowd.counts()
      #expect(before.visits - after.visits == told.visits && before.addresses - after.addresses == told.addresses)
      #expect(try await crowd.showingsWithoutVisit() == 0)
    }
  }

  @Test(
    "X8: who writes in the very moment keeps what was written, and files that were gone by then say so", arguments: Dialect.Engine.allCases)
  func moment(engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      try await scene.sendsFile("anchor")
      let visitor = try #require(VisitorID(scene.ada.id))
      // The days were over when the files went, and are not in the transaction that asks again.
      try await house.program.conversations.erase(visitor, only: { _ in false })
      try await house.program.conversations.expireFiles()
      #expect(try await house.count("SELECT COUNT(*) FROM files WHERE deleted_at IS NOT NULL AND path IS NULL") == 1)
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE kind = 'FileExpired'") == 1, "the thread says so")
      #expect(try await house.count("SELECT COUNT(*) FROM visitors WHERE erased_at IS NOT NULL") == 0)
      #expect(try await house.count("SELECT COUNT(*) FROM entries WHERE CAST(body AS TEXT) LIKE '%Good morning%'") == 2)
      #expect(try await scene.ada.say("Still there").name == "Acknowledged")
      try await scene.sendsFile("anchor again")
      #expect(try await Conversations.examine(house.program.store).findings == [])
    }
  }

  @Test("X8, E79d: a console that shows a chat sees it go when its days are over", arguments: Dialect.Engine.allCases)
  func live(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.start)
    try await House.open(engine, clock: clock, limits: Self.limits) { house in
      let scene = try await Scene(house)
      _ = try await scene.desk.ask("close", on: scene.ada.topic)
      try await house.program.privacy.save(SiteRetention(visitDays: nil, chatDays: 10), at: scene.site.id, by: nil, from: .console)
      clock.advance(milliseconds: 9 * Self.day)
      try await house.program.privacy.keepNights()
      #expect(try await house.count("SELECT COUNT(*) FROM erasure_journal") == 0, "its days are not over")
      _ = scene.desk.line.takeAll()
      clock.advance(milliseconds: 3 * Self.day)
      try await house.program.privacy.keepNights()
      let anew = try await scene.desk.line.next(within: .seconds(20)) { event in
        event.name == "Subscribed" && (event["entries"]?.array ?? []).contains { $0["body"]?["kind"]?.string == "erased" }
      }
      #expect(!anew.text.contains("Good morning") && !anew.text.contains("Ada Moreau"))
      #expect(try await house.count("SELECT COUNT(*) FROM erasure_journal WHERE subject_kind = 'visitor'") == 1)
    }
  }

  @Test(
    "X7, X8, X9: the page keeps the days, tries them without saving, opens the list behind each number, and shows certificates",
    arguments: Dialect.Engine.allCases)
  func pages(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: Self.start)
    try await House.open(engine, clock: clock, limits: Self.limits) { house in
      let crowd = try await Crowd(house, clock, seed: 1)
      let ines = Reader(house: house, person: try await house.person("Ines", [.administrator]))
      let path = "/admin/sites/\(crowd.site.id)/retention"
      #expect(try await ines.get("/admin/sites/\(crowd.site.id)").text.contains("href=\"\(path)\""))
      #expect(try await ines.get(path).text.contains("name=\"visitDays\" type=\"text\" inputmode=\"numeric\" value=\"400\""))
      let wrong = try await ines.post(
        path, ["visitDays": "0", "chatDays": "soon", "paused": "on", "pausedUntil": "2026-02-30"], from: path)
      #expect(wrong.status == 422)
      for field in ["visitDays", "chatDays", "pausedUntil"] { #expect(wrong.text.contains("id=\"\(field)-error\""), "\(field)") }

      let days = ["visitDays": "3", "addressDays": "4", "chatDays": "5"]
      let tried = try await ines.post(path, days.merging(["try": "yes"]) { $1 }, from: path)
      #expect(tried.status == 200 && tried.text.contains("Nothing is saved yet"))
      #expect(try await house.count("SELECT COUNT(*) FROM site_retention") == 0)
      #expect(try await ines.post(path, days, from: path).status == 303)
      let page = try await ines.get(path).text
      let privacy = house.program.privacy
      let night = nextNight(after: clock.now, in: crowd.site.timeZone)
      let tally = try await house.program.store.read { try $0.tally(privacy.overdue(at: crowd.site, on: night, in: $0)) }
      for kind in Overdue.Kind.allCases {
        #expect(page.contains("list?kind=\(kind.rawValue)\">\(tally[kind])<"), "\(kind)")
        let list = try await ines.get("\(path)/list?kind=\(kind.rawValue)")
        #expect(list.status == 200 && list.text.components(separatedBy: "<th scope=\"row\">").count - 1 == Int(tally[kind]), "\(kind)")
      }
      for why in ["Money is disputed", "Money is not settled", "The chat is open", "The visitor is shut out"] {
        #expect(page.contains(why), "\(why)")
      }
      #expect(try await ines.get("\(path)/list?kind=gold").status == 400)

      clock.advance(milliseconds: night.milliseconds(since: clock.now) + 1000)
      try await privacy.keepNights()
      try await soon("the night") { try await house.count("SELECT COUNT(*) FROM erasure_nights WHERE ended_at IS NOT NULL") == 2 }
      let id = try await house.count("SELECT id FROM erasure_nights WHERE site_id = \(crowd.site.id)")
      #expect(try await ines.get(path).text.contains("href=\"\(path)/\(id)\""))
      let certificate = try await ines.get("\(path)/\(id)")
      #expect(certificate.status == 200 && certificate.text.contains("Certificate of erasure") && certificate.text.contains("\(id)"))
      #expect(try await ines.get("/admin/sites/\(crowd.other.id)/retention/\(id)").status == 404, "it is another website's")

      let mona = Reader(house: house, person: try await house.person("Mona", [.manager]))
      for address in [path, "\(path)/list?kind=chats", "\(path)/\(id)"] { #expect(try await mona.get(address).status == 403, "\(address)") }
    }
  }

  @Test("X8: nights are at three o’clock of the website, and a pause ends at its midnight")
  func nights() {
    let noon = Moment(milliseconds: 1_795_262_400_000)
    let night = lastNight(until: noon, in: "Europe/Rome")
    #expect(nextNight(after: night.adding(milliseconds: -1), in: "Europe/Rome") == night && night <= noon)
    #expect(nextNight(after: night, in: "Europe/Rome") > noon)
    #expect(startOfDay("2026-12-25", in: "Europe/Rome") == Moment(milliseconds: 1_798_153_200_000))
    #expect(startOfDay("2026-02-30", in: "UTC") == nil && startOfDay("soon", in: "UTC") == nil)
  }
}
