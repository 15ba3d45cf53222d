import Base
import Testing

@testable import Wire

@Suite struct BodyTests {
  private static let bodies: [(Body, String)] = [
    (.text("Hello, yes."), #"{"kind":"text","text":"Hello, yes."}"#),
    (.sealed(scheme: "x25519", key: "k1", bytes: [0, 255, 7]), #"{"kind":"sealed","scheme":"x25519","key":"k1","bytes":"AP8H"}"#),
    (.opened(form: .needed, offline: true), #"{"form":"needed","offline":true}"#),
    (.formSent(name: "Ada"), #"{"name":"Ada"}"#),
    (.agentJoined(transferred: false), "{}"), (.agentJoined(transferred: true), #"{"transferred":true}"#),
    (.transferred(to: AccountID(rawValue: 4), name: "Tom", reason: "Knows it"), #"{"to":"4","name":"Tom","reason":"Knows it"}"#),
    (.transferred(to: AccountID(rawValue: 4), name: "Tom", reason: nil), #"{"to":"4","name":"Tom"}"#),
    (.transferEnded(last: true), #"{"last":true}"#),
    (.offered(to: AccountID(rawValue: 4), name: "Tom", until: Moment(milliseconds: 5)), #"{"to":"4","name":"Tom","until":5}"#),
    (.outcome(.handedOver, isOn: true), "{}"), (.outcome(.won, isOn: true), "{}"), (.outcome(.won, isOn: false), "{}"), (.masked, "{}"),
    (.ruled(name: "Invoices"), #"{"name":"Invoices"}"#), (.offerEnded, "{}"), (.waitOverdue, "{}"), (.entrusted, "{}"),
    (.agentLeft(last: true, silentSince: nil), #"{"last":true}"#),
    (.agentLeft(last: true, silentSince: Moment(milliseconds: 5)), #"{"last":true,"silentSince":5}"#),
    (
      .tagged(TagChange(added: [TagChange.Tag(id: ID(rawValue: 7), name: "Refund")], removed: [])),
      #"{"added":[{"id":"7","name":"Refund"}],"removed":[]}"#
    ),
    (.closed(unwritten: false), #"{"unwritten":false}"#),
  ]

  @Test("E10b, X4: what an entry says is read back as it was stored", arguments: Self.bodies)
  func roundTrip(body: Body, text: String) throws {
    #expect(String(decoding: body.json, as: UTF8.self) == text)
    #expect(try Body(event: body.event, json: text.utf8) == body)
  }

  @Test("X4: what a newer version wrote is handed on as it is")
  func unknown() throws {
    let bell = try Body(event: "BellRang", json: #"{"loud":true}"#.utf8)
    #expect(String(decoding: bell.json, as: UTF8.self) == #"{"loud":true}"#)
    let picture = try Body(event: "MessageSent", json: #"{"kind":"picture"}"#.utf8)
    #expect(picture == .unknown(event: "MessageSent", json: Array(#"{"kind":"picture"}"#.utf8)))
    #expect(picture.readableText == nil)
    #expect(throws: (any Error).self) { try Body(event: "MessageSent", json: "{".utf8) }
  }

  @Test("E20: only a plain text can be read by preview and search")
  func readable() { #expect(Self.bodies.compactMap { $0.0.readableText } == ["Hello, yes."]) }
}
