import Base
import ConversationsCore
import Foundation
import Sites
import Store
import TestKit
import Testing

@testable import Conversations
@testable import Wire

/// A kind of event that is added does not compile here before something makes it happen.
@Suite("State + events = reload, for every kind of event")
struct LiveEventTests {
  @Test("X4: whatever stands in a log, every live view that was told of it shows what a reload shows", arguments: Dialect.Engine.allCases)
  func lines(_ engine: Dialect.Engine) async throws {
    try await EventStage.open(engine, hidingContacts: true) { stage in
      for event in Body.Event.allCases {
        stage.listenAnew()
        try await stage.make(event)
        #expect(try await stage.asMona.hears("chat.\(event.rawValue)"), "\(event) did not happen")
        #expect(try await stage.differences() == [], "after \(event)")
      }
      #expect(try await stage.differencesInTheEnd() == [])
    }
  }

  @Test(
    "X4, E20: whatever changes beside a log, every live view that was told of it shows what a reload shows",
    arguments: Dialect.Engine.allCases)
  func patches(_ engine: Dialect.Engine) async throws {
    try await EventStage.open(engine) { stage in
      for patch in EventStage.Patch.allCases {
        stage.listenAnew()
        try await stage.make(patch)
        #expect(try await stage.hears(patch), "\(patch) did not happen")
        #expect(try await stage.differences() == [], "after \(patch)")
      }
      #expect(try await stage.differencesInTheEnd() == [])
    }
  }

  @Test(
    "X4, E6: the page that lists are told is the one that a reload shows, whoever said it and however long it is looked at",
    arguments: Dialect.Engine.allCases)
  func pages(_ engine: Dialect.Engine) async throws {
    try await EventStage.open(engine) { stage in
      let looker = Looker(stage.files, key: try #require(stage.files.ada.key))
      stage.listenAnew()
      try stage.says(page: "/about")
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await stage.differences() == [], "where no visit goes on")
      #expect(!stage.asMona.heard.contains(EventStage.Patch.page.rawValue))
      let steps: [(String, @Sendable () async throws -> Void)] = [
        ("a page was counted", { try await looker.looks(at: "/") }),
        ("the line said the next one", { try stage.says(page: "/prices?utm_source=letter") }),
        ("that was counted", { try await looker.looks(at: "/prices") }),
      ]
      for (name, step) in steps {
        stage.listenAnew()
        try await step()
        #expect(try await stage.hears(.page), "after \(name)")
        #expect(try await stage.differences() == [], "after \(name)")
      }
      try await Task.sleep(for: .milliseconds(50))
      let status = try await looker.beats(1)
      #expect([200, 204].contains(status))
      #expect(try await stage.differences() == [], "after a beat")
      let row = try await stage.clara.subscribe("visitors.\(stage.files.site.id)")["rows"]?[0]
      #expect(row?["visitor"]?["page"]?["url"]?.string == "https://harbour.example/prices")
    }
  }

  @Test("X4, B67a: where a notice is put away, the one that moves up into the list is told", arguments: Dialect.Engine.allCases)
  func manyNotices(_ engine: Dialect.Engine) async throws {
    try await House.open(engine, limits: FileHouse.limits) { house in
      let site = try await house.site()
      let person = try await house.person("Clara", at: [site], online: false)
      for number in 0..<22 { try await house.leaveMessage(at: site, "Message \(number)") }
      let clara = try await house.console(of: person)
      let topic = "notices.\(person.id)"
      var view = NoticesView(try await clara.subscribe(topic))
      for _ in 0..<200 where view.unread < 22 {
        try await Task.sleep(for: .milliseconds(50))
        view = NoticesView(try await clara.subscribe(topic))
      }
      #expect(view.unread == 22 && view.rows.count == 20)
      _ = clara.line.takeAll()
      let oldest = try #require(view.rows.values.max { ($0["at"]?.int ?? 0) > ($1["at"]?.int ?? 0) })
      #expect(try await clara.ask("archive", ["notice": oldest["id"] ?? .null], on: topic).name == "Done")
      let gone = try await clara.line.next("NoticesChanged") { $0["gone"]?.array?.isEmpty == false }
      for event in clara.line.takeAll() + [gone] { view.apply(event) }
      #expect(view.rows.count == 20)
      #expect(try await NoticesView(clara.subscribe(topic)) == view)
    }
  }

  @Test("X4, E20: every event that the protocol page names is one of those that are proved here, or with money")
  func named() throws {
    let page = try String(contentsOf: Databases.root.appendingPathComponent("docs/protocol.md"), encoding: .utf8)
    let proved = Set(Body.Event.allCases.map(\.rawValue)).union(
      EventStage.Patch.allCases.map { String($0.rawValue.split(separator: ".")[1]) })
    let named = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { line -> [String] in
      guard let first = line.split(separator: "|").first else { return [] }
      return first.matches(of: /`([A-Z][A-Za-z]+)`/).map { String($0.output.1) }
    }
    #expect(named.count > 40)
    // `LiveMoneyTests` has these.
    #expect(Set(named).subtracting(proved) == ["DealChanged", "WalletChanged"])
  }
}

/// Ada asks; Clara answers, Tom could; Mona reads everything.
struct EventStage: Sendable {
  /// What is told beside the lines of logs, as `topic.event`.
  enum Patch: String, CaseIterable {
    case agentTypes = "chat.AgentTyping"
    case visitorTypes = "chat.VisitorTyping"
    case agentLooks = "chat.AgentViewing"
    case fileInChat = "chat.FileUploaded"
    case fileInList = "visitors.FileUploaded"
    case marks = "chat.Marks"
    case people = "chat.People"
    case draft = "agent.DraftChanged"
    case desk = "agent.Snapshot"
    case site = "site.Snapshot"
    case newVisitor = "visitors.NewVisitorJoined"
    case row = "visitors.ConversationChanged"
    case message = "visitors.MessageArrived"
    case page = "visitors.VisitorPageChanged"
    case presence = "visitors.VisitorPresence"
    case typesInList = "visitors.VisitorTyping"
    case monitoring = "monitoring.MonitoringChanged"
    case notices = "notices.NoticesChanged"
  }

  let house: House
  let clock: WallClock
  let files: FileHouse
  let tom: House.Person
  let clara: Talker
  let ada: Talker
  let conversation: ConversationID
  let asMona: Follower
  let followers: [Follower]

  static func open(
    _ engine: Dialect.Engine, hidingContacts: Bool = false, _ body: @escaping @Sendable (EventStage) async throws -> Void
  ) async throws {
    let clock = WallClock.system()
    try await House.open(engine, clock: clock, limits: FileHouse.limits + ",agent.messages=100000/60") { house in
      try await body(EventStage(house, clock: clock, hidingContacts: hidingContacts))
    }
  }

  private init(_ house: House, clock: WallClock, hidingContacts: Bool) async throws {
    (self.house, self.clock) = (house, clock)
    files = try await FileHouse(house)
    if hidingContacts { try await house.hidesContacts(at: files.site) }
    tom = try await house.person("Tom", at: [files.site])
    let mona = try await house.person("Mona", [.manager])
    // Those who act follow with a line of their own: an answer is no event.
    let (site, key) = (files.site, try #require(files.ada.key))
    (clara, ada) = (files.clara, files.ada)
    _ = try await clara.subscribe()
    conversation = try #require(ConversationID(files.conversation))
    asMona = try await Follower("Mona", house.console(of: mona), reloading: house.console(of: mona))
    let asClara = try await Follower("Clara", house.console(of: files.person), reloading: house.console(of: files.person))
    let asAda = try await Follower("Ada", house.visitor(of: site, key: key), reloading: house.visitor(of: site, key: key))
    followers = [asMona, asClara, asAda]
    let (topic, person) = (files.ada.topic, files.person.id)
    try await asMona.follow(topic, "visitors.\(site.id)", "monitoring.\(site.id)")
    try await asClara.follow(topic, "visitors.\(site.id)", "monitoring.\(site.id)", "agent.\(person)", "notices.\(person)")
    try await asAda.follow(topic, "site.\(site.id)")
  }

  func listenAnew() { for follower in followers { follower.listenAnew() } }

  func differences() async throws -> [String] {
    // Whoever is not heard for long is let go of.
    for talker in [ada, clara] { try talker.line.send(["do": "pong"]) }
    var all: [String] = []
    for follower in followers { all += try await follower.differences() }
    return all
  }

  /// When all has been told that is told a moment later.
  func differencesInTheEnd() async throws -> [String] {
    try await Task.sleep(for: .seconds(3))
    return try await differences()
  }

  /// Whoever of them is told.
  func hears(_ patch: Patch) async throws -> Bool {
    for _ in 0..<200 {
      if followers.contains(where: { $0.heard.contains(patch.rawValue) }) { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }

  // MARK: Lines of the log

  func make(_ event: Body.Event) async throws {
    switch event {
    case .messageSent: _ = try await ada.say("Good morning")
    case .chatOpened:
      try await closes()
      _ = try await ada.say("One more thing")
    case .formSent: try await sendsForm()
    case .agentJoinedChat:
      try await waits()
      _ = try await clara.ask("join", on: ada.topic)
    case .agentLeftChat: try await waits()
    case .chatTransferred: try await transfers()
    case .transferEnded:
      try await transfers()
      clock.advance(milliseconds: 121_000)
    case .chatOffered:
      try await waits(anew: true)
      try await does(.offer(to: Colleague(id: tom.id, name: "Tom"), seconds: 45), by: .clock)
    case .offerEnded:
      clock.advance(milliseconds: 46_000)
      try await does(.endTransfer, by: .clock)
    case .waitOverdue:
      try await waits(anew: true)
      clock.advance(milliseconds: 2_000)
      try await does(.noteWait(seconds: 1), by: .clock)
    case .chatEntrusted:
      try await waits(anew: true)
      _ = try await ada.ask("entrust")
    case .chatClosed: try await closes()
    case .fileExpired: try await does(.expireFile(FileID(), of: 1), by: .clock)
    case .answerEmailed: try await does(.noteLetter(LetterNews(.emailed, above: 0, upTo: head())), by: .clock)
    case .answerOpened: try await does(.noteLetter(LetterNews(.opened, above: 0, upTo: head())), by: .clock)
    case .answerReturned: try await does(.noteLetter(LetterNews(.returned, above: 0, upTo: head())), by: .clock)
    case .answerLate: try await does(.noteDeal(DealNews(.late, upTo: head())), by: .clock)
    case .questionReleased: try await does(.noteDeal(DealNews(.released, upTo: head(), units: 1)), by: .clock)
    case .questionAccepted: try await does(.noteDeal(DealNews(.accepted, upTo: head())), by: .clock)
    case .questionDeclined: try await does(.noteDeal(DealNews(.declined, upTo: head(), units: 2)), by: .clock)
    case .questionUndelivered: try await does(.noteDeal(DealNews(.undelivered, upTo: head(), units: 4)), by: .clock)
    case .answerRated: try await does(.thank(.rating(Rating(of: head(), stars: 5, text: "Thank you"))), by: .visitor(siteOnline: true))
    case .tipGiven:
      try await does(.thank(.tip(Tip(of: head(), units: Units(2, .credits), client: Secret().text))), by: .visitor(siteOnline: true))
    case .minuteChat: try await does(.noteMinutes(newChat: house.program.ids.next(), MinuteNews(.offered)), by: .clock)
    case .noteAdded: _ = try await clara.ask("note", ["client": .string(Secret().text), "text": "She asked before."], on: ada.topic)
    case .chatTagged:
      let tag = TagChange.Tag(id: house.program.ids.next(), name: "Refund")
      try await does(.tag(TagChange(added: [tag], removed: [])), by: .agent(files.person.id))
    case .ruleFollowed: try await does(.noteRule(name: "Invoices"), by: .clock)
    case .messageEdited: try await edits()
    case .messageDeleted: _ = try await ada.ask("delete", ["of": .number(Double(edits()))])
    case .chatHandedOver: try await does(.record(.handedOver, isOn: true), by: .agent(files.person.id))
    case .chatWon: _ = try await clara.ask("won", ["on": true], on: ada.topic)
    case .chatUnwon: _ = try await clara.ask("won", ["on": false], on: ada.topic)
    case .contactsMasked: _ = try await ada.say("Call +33 6 12 34 56 78")
    }
  }

  private func does(_ command: ConversationsCore.Command, by doer: Doer) async throws {
    try await house.program.conversations.perform(command, in: conversation, by: doer)
  }

  private func head() async throws -> Int64 { Int64(try await house.count("SELECT head FROM conversations WHERE id = \(conversation)")) }

  private func runs() async throws {
    _ = try await ada.say("Hello")
    _ = try await clara.ask("join", on: ada.topic)
  }

  private func waits(anew: Bool = false) async throws {
    if anew { try await closes() }
    try await runs()
    _ = try await clara.ask("leave", on: ada.topic)
  }

  private func closes() async throws {
    try await runs()
    _ = try await clara.ask("close", on: ada.topic)
  }

  private func transfers() async throws {
    try await runs()
    _ = try await clara.ask("transfer", ["to": .string(tom.id.description), "leaves": true], on: ada.topic)
  }

  @discardableResult
  private func edits() async throws -> Int {
    let n = try #require(try await ada.say("Good mornign")["n"]?.int)
    _ = try await ada.ask("edit", ["of": .number(Double(n)), "text": "Good morning"])
    return n
  }

  /// As if she had never sent one.
  private func sendsForm() async throws {
    try await closes()
    try await house.program.store.write { try $0.run("UPDATE visitors SET form_sent_at = NULL") }
    try await does(.sendForm(newChat: house.program.ids.next()), by: .visitor(siteOnline: true))
    try await house.program.store.write { try $0.run("UPDATE visitors SET form_sent_at = 1") }
  }

  // MARK: What is told beside it

  func make(_ patch: Patch) async throws {
    let topic = JSON.string(ada.topic)
    switch patch {
    case .agentTypes: try clara.line.send(["do": "typing", "topic": topic, "on": true])
    case .visitorTypes, .typesInList:
      for on in [true, false] { try ada.line.send(["do": "typing", "topic": topic, "on": .bool(on)]) }
    case .agentLooks: try clara.line.send(["do": "view", "topic": topic, "on": true])
    case .fileInChat, .fileInList: _ = try await files.send("letter.pdf", by: ada, as: files.asAda)
    case .marks:
      let head = JSON.number(Double(try await head()))
      try clara.line.send(["do": "mark", "topic": topic, "delivered": head, "seen": head])
    case .people: _ = try await clara.ask("leave", on: ada.topic)
    case .draft:
      let draft: [String: JSON] = [
        "conversation": .string(conversation.description), "text": "Dear Ada", "at": .number(Double(clock.now.milliseconds)),
      ]
      _ = try await clara.ask("draft", draft)
    case .desk, .site:
      for status in ["offline", "online"] { _ = try await clara.ask("status", ["status": .string(status)]) }
    case .newVisitor, .message, .notices:
      try await closes()
      _ = try await ada.say("Is somebody there?")
    case .row: _ = try await clara.ask("join", on: ada.topic)
    case .page:
      try await Looker(files, key: try #require(ada.key)).looks(at: "/")
      try says(page: "/prices")
    case .presence, .monitoring:
      let ben = try await house.visitor(of: files.site)
      _ = try await ben.sendForm(name: "Ben Okafor")
      _ = try await ben.say("Just a moment")
      try await Task.sleep(for: .milliseconds(300))
      ben.line.close()
    }
  }
  /// On the line.
  func says(page path: String) throws {
    try ada.line.send(["do": "page", "url": .string("https://harbour.example\(path)"), "title": .string(path)])
  }
}

extension House {
  fileprivate func hidesContacts(at site: Site) async throws {
    let site = site.id
    try await program.store.write { session in
      try session.run(
        """
        INSERT INTO site_policies
          (site_id, off_platform, whatsapp_number, whatsapp_text, file_kinds, file_megabytes, cookie_domain, visitor_key)
        VALUES ($1, 'mask', '', '', '', 10, '', 'always')
        """, site)
    }
  }

  /// A visitor comes while nobody is there, and leaves a message.
  fileprivate func leaveMessage(at site: Site, _ text: String) async throws {
    let visitor = try await visitor(of: site)
    _ = try await visitor.subscribe()
    let fields: [String: JSON] = [
      "name": "Ben Okafor", "email": "ben@example.com", "phone": "+33 6 12 34 56 78", "service": "Thesis",
      "client": .string(Secret().text), "text": .string(text),
    ]
    #expect(try await visitor.ask("offline", fields).name == "Acknowledged")
    visitor.line.close()
  }
}
