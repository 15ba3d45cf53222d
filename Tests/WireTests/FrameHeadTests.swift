import Base
import Testing

@testable import Wire

/// What carriers of frames read of them.
@Suite struct FrameHeadTests {
  private let chat = Topic.chat(ID(rawValue: 5))

  private func head(_ frame: some Frame) -> FrameHead? { FrameHead(frame.json) }

  private func subscribed(id: String?, since: Int64, _ entries: [EntryFrame] = [], reset: Bool = false, name: String = "Ada") -> [UInt8] {
    Subscribed(
      id: id, topic: chat, from: since, head: since + Int64(entries.count), reset: reset, entries: entries, chat: nil,
      marks: Marks(visitor: Mark(delivered: 1, seen: 1), team: Mark(delivered: 0, seen: 0)),
      people: People(visitor: People.Visitor(name: name, online: true), agents: []), deal: nil, editSeconds: 900
    ).json
  }

  private func entry(_ text: String) -> EntryFrame {
    EntryFrame(
      topic: chat, n: 8, after: 7, at: Moment(milliseconds: 1), chat: ID(rawValue: 9), by: .system, client: "3f0c", body: .text(text))
  }

  @Test("E20: event, id and topic of every kind of frame are read from its beginning")
  func heads() {
    let done = head(Done(id: "c1"))
    #expect(done?.event == "Done" && done?.id == "c1" && done?.topic == nil)
    let acknowledged = head(Acknowledged(id: nil, topic: chat, client: "a", n: 7, at: Moment(milliseconds: 0)))
    #expect(acknowledged?.event == "Acknowledged" && acknowledged?.id == nil && acknowledged?.topic == "chat.5")
    let said = head(entry("Hello?"))
    #expect(said?.event == "MessageSent" && said?.topic == "chat.5")
    #expect(head(Ping(heads: ["chat.5": 9]))?.event == "Ping")
    for id in ["\"", "\\", "\n\t\r", "é😀", "\u{2028}", "\u{1}", "\\u0041"] { #expect(head(Done(id: id))?.id == id) }
    for other in ["", "{}", "[]", #"{"event"#, #"{"event":1}"#, "\u{0}"] { #expect(FrameHead(Array(other.utf8))?.event == nil) }
  }

  @Test("E20: equal states have equal tags, whoever asked and whatever they held of the log; other states have others")
  func tags() {
    func state(_ json: [UInt8]) -> FrameHead.State? { FrameHead(json)?.state(in: json) }
    let quiet = state(subscribed(id: "c1", since: 7))
    #expect(quiet?.comesWithEntries == false)
    #expect(state(subscribed(id: "another", since: 3))?.tag == quiet?.tag)
    #expect(state(subscribed(id: nil, since: 7, name: "Bea"))?.tag != quiet?.tag)
    // What is said in the log may look like the end of the list.
    for text in ["Hello?", "]", #""],"chat":"#, "\\", "[[[", "\\\"]"] {
      let news = state(subscribed(id: "c1", since: 7, [entry(text)]))
      #expect(news?.comesWithEntries == true && news?.tag == quiet?.tag, "\(text)")
    }
    // Who held something that is gone must hear of it.
    let empty = state(subscribed(id: "c1", since: 0, reset: true))
    #expect(empty?.comesWithEntries == false && empty?.tag != quiet?.tag)
    let site = SiteSnapshot(id: "c1", site: ID(rawValue: 2), online: true, agents: [])
    #expect(state(site.json)?.tag == state(SiteSnapshot(site: ID(rawValue: 2), online: true, agents: []).json)?.tag)
    #expect(state(site.json)?.tag != state(SiteSnapshot(site: ID(rawValue: 2), online: false, agents: []).json)?.tag)
    #expect(state(entry("Hello?").json)?.tag == nil && state(Done(id: "c1").json)?.tag == nil)
  }
}
