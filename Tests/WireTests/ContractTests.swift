import Base
import Foundation
import Testing

@testable import Wire

/// What `docs/protocol.md` shows is what the server writes: each frame here must stand in the page, byte for byte.
@Suite struct ContractTests {
  let page: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/protocol.md"), encoding: .utf8)
    // The page breaks long frames into lines, and writes … for a number and for the elements of a list.
    let joined = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }.joined()
    page = joined.replacing(":…", with: ":0").replacing("[…]", with: "[]").replacing("[ROW, …]", with: "[]")
  }

  private func stands(_ frame: some JSONWritable, sourceLocation: SourceLocation = #_sourceLocation) {
    let text = String(decoding: frame.json, as: UTF8.self)
    #expect(page.contains(text), "\(text) is not in docs/protocol.md", sourceLocation: sourceLocation)
  }

  let chat = Topic.chat(ID(rawValue: 5))
  let clara = AgentParty(id: ID(rawValue: 3), name: "Clara", avatar: "fern", colour: 1)
  let later = Moment(milliseconds: 1_795_219_200_000)

  @Test("E20: the answers to a hello are those of the protocol page")
  func welcomes() {
    stands(Welcome(visitor: ID(rawValue: 71), name: "Ada Moreau", formSent: true, topic: chat, siteIsOnline: true))
    stands(Welcome(account: ID(rawValue: 3), name: "Clara", roles: ["agent"]))
  }

  @Test("E20: the answers to commands are those of the protocol page")
  func answers() {
    stands(Done(id: "c1"))
    stands(Acknowledged(id: "c2", topic: chat, client: "3f0c…", n: 7, at: later))
    let tooFast = Refusal(.tooFast, retryAfterSeconds: 12)
    stands(Refused(id: "c3", tooFast, text: "That was very quick. It works again in 12 s."))
    let fields = ["email": "Please give an address like name@example.com."]
    stands(Refused(id: "c4", Refusal(.formInvalid), text: "…", fields: fields))
    stands(Ping(heads: ["chat.5": 9]))
  }

  @Test("E20, E75: an entry and the answer to subscribing are those of the protocol page")
  func logs() {
    stands(
      EntryFrame(
        topic: chat, n: 7, after: 6, at: later, chat: ID(rawValue: 9), by: .agent(clara), client: "3f0c…", body: .text("Hello, yes.")))
    stands(
      Subscribed(
        id: "c5", topic: chat, from: 6, head: 9, reset: false, entries: [],
        chat: ChatView(id: ID(rawValue: 9), state: .active, form: .sent, offline: false),
        marks: Marks(visitor: Mark(delivered: 9, seen: 9), team: Mark(delivered: 9, seen: 7)),
        people: People(
          visitor: People.Visitor(name: "Ada Moreau", online: true), agents: [People.Agent(clara, status: .online, here: true)]),
        deal: nil, editSeconds: 900))
    stands(
      EntryFrame(
        topic: chat, n: 8, after: 7, at: later, chat: ID(rawValue: 9), by: .agent(clara), client: nil,
        body: .transferred(to: ID(rawValue: 4), name: "Tom", reason: "Knows the library")))
    stands(People.Queue(position: 2, latelySeconds: 180, overdue: false))
    stands(ConversationRow.Transfer(to: ID(rawValue: 4), name: "Tom", until: later, offered: false))
    let expert = DealView.Expert(id: clara.id, name: "Emil", avatar: "fern", status: .online, reach: .chat)
    let waiting = DealView.Waiting(open: 1, held: 1, dueAt: later, noticeAt: Moment(milliseconds: 1_795_218_300_000))
    stands(
      DealView(
        unit: .credits, price: 1, waiting: waiting, asked: 7, expert: expert,
        paid: [DealView.Paid(n: 7, unit: .credits, rateUntil: Moment(milliseconds: 1_795_388_400_000))]))
  }

  @Test("E20: snapshots and rows are those of the protocol page")
  func states() {
    let site = SiteID(rawValue: 2)
    stands(SiteSnapshot(site: site, online: false, agents: [], opens: Moment(milliseconds: 1_795_248_000_000)))
    stands(SiteSnapshot(site: site, online: true, agents: [SiteSnapshot.Agent(name: "Clara", avatar: "fern")]))
    stands(
      AgentSnapshot(
        me: AgentSnapshot.Me(id: clara.id, name: "Clara Lindqvist", roles: ["agent"], status: .online),
        sites: [
          AgentSnapshot.Site(
            id: site, name: "Harbour Essays", hue: 178, logo: "/logos/2-1f3c0a9be24d7715.png", mayWrite: true, team: true,
            pseudonym: "Clara",
            avatar: "fern", ours: "end", files: true, tags: [AgentSnapshot.Tag(id: ID(rawValue: 7), name: "Refund", tone: "wait")])
        ], drafts: [Draft(conversation: ID(rawValue: 5), text: "Dear Ada", at: later)]))
    stands(DraftChanged(clara.id, Draft(conversation: ID(rawValue: 5), text: "", at: later)))
    stands(VisitorsSnapshot(list: .visitors(site), rows: []))
    stands(MonitoringSnapshot(site: site, total: 2, rows: []))
    stands(MonitoringChanged(site: site, rows: [], gone: [ID(rawValue: 72)]))
    stands(
      MonitoredVisitor(
        visitor: ID(rawValue: 71), conversation: nil, name: nil,
        page: VisitedPage(url: "https://…/pricing", title: "Prices", at: Moment(milliseconds: 1_795_219_100_000)), since: later,
        source: "search.example", country: "IT", city: "Turin", device: "mobile", returning: true, chat: .none,
        shutOut: false))
    stands(WalletSnapshot(account: clara.id, wallets: [WalletView(unit: .credits, units: 9, held: 1, revision: 17)]))
    stands(WalletChanged(account: clara.id, wallet: WalletView(unit: .credits, units: 9, held: 2, revision: 18)))
    stands(NoticesSnapshot(account: clara.id, unread: 4, rows: []))
    let notice = NoticeRow(
      id: ID(rawValue: 88), kind: "newMessage", revision: 3, count: 2, at: later, read: false, conversation: ID(rawValue: 5),
      place: "Harbour Essays", name: "Ada Moreau", text: "Hello?", acts: ["reply"])
    stands(notice)
    stands(NoticesChanged(account: clara.id, unread: 4, rows: [], gone: [ID(rawValue: 87)]))
    stands(row)
  }

  private var row: ConversationRow {
    let page = VisitedPage(url: "https://…/pricing", title: "Prices", at: Moment(milliseconds: 1_795_219_100_000))
    let epoch = Moment(milliseconds: 0)
    let view = ChatView(id: ID(rawValue: 9), state: .active, form: .sent, offline: false)
    return ConversationRow(
      conversation: ID(rawValue: 5), site: ID(rawValue: 2), revision: 12,
      visitor: ConversationRow.Visitor(
        id: ID(rawValue: 71), name: "Ada Moreau", email: "ada@example.com", phone: "+33 6 …", service: "Thesis", online: true, page: page,
        typing: false),
      chat: ConversationRow.Chat(view, openedAt: epoch, waitingSince: nil, closedAt: nil, closedBy: nil, unwritten: false),
      last: ConversationRow.Last(n: 7, by: .agent, name: "Clara", kind: .text, text: "Hello, yes.", at: epoch),
      activeAt: epoch, head: 7, asked: 3, teamSeen: 2, agents: [ConversationRow.Agent(clara, here: true, seen: 2)], deal: nil)
  }

  @Test("E20, E75: the events of the tables are written with the fields of the tables")
  func events() throws {
    func text(_ frame: some JSONWritable) -> String { String(decoding: frame.json, as: UTF8.self) }
    let five = ConversationID(rawValue: 5)
    let site = Topic.visitors(ID(rawValue: 2))
    let clara = #"{"kind":"agent","id":"3","name":"Clara","avatar":"fern","colour":1}"#
    #expect(
      text(AgentTyping(topic: chat, by: self.clara, on: true))
        == #"{"event":"AgentTyping","topic":"chat.5","by":\#(clara),"on":true}"#)
    let viewer = AgentViewing.Viewer(id: self.clara.id, name: "Clara", avatar: "fern")
    #expect(
      text(AgentViewing(topic: chat, by: viewer, on: true))
        == #"{"event":"AgentViewing","topic":"chat.5","by":{"id":"3","name":"Clara","avatar":"fern"},"on":true}"#)
    let id = try #require(FileID("0123456789abcdef0123456789abcdef"))
    let file = AttachedFile(id: id, name: "letter.pdf", type: "application/pdf", bytes: 9, size: nil)
    let facts = String(decoding: Body.file(file).json, as: UTF8.self)
    #expect(
      text(FileUploaded(topic: chat, n: 8, by: .agent(self.clara), file: file))
        == #"{"event":"FileUploaded","topic":"chat.5","n":8,"by":\#(clara),"file":\#(facts)}"#)
    #expect(
      text(VisitorsEvent(site, .fileUploaded(five, n: 8)))
        == #"{"event":"FileUploaded","topic":"visitors.2","conversation":"5","n":8}"#)
    #expect(
      text(VisitorTyping(topic: chat, on: true, text: "Hel")) == #"{"event":"VisitorTyping","topic":"chat.5","on":true,"text":"Hel"}"#)
    #expect(text(VisitorTyping(topic: chat, on: false)) == #"{"event":"VisitorTyping","topic":"chat.5","on":false}"#)
    let marks = Marks(visitor: Mark(delivered: 2, seen: 1), team: Mark(delivered: 0, seen: 0))
    #expect(
      text(MarksChanged(topic: chat, marks: marks))
        == #"{"event":"Marks","topic":"chat.5","marks":{"visitor":{"delivered":2,"seen":1},"team":{"delivered":0,"seen":0}}}"#)
    let people = People(visitor: People.Visitor(name: nil, online: false), agents: [])
    #expect(
      text(PeopleChanged(topic: chat, people: people))
        == #"{"event":"People","topic":"chat.5","people":{"visitor":{"name":null,"online":false},"agents":[],"queue":null}}"#)
    #expect(
      text(VisitorsEvent(site, .newVisitorJoined(row)))
        == #"{"event":"NewVisitorJoined","topic":"visitors.2","row":\#(text(row))}"#)
    #expect(
      text(VisitorsEvent(site, .conversationChanged(row)))
        == #"{"event":"ConversationChanged","topic":"visitors.2","row":\#(text(row))}"#)
    #expect(
      text(VisitorsEvent(site, .messageArrived(five, n: 8)))
        == #"{"event":"MessageArrived","topic":"visitors.2","conversation":"5","n":8}"#)
    #expect(
      text(VisitorsEvent(site, .pageChanged(five, VisitedPage(url: "u", title: "t", at: later))))
        == #"{"event":"VisitorPageChanged","topic":"visitors.2","conversation":"5","page":{"url":"u","title":"t","at":1795219200000}}"#)
    #expect(
      text(VisitorsEvent(site, .presence(five, online: true)))
        == #"{"event":"VisitorPresence","topic":"visitors.2","conversation":"5","online":true}"#)
    #expect(
      text(VisitorsEvent(site, .typing(five, on: true)))
        == #"{"event":"VisitorTyping","topic":"visitors.2","conversation":"5","on":true}"#)
  }
}
