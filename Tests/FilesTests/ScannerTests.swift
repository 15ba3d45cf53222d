import Base
import Foundation
import NIOCore
import TestKit
import Testing

@testable import Files

@Suite("The virus scanner", .enabled(if: Clamd.isInstalled))
struct ScannerTests {
  @Test("E43: clamd finds what it knows, at any place of a file of any size, and passes the rest")
  func real() async throws {
    let clamd = try await Clamd()
    defer { clamd.end() }
    let scanner = try #require(VirusScanner(clamd.socket))
    let folder = FileManager.default.temporaryDirectory
    for (bytes, isClean) in [
      (try Samples.bytes("letter.pdf"), true), (Clamd.finding, false), (Data(count: 300_000) + Clamd.finding, false),
      (Data(count: 10 << 20), true),
    ] {
      let file = folder.appendingPathComponent("scan-\(UInt32.random(in: 0 ... .max))")
      try bytes.write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      #expect(try await scanner.isClean(file.path) == isClean)
    }
  }

  @Test("E43: a scanner that is not there is an error, not a clean file")
  func gone() async throws {
    let scanner = try #require(VirusScanner("/nowhere/clamd.ctl"))
    await #expect(throws: (any Error).self) { try await scanner.isClean(Samples.path("letter.pdf")) }
  }

  @Test("E43: an address of a scanner is a path or a host with a port", arguments: ["", "clamd", ":3310", "host:", "host:0", "host:99999"])
  func addresses(_ text: String) {
    #expect(VirusScanner(text) == nil)
    #expect(VirusScanner("scanner.example:3310") != nil)
  }
}
