import Foundation

/// A real clamd with one signature of our own, for as long as a test needs it.
///
/// A class, because it holds a process that has to end.
public final class Clamd {
  /// What the signature finds. Written in two parts, so that no scanner finds this file.
  public static let finding = Data((#"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-"# + "ANTIVIRUS-TEST-FILE!$H+H*").utf8)
  private static let program = "/usr/sbin/clamd"

  public let socket: String
  private let folder: URL
  private let process = Process()

  /// Whether this machine has one; `bin/setup` sees to it.
  public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  public init() async throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("clamd-\(UInt32.random(in: 0 ... .max))")
    socket = folder.path + "/clamd.ctl"
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let signature = Self.finding.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    try Data("Parley.Test.Finding:0:*:\(signature)\n".utf8).write(to: folder.appendingPathComponent("own.ndb"))
    let settings = """
      Foreground yes
      LocalSocket \(socket)
      DatabaseDirectory \(folder.path)
      StreamMaxLength 64M
      MaxThreads 2
      """
    let file = folder.appendingPathComponent("clamd.conf")
    try Data((settings + "\n").utf8).write(to: file)
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = ["--config-file=\(file.path)"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<300 where !FileManager.default.fileExists(atPath: socket) { try await Task.sleep(for: .milliseconds(100)) }
  }

  public func end() {
    if process.isRunning {
      process.terminate()
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: folder)
  }
}
