import Files
import Foundation

/// A real store of objects (SeaweedFS) that checks every signature, for as long as a test needs it.
///
/// A class, because it holds a process that has to end.
public final class Weed {
  public static let account = S3Storage.Account(keyID: "parley", secret: "parley-secret", region: "eu-south-1")
  private static let program = Databases.root.appendingPathComponent(".venv/bin/weed").path

  /// A bucket that is there.
  public private(set) var address = ""
  private let folder: URL
  private var process = Process()

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
    var port = 0
    repeat {
      // It opens a second port ten thousand above each of these, which has to stay below those that the system gives to connections.
      port = 20_000 + Int.random(in: 0..<690) * 4
      try start(port, people: people.path)
    } while try await !isReady(port + 3)
    address = "http://127.0.0.1:\(port + 3)/parley"
  }

  private func start(_ port: Int, people: String) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = [
      "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-dir=\(folder.path)", "-volume.max=3", "-master.port=\(port)",
      "-volume.port=\(port + 1)", "-filer", "-filer.port=\(port + 2)", "-s3", "-s3.port=\(port + 3)", "-s3.config=\(people)",
    ]
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  public func end() {
    if process.isRunning {
      // It does not end when it is asked to.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Until it answers at all; that it says no to who did not sign is an answer. False where it gave up: one of its ports was taken.
  private func isReady(_ port: Int) async throws -> Bool {
    for _ in 0..<240 {
      if let answer = try? await WebAnswer.of("GET", "/", port: port), answer.status == 403 { return true }
      guard process.isRunning else { return false }
      try await Task.sleep(for: .milliseconds(250))
    }
    throw NoStore()
  }

  /// It runs and does not answer.
  private struct NoStore: Error {}
}
