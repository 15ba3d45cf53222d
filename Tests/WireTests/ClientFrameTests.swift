import Base
import Testing

@testable import Wire

@Suite struct ClientFrameTests {
  private func command(_ text: String) throws -> Command { try ClientFrame(text.utf8).command.get() }

  private func reason(_ text: String) -> Refusal.Reason? {
    if case .failure(let refusal) = ClientFrame(text.utf8).command { refusal.reason } else { nil }
  }

  let chat = Topic.chat(ID(rawValue: 5))
  let key = "0123456789abcdef0123456789abcdef"

  @Test("E20: every command of the protocol is read with its fields")
  func commands() throws {
    let secret = try #require(Secret(key))
    #expect(
      try command(##"{"do":"hello","protocol":1,"site":"w","key":"\##(key)","page":{"url":"u","title":"t"},"language":"it"}"##)
        == .hello(.visitor(VisitorHello(site: "w", key: .browser(secret), page: PageSeen(url: "u", title: "t"), language: "it"))))
    #expect(try command(#"{"do":"hello","protocol":1}"#) == .hello(.account))
    #expect(try command(#"{"do":"hello","protocol":1,"watch":true}"#) == .hello(.watcher))
    let notices = Topic.notices(ID(rawValue: 3))
    #expect(try command(#"{"do":"read","topic":"notices.3","notice":"88"}"#) == .read(notices, ID(rawValue: 88)))
    #expect(try command(#"{"do":"archive","topic":"notices.3"}"#) == .archive(notices, nil))
    #expect(try command(#"{"do":"subscribe","topic":"visitors.2"}"#) == .subscribe(.visitors(ID(rawValue: 2)), since: 0))
    #expect(try command(#"{"do":"subscribe","topic":"monitoring.2"}"#) == .subscribe(.monitoring(ID(rawValue: 2)), since: 0))
    #expect(try command(#"{"do":"subscribe","topic":"chat.5","since":7}"#) == .subscribe(chat, since: 7))
    #expect(try command(#"{"do":"unsubscribe","topic":"chat.5"}"#) == .unsubscribe(chat))
    #expect(try command(#"{"do":"open","topic":"chat.5"}"#) == .open(chat))
    let form = LeadForm(name: "Ada", email: "ada@example.com", phone: nil, service: "Thesis")
    let fields = #""name":"Ada","email":"ada@example.com","service":"Thesis""#
    let message = Message(client: "3f0c-4a5b", text: "Hello, yes.")
    #expect(try command(##"{"do":"form","topic":"chat.5",\##(fields)}"##) == .form(chat, form))
    #expect(
      try command(##"{"do":"offline","topic":"chat.5",\##(fields),"client":"3f0c-4a5b","text":"Hello, yes."}"##)
        == .offline(chat, form, message))
    #expect(try command(#"{"do":"send","topic":"chat.5","client":"3f0c-4a5b","text":"Hello, yes."}"#) == .send(chat, message))
    #expect(try command(#"{"do":"typing","topic":"chat.5","on":true}"#) == .typing(chat, on: true))
    #expect(try command(#"{"do":"view","topic":"chat.5","on":false}"#) == .view(chat, on: false))
    let draft = Draft(conversation: ID(rawValue: 5), text: "Dear Ada", at: Moment(milliseconds: 7))
    #expect(
      try command(#"{"do":"draft","topic":"agent.3","conversation":"5","text":"Dear Ada","at":7}"#)
        == .draft(.agent(ID(rawValue: 3)), draft))
    #expect(try command(#"{"do":"mark","topic":"chat.5","delivered":9,"seen":7}"#) == .mark(chat, delivered: 9, seen: 7))
    #expect(try command(#"{"do":"join","topic":"chat.5"}"#) == .join(chat))
    #expect(try command(#"{"do":"entrust","topic":"chat.5"}"#) == .entrust(chat))
    #expect(try command(#"{"do":"handOver","topic":"chat.5"}"#) == .record(chat, .handedOver, isOn: true))
    #expect(try command(#"{"do":"won","topic":"chat.5","on":false}"#) == .record(chat, .won, isOn: false))
    #expect(try command(#"{"do":"leave","topic":"chat.5"}"#) == .leave(chat))
    #expect(
      try command(#"{"do":"transfer","topic":"chat.5","to":"4","leaves":true,"reason":"Knows it"}"#)
        == .transfer(chat, to: ID(rawValue: 4), leaves: true, reason: "Knows it"))
    #expect(
      try command(#"{"do":"transfer","topic":"chat.5","to":"4","leaves":false}"#)
        == .transfer(chat, to: ID(rawValue: 4), leaves: false, reason: ""))
    #expect(try command(#"{"do":"close","topic":"chat.5"}"#) == .close(chat))
    #expect(try command(#"{"do":"status","status":"away"}"#) == .status(.away))
    #expect(try command(#"{"do":"page","url":"u","title":"t"}"#) == .page(PageSeen(url: "u", title: "t")))
    #expect(try command(#"{"do":"pong","more":{"of":[1,2]}}"#) == .pong)
  }

  @Test(
    "E20: what is not in the protocol is refused as not understood",
    arguments: [
      "", "{", "[]", "7", "null", #"{"do":7}"#, #"{"do":"dance"}"#, #"{"do":"open"}"#, #"{"do":"open","topic":"chat.05"}"#,
      #"{"do":"open","topic":"kitchen.5"}"#, #"{"do":"open","topic":5}"#, #"{"do":"status","status":"asleep"}"#,
      #"{"do":"subscribe","topic":"chat.5","since":-1}"#, #"{"do":"hello","protocol":1,"site":"w","key":"abc"}"#, #"{"do":"hello"}"#,
    ])
  func notUnderstood(text: String) { #expect(reason(text) == .notUnderstood) }

  @Test("E20: a hello of another version is told so, whatever else it says")
  func anotherVersion() { #expect(reason(#"{"do":"hello","protocol":2,"site":5}"#) == .protocolVersion) }

  @Test("X4: a client id of a message is 8 to 64 letters, digits and hyphens")
  func clientIDs() {
    func reason(client: String) -> Refusal.Reason? { self.reason(#"{"do":"send","topic":"chat.5","client":"\#(client)","text":"a"}"#) }
    #expect(reason(client: "abcdefg") == .clientIDInvalid)
    #expect(reason(client: "abcdefgh") == nil)
    #expect(reason(client: "abc defgh") == .clientIDInvalid)
    #expect(reason(client: String(repeating: "a", count: 64)) == nil)
    #expect(reason(client: String(repeating: "a", count: 65)) == .clientIDInvalid)
  }

  @Test("E20: a refused request keeps its id, so that the answer is found")
  func keepsID() {
    #expect(ClientFrame(#"{"do":"dance","id":"c9"}"#.utf8).id == "c9")
    #expect(ClientFrame(#"{"do":"pong","id":"\#(String(repeating: "c", count: 65))"}"#.utf8).id == nil)
  }
}
