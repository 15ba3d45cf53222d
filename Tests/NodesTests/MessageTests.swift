import Live
import Testing

@testable import Nodes

@Suite struct MessageTests {
  static let json = Array(#"{"event":"MessageSent","text":"zwölf ↵ \n 12"}"#.utf8)
  static let other = Array(#"{"event":"MessageSent","after":3}"#.utf8)

  static let messages: [Message] = [
    .publication(.entry("chat.5", n: 12, everybody: .init(after: 11, json: json), team: .init(after: 11, json: json))),
    .publication(.entry("chat.5", n: 12, everybody: .init(after: 9, json: other), team: .init(after: 11, json: json))),
    .publication(.entry("chat.5", n: 1, everybody: nil, team: .init(after: 0, json: json))),
    .publication(.entry("chat.5", n: .max, everybody: .init(after: 0, json: []), team: nil)),
    .publication(.event("visitors.2", json: json)),
    .publication(.event("chat.7", everybody: nil, team: json)),
    .publication(.event("chat.7", everybody: other, team: json)),
    .publication(.head("chat.7", everybody: 3, team: nil)),
    .publication(.stale("wallet.1")),
    .signal(name: "revoked", body: Array("5 00ff".utf8)),
    .signal(name: "pulse", body: []),
  ]

  private func read(_ bytes: [UInt8]) throws -> (Parcel, [Message]) {
    try bytes.withUnsafeBytes { bytes in
      var reader = WordReader(bytes)
      let parcel = try Parcel(&reader)
      var messages: [Message] = []
      while !reader.isAtEnd { messages.append(try Message(&reader)) }
      return (parcel, messages)
    }
  }

  @Test("E74: what one node tells is what another one reads, message for message")
  func roundTrip() throws {
    let sender = Presence.Peer(number: 1023, run: .max)
    let bytes = Parcel(sender: sender, number: 77).encoded(Self.messages.map { $0.encoded(frameBytes: 1000) })
    let (parcel, messages) = try read(bytes)
    #expect(parcel.sender == sender)
    #expect(parcel.number == 77)
    #expect(messages == Self.messages)
  }

  @Test("E74: a frame that is too long travels as its number, and the receiver reads the log; a long state is read whole")
  func tooLong() throws {
    let bytes = Parcel(sender: .init(number: 1, run: 1), number: 1).encoded(Self.messages.map { $0.encoded(frameBytes: 0) })
    let (_, messages) = try read(bytes)
    #expect(
      messages == [
        .publication(.head("chat.5", everybody: 12, team: 12)), .publication(.head("chat.5", everybody: 12, team: 12)),
        .publication(.head("chat.5", everybody: nil, team: 1)), Self.messages[3],
        .publication(.stale("visitors.2")), .publication(.stale("chat.7")), .publication(.stale("chat.7")),
        .publication(.head("chat.7", everybody: 3, team: nil)), .publication(.stale("wallet.1")), Self.messages[9], Self.messages[10],
      ])
  }

  @Test("E74: bytes of another version, cut short or changed at any place, are refused or read, and never end the program")
  func damaged() {
    let whole = Parcel(sender: .init(number: 1, run: 2), number: 3).encoded(Self.messages.map { $0.encoded(frameBytes: 1000) })
    var refused = 0
    for place in whole.indices {
      do { _ = try read(Array(whole[..<place])) } catch { refused += 1 }
      for byte: UInt8 in [0, 10, 32, 45, 57, 61, 255] {
        var changed = whole
        changed[place] = byte
        do { _ = try read(changed) } catch { refused += 1 }
      }
    }
    #expect(refused > whole.count)
  }

  @Test("E74: a hole in a node's numbers is found with its next parcel, and a node that was started again counts anew")
  func holes() {
    var book = PeerBook()
    let (first, again) = (Presence.Peer(number: 3, run: 1), Presence.Peer(number: 3, run: 2))
    func note(_ peer: Presence.Peer, _ number: Int64) -> PeerBook.Finding { book.note(Parcel(sender: peer, number: number)) }
    #expect(
      [note(first, 1), note(first, 2), note(first, 4), note(first, 3), note(first, 4), note(first, 5)] == [
        .next, .next, .afterGap, .old, .old, .next,
      ])
    #expect([note(again, 1), note(again, 2)] == [.next, .next])
  }
}
