import Foundation
import Live
import NIOCore
import TestKit
import Testing

/// The public suite of cases about WebSockets, which another project keeps, against the channel that Parley serves.
@Suite struct KosokuTests {
  /// Room for its largest messages, which are said back whole while they still come.
  private static var roomy: Limits {
    var limits = Limits()
    limits.messageBytes = 32 << 20
    limits.answerQueueBytes = 256 << 20
    limits.takesBinary = true
    return limits
  }

  @Test("E20: kosoku's groups 1 to 7, 9 and 10 find nothing")
  func kosoku() async throws {
    try await LiveServer.run(limits: Self.roomy) { server in
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kosoku-\(UInt64.random(in: 0 ... .max))")
      defer { try? FileManager.default.removeItem(at: folder) }
      let run = Process()
      run.executableURL = Databases.root.appendingPathComponent(".venv/bin/python")
      let groups = ["1", "2", "3", "4", "5", "6", "7", "9", "10"].flatMap { ["-i", "\($0).*"] }
      let command = ["-c", "from kosoku._cli import main; main()", "-p", "4", "-o", folder.path]
      run.arguments = command + groups + ["ws://127.0.0.1:\(server.port)/live"]
      let output = Pipe()
      run.standardOutput = output
      run.standardError = output
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        run.terminationHandler = { _ in continuation.resume() }
        do { try run.run() } catch { continuation.resume(throwing: error) }
      }
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(run.terminationStatus == 0, "\(said)")
      #expect(said.contains("cases passed"))
    }
  }
}
