import ArgumentParser
import Web

struct MailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "mail", abstract: "Mail.", subcommands: [TryCommand.self])

  struct TryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "try", abstract: "Post a trial letter. The running server sends it; its log says what the mail server answered.")
    @Argument(help: "The address of mail.") var address: String
    @Option(help: "The name of the recipient.") var name: String?
    @Option(help: "en, fr, it or ar.") var language = "en"
    @OptionGroup var options: SettingsOptions

    func run() async throws {
      var arguments = ["address": address, "language": language]
      arguments["name"] = name
      try await order(ControlSocket.Question("mail try", arguments: arguments), options)
    }
  }
}
