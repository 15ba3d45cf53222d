import ArgumentParser
import Foundation

/// `parley backup -- pg_dump …`: runs the command that makes an owner's backup, and reports what became of it.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Run the command that makes your backup, and note whether it succeeded; administrators are alerted when it did not.",
    usage: "parley backup [options] -- <command> …")

  @Argument(parsing: .postTerminator, help: "The command and its arguments.") var command: [String] = []
  @OptionGroup var options: SettingsOptions

  func run() async throws {
    guard !command.isEmpty else { throw ValidationError("Name the command after --, e.g. parley backup -- restic backup /srv/parley") }
    try await order(ControlSocket.Question("backup", arguments: ["code": "\(try Self.code(of: command))"]), options)
  }

  /// Runs it with the streams of ours.
  ///
  /// - Returns: its exit code; above 128 the signal that ended it, as shells say it.
  private static func code(of command: [String]) throws -> Int32 {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    child.arguments = command
    try child.run()
    child.waitUntilExit()
    return child.terminationReason == .exit ? child.terminationStatus : 128 + child.terminationStatus
  }
}
