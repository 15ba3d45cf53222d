import ArgumentParser
import Foundation

struct FilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files", abstract: "The sealed copies of files that were deleted.", subcommands: [SealedCommand.self, OpenCommand.self])

  struct SealedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sealed", abstract: "List the sealed copies.")
    @OptionGroup var options: SettingsOptions
    func run() async throws { try await order(ControlSocket.Question("files sealed"), options) }
  }

  struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "open", abstract: "Write what a sealed copy holds into a new file.")
    @Argument(help: "The copy as “parley files sealed” names it.") var copy: String
    @Option(help: "The file to write; it must not be there yet.") var to: String
    @OptionGroup var options: SettingsOptions

    func run() async throws {
      // The server that answers may stand in another folder.
      let path = URL(fileURLWithPath: to).standardizedFileURL.path
      try await order(ControlSocket.Question("files open", arguments: ["copy": copy, "to": path]), options)
    }
  }
}
