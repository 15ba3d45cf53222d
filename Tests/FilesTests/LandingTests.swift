import Base
import Foundation
import NIOCore
import TestKit
import Testing

@testable import Files

@Suite("How files arrive")
struct LandingTests {
  @Test("E41b: a file of exactly the limit arrives and one byte more does not")
  func limit() async throws {
    let landing = Children.landing()
    let limit = 10 << 20
    let bytes = try await landing.receive(Upload(Data(count: limit), pieces: 64), upTo: limit) { $0.bytes }
    #expect(bytes == limit)
    await #expect(throws: Refusal(.fileTooLarge, arguments: ["limit": "10"])) {
      try await landing.receive(Upload(Data(count: limit + 1), pieces: 64), upTo: limit) { $0.bytes }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: landing.folder).isEmpty)
    await landing.examiner.close()
  }

  @Test("E46: an empty file and one that breaks off leave nothing behind")
  func nothing() async throws {
    let landing = Children.landing()
    await #expect(throws: Refusal(.fileEmpty)) { try await landing.receive(Upload(Data()), upTo: 10) { $0.bytes } }
    await #expect(throws: Refusal(.notUnderstood)) { try await landing.receive(BrokenOff(), upTo: 10) { $0.bytes } }
    #expect(try FileManager.default.contentsOfDirectory(atPath: landing.folder).isEmpty)
    await landing.examiner.close()
  }

  @Test("E46: what was arriving when the program ended is gone at the next start")
  func leftOver() async throws {
    let landing = Children.landing()
    try FileManager.default.createDirectory(atPath: landing.folder, withIntermediateDirectories: true)
    try Samples.bytes("letter.pdf").write(to: URL(fileURLWithPath: landing.folder + "/\(Secret().text)"))
    landing.clear()
    #expect(try FileManager.default.contentsOfDirectory(atPath: landing.folder).isEmpty)
    await landing.examiner.close()
  }

  @Test("E2b: a full disk is said to the sender, who keeps the file")
  func full() async throws {
    // What is written there is always refused with "no space left".
    let device = try OpenFile(at: "/dev/full")
    let error = #expect(throws: DiskError.self) { try device.write(ByteBuffer(string: "x")) }
    device.close()
    #expect(error?.isFull == true)
    let landing = Children.landing()
    let refused = await #expect(throws: Refusal.self) {
      try await landing.receive(Upload(Data([1])), upTo: 10) { _ in throw DiskError(ENOSPC, "write a file") }
    }
    #expect(refused?.reason == .storageFull)
    await landing.examiner.close()
  }
}

/// A body that ends before it is whole.
private struct BrokenOff: AsyncSequence, Sendable {
  struct Cut: Error {}
  struct AsyncIterator: AsyncIteratorProtocol {
    var isSecond = false
    mutating func next() async throws -> ByteBuffer? {
      if isSecond { throw Cut() }
      isSecond = true
      return ByteBuffer(string: "half")
    }
  }
  func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
