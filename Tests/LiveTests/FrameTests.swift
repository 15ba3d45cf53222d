import NIOCore
import NIOWebSocket
import TestKit
import Testing
import Wire

@testable import Live

/// What a WebSocket must bear, from well-behaved clients and from the others.
@Suite struct FrameTests {
  private func withClient(_ body: @escaping @Sendable (LiveClient) async throws -> Void) async throws {
    try await LiveServer.run { server in try await body(try await LiveClient.connect(port: server.port)) }
  }

  private static func quoted(_ text: String) -> [UInt8] { Array(#"{"event":"Echo","text":"\#(text)"}"#.utf8) }

  @Test("E2a: a message comes back whole, at every length of header", arguments: [0, 60, 125, 126, 3000, 65_000])
  func echo(length: Int) async throws {
    try await withClient { client in
      let text = String(repeating: "é", count: length / 2)
      client.send(.text, Self.quoted(text))
      let echo = try await client.next("Echo")
      #expect(echo["text"]?.string == text)
    }
  }

  @Test("E2a: a message in fragments is put together, with pings in between and letters cut in two")
  func fragments() async throws {
    try await withClient { client in
      let bytes = Self.quoted("ça va 🙂 déjà")
      client.send(.text, [bytes[0]], fin: false)
      for byte in bytes[1...] {
        client.send(.ping, [7])
        client.send(.continuation, [byte], fin: false)
      }
      client.send(.continuation, [])
      let echo = try await client.next("Echo")
      #expect(echo["text"]?.string == "ça va 🙂 déjà")
      let pong = try await client.pong()
      #expect(pong == [7])
    }
  }

  @Test("E2a: a message of 65,536 bytes passes, one more closes with 1009, in one frame or in many")
  func tooLarge() async throws {
    let frame = Self.quoted("")
    let padding = String(repeating: "a", count: WireLimits.frameLimitBytes - frame.count)
    try await withClient { client in
      client.send(.text, Self.quoted(padding))
      let echo = try await client.next("Echo")
      #expect(echo["text"]?.string == padding)
      client.send(.text, Self.quoted(padding + "a"))
      let code = try await client.closeCode()
      #expect(code == 1009)
    }
    try await withClient { client in
      client.send(.text, Array(repeating: 97, count: 40_000), fin: false)
      client.send(.continuation, Array(repeating: 97, count: 40_000))
      let code = try await client.closeCode()
      #expect(code == 1009)
    }
  }

  /// What a client sends that RFC 6455 forbids, and the code that it is told.
  enum Abuse: String, CaseIterable, Sendable {
    case unmasked, reservedBit, reservedOpcode, reservedControlOpcode, binary, continuationOfNothing, textInsideText
    case fragmentedPing, longPing, invalidUTF8, cutUTF8, surrogate, overlong, tooHigh, hugeLength
    case closeOfOneByte, closeWithForbiddenCode, closeWithInvalidReason

    var code: UInt16 {
      switch self {
      case .binary: 1003
      case .invalidUTF8, .cutUTF8, .surrogate, .overlong, .tooHigh, .closeWithInvalidReason: 1007
      case .hugeLength: 1009
      default: 1002
      }
    }

    func commit(_ client: LiveClient) {
      switch self {
      case .unmasked: client.send(.text, Array("hello".utf8), masked: false)
      case .reservedBit: client.send(.text, Array("hello".utf8), rsv1: true)
      case .reservedOpcode: client.send(raw: [0x83, 0x80, 0, 0, 0, 0])
      case .reservedControlOpcode: client.send(raw: [0x8B, 0x80, 0, 0, 0, 0])
      case .binary: client.send(.binary, [1, 2, 3])
      case .continuationOfNothing: client.send(.continuation, [97])
      case .textInsideText:
        client.send(.text, [97], fin: false)
        client.send(.text, [97])
      case .fragmentedPing: client.send(.ping, [97], fin: false)
      case .longPing: client.send(.ping, Array(repeating: 97, count: 126))
      case .invalidUTF8: client.send(.text, [0xCE, 0xBA, 0xFF, 0x61])
      case .cutUTF8: client.send(.text, [0x61, 0xE2, 0x82])
      case .surrogate: client.send(.text, [0xED, 0xA0, 0x80])
      case .overlong: client.send(.text, [0xC0, 0xAF])
      case .tooHigh: client.send(.text, [0xF4, 0x90, 0x80, 0x80])
      case .hugeLength: client.send(raw: [0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
      case .closeOfOneByte: client.send(.connectionClose, [3])
      case .closeWithForbiddenCode: client.send(.connectionClose, [0x03, 0xED])
      case .closeWithInvalidReason: client.send(.connectionClose, [0x03, 0xE8, 0xFF])
      }
    }
  }

  @Test("E20: a frame that the standard forbids ends the connection with the code that the standard names", arguments: Abuse.allCases)
  func abuse(_ abuse: Abuse) async throws {
    try await withClient { client in
      abuse.commit(client)
      let code = try await client.closeCode()
      #expect(code == abuse.code)
      client.close()
    }
  }

  @Test("E20: a close of the client is answered with its own code", arguments: [1000, 1001, 3000, 4999] as [UInt16])
  func closeIsAnswered(sent: UInt16) async throws {
    try await withClient { client in
      client.close(sent)
      let code = try await client.closeCode()
      #expect(code == sent)
    }
  }

  @Test("E20: a close without a code is answered without one")
  func closeWithoutCode() async throws {
    try await withClient { client in
      client.send(.connectionClose, [])
      let code = try await client.closeCode()
      #expect(code == nil)
    }
  }

  @Test("E20: a client that closes only its half is let go")
  func halfClosed() async throws {
    try await LiveServer.run { server in
      let socket = try await RawSocket.connect(port: server.port)
      try await socket.channel.setOption(.allowRemoteHalfClosure, value: true).get()
      socket.send(UpgradeTests.request())
      _ = try await socket.received("101 Switching")
      try await socket.channel.close(mode: .output)
      _ = await #expect(throws: (any Error).self) { try await socket.received("nothing more comes") }
    }
  }

  @Test("E2a: every letter of Unicode is taken, however it is cut")
  func utf8() {
    var text = ""
    for value in stride(from: 0, through: 0x10FFFF, by: 37) {
      if let scalar = Unicode.Scalar(UInt32(value)) { text.unicodeScalars.append(scalar) }
    }
    let bytes = Array(text.utf8)
    for piece in [1, 2, 3, 7, 64, bytes.count] {
      var check = UTF8Check()
      for start in stride(from: 0, to: bytes.count, by: piece) {
        guard bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes({ check.accept($0) }) else {
          Issue.record("Refused in pieces of \(piece) at \(start)")
          return
        }
      }
      #expect(check.isWhole)
    }
  }

  @Test("E2a: what the standard library does not take as UTF-8 we do not take either")
  func notUTF8() {
    var dice = Dice(seed: 8)
    var judgedOtherwise: [[UInt8]] = []
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 1...6, using: &dice)).map { _ in
        UInt8.random(in: Bool.random(using: &dice) ? 0...255 : 0x80...0xF5, using: &dice)
      }
      var check = UTF8Check()
      let ours = bytes.withUnsafeBytes { check.accept($0) } && check.isWhole
      if ours != (String(validating: bytes, as: UTF8.self) != nil) { judgedOtherwise.append(bytes) }
    }
    #expect(judgedOtherwise.isEmpty)
  }
}
