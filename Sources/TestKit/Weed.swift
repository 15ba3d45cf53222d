import Files
import Foundation

/// A real store of objects (SeaweedFS) that checks every signature, for as long as a test needs it.
///
/// A class, because it holds a process that has to end.
public final class Weed {
  public static let account = S3Storage.Account(keyID: "parley", secret: "parley-secret", region: "eu-south-1")
  private static let program = Databases.root.appendingPathComponent(".venv/bin/weed").path

  /// A bucket that is there.
  public let address: String
  private let folder: URL
  private let process = Process()

  /// Whether this checkout has one; `bin/setup` sees to it.
  public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  public init() async throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("weed-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let people = folder.appendingPathComponent("s3.json")
    try Data(
      #"{"identities":[{"name":"parley","credentials":[{"accessKey":"parley","secretKey":"parley-secret"}],"actions":["Admin","Read","Write","List"]}]}"#
        .utf8
    ).write(to: people)
    // It opens a second port ten thousand above each of these.
    let port = 20_000 + Int.random(in: 0..<2000) * 4
    address = "http://127.0.0.1:\(port + 3)/parley"
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = [
      "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-dir=\(folder.path)", "-volume.max=3", "-master.port=\(port)",
      "-volume.port=\(port + 1)", "-filer", "-filer.port=\(port + 2)", "-s3", "-s3.port=\(port + 3)", "-s3.config=\(people.path)",
    ]
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    try await becomeReady(port + 3)
  }

  public func end() {
    if process.isRunning {
      // It does not end when it is asked to.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Until it answers at all; that it says no to who did not sign is an answer.
  private func becomeReady(_ port: Int) async throws {
    for _ in 0..<120 {
      if let answer = try? await WebAnswer.of("GET", "/", port: port), answer.status == 403 { return }
      try await Task.sleep(for: .milliseconds(250))
    }
  }
}
