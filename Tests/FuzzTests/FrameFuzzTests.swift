import Base
import Foundation
import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import TestKit
import Testing

@testable import Live
@testable import Wire

/// What comes through a WebSocket.
@Suite struct FrameFuzzTests {
  private static let key = "0123456789abcdef0123456789abcdef"
  private static let frames = [
    ##"{"do":"hello","protocol":1,"site":"w","key":"\##(key)","page":{"url":"u","title":"t"},"language":"it"}"##,
    #"{"do":"hello","protocol":1,"watch":true}"#, #"{"do":"subscribe","topic":"chat.5","since":7,"id":"c1"}"#,
    #"{"do":"form","topic":"chat.5","name":"Ada","email":"ada@example.com","phone":"+33","service":"Thesis"}"#,
    #"{"do":"offline","topic":"chat.5","client":"3f0c-4a5b","text":"Hello, yes.","name":null}"#,
    #"{"do":"send","topic":"chat.5","client":"3f0c-4a5b","text":"Héllo 🙂 \ud83d\ude42","price":3}"#,
    ##"{"do":"send","topic":"chat.5","client":"3f0c-4a5b","file":"\##(key)"}"##,
    #"{"do":"rate","topic":"chat.5","of":7,"stars":5,"text":"Good."}"#,
    #"{"do":"tip","topic":"chat.5","of":7,"units":5,"client":"3f0c-4a5b"}"#,
    #"{"do":"mark","topic":"chat.5","delivered":9,"seen":7}"#, #"{"do":"typing","topic":"chat.5","on":true}"#,
    #"{"do":"view","topic":"chat.5","on":true}"#,
    #"{"do":"draft","topic":"agent.3","conversation":"5","text":"Dear Ada","at":1795219200000}"#,
    #"{"do":"status","status":"away","id":"c9"}"#, #"{"do":"read","topic":"notices.3","notice":"88"}"#, #"{"do":"pong"}"#,
    String(repeating: "[", count: 513), String(repeating: "[", count: 512) + "\r[", String(repeating: #"{"a":"#, count: 512) + "{",
    String(repeating: "[", count: 4000), String(repeating: #"{"a":"#, count: 800),
  ]

  @Test("E20: whatever a text frame holds is a command or a refusal, and a topic reads as it is written")
  func clientFrames() throws {
    try Fuzz("ClientFrame", samples: Self.frames).run { bytes in
      let frame = ClientFrame(bytes)
      if case .failure(let refusal) = frame.command, ![.notUnderstood, .protocolVersion, .clientIDInvalid].contains(refusal.reason) {
        throw Fuzz.Finding("refused as \(refusal.reason)")
      }
      if case .success(.subscribe(let topic, let since)) = frame.command {
        guard Topic(topic.description) == topic, since >= 0 else { throw Fuzz.Finding("\(topic) since \(since)") }
      }
      if case .success(.send(_, let message)) = frame.command, !WireLimits.clientIDLengths.contains(message.client.utf8.count) {
        throw Fuzz.Finding("took \(message.client)")
      }
    }
  }

  @Test("E20: what the server writes is read again as it was, whatever letters a text has")
  func writtenJSON() throws {
    try Fuzz("JSONWriter", samples: ["plain", "\"quoted\" \\ \u{0} \u{1F} \u{7F} \u{2028} 🙂 é", "</script><!--"]).run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      var json = JSONWriter()
      json.string(text)
      let written = String(decoding: json.bytes, as: UTF8.self)
      guard try JSON(parsing: "[\(written)]")[0]?.string == text else { throw Fuzz.Finding("written as \(written)") }
    }
  }

  private static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [first]
    let length = payload.count
    bytes += length < 126 ? [0x80 | UInt8(length)] : [0x80 | 126, UInt8(length >> 8), UInt8(length & 255)]
    return bytes + [0, 0, 0, 0] + payload
  }

  private static let wire: [[UInt8]] = [
    frame(0x81, Array("Héllo 🙂".utf8)), frame(0x01, Array("Hé".utf8)) + frame(0x89, [1]) + frame(0x80, Array("llo".utf8)),
    frame(0x88, [0x03, 0xE8] + Array("bye".utf8)), frame(0x88, []), frame(0x82, [1, 2, 3]), frame(0x8A, []),
    frame(0x81, [UInt8](repeating: 97, count: 300)), [0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
  ]

  @Test("E20: whatever bytes a WebSocket brings, cut anywhere, what is handed on is whole text, and the end has a code of the standard")
  func webSockets() throws {
    try Fuzz("WebSocket", bytes: Self.wire).run { bytes in
      let whole = try Self.heard(bytes, piece: bytes.count + 1)
      let pieces = try Self.heard(bytes, piece: 3)
      guard whole == pieces else { throw Fuzz.Finding("cut in pieces it means something else: \(whole) and \(pieces)") }
      if let code = whole.code, ![1000, 1002, 1003, 1007, 1009].contains(code), !(1000...4999).contains(code) {
        throw Fuzz.Finding("closed with \(code)")
      }
    }
  }

  private struct Heard: Equatable {
    var texts: [String] = []
    var code: UInt16?
  }

  private final class Listener: ConnectionHandler {
    let texts = Mutex<[String]>([])
    func opened(_ connection: Connection) {}
    func received(_ text: ByteBuffer, on connection: Connection) {
      texts.withLock { $0.append(String(validating: text.readableBytesView, as: UTF8.self) ?? "NOT UTF-8") }
    }
    func fellBehind(_ gap: Gap, on connection: Connection) {}
    func closed(_ connection: Connection) {}
  }

  /// What a session makes of the bytes, and how it ended.
  private static func heard(_ bytes: [UInt8], piece: Int) throws -> Heard {
    let loop = EmbeddedEventLoop()
    let hub = Hub(group: loop, bus: LocalBus())
    let channel = EmbeddedChannel(loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let listener = Listener()
    try channel.pipeline.syncOperations.addHandlers([
      ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: hub.limits.messageBytes)), Session(listener, channel: channel, hub: hub),
    ])
    for start in stride(from: 0, to: bytes.count, by: piece) {
      // What comes after the end fails, as it would on a socket.
      _ = try? channel.writeInbound(ByteBuffer(bytes: bytes[start..<min(bytes.count, start + piece)]))
    }
    loop.run()
    var heard = Heard(texts: listener.texts.withLock { $0 })
    while let frame = try channel.readOutbound(as: ByteBuffer.self) {
      let frame = Array(frame.readableBytesView)
      if frame.first == 0x88, heard.code == nil { heard.code = frame.count >= 4 ? UInt16(frame[2]) << 8 | UInt16(frame[3]) : 0 }
    }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    guard !heard.texts.contains("NOT UTF-8") else { throw Fuzz.Finding("handed on what is not UTF-8") }
    if heard.code == 0 { heard.code = nil }
    return heard
  }

  @Test("E75: a publication of another node is read as it was written, and anything else is refused")
  func publications() throws {
    let entry = Publication.entry("chat.5", n: 7, everybody: nil, team: .init(after: 6, json: Array(#"{"n":7}"#.utf8)))
    let samples = try [entry, .event("site.2", json: [123, 125])].map { Array(try JSONEncoder().encode($0)) }
    try Fuzz("Publication", bytes: samples).run { bytes in
      guard let read = try? JSONDecoder().decode(Publication.self, from: Data(bytes)) else { return }
      let again = try JSONDecoder().decode(Publication.self, from: JSONEncoder().encode(read))
      guard again == read else { throw Fuzz.Finding("\(read) is not what was written") }
    }
  }
}
