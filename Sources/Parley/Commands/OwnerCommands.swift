import ArgumentParser
import Foundation
import Logging
import Store

/// Asks the server that owns the data folder; when none runs, opens the program and does it here.
func order(_ question: ControlSocket.Question, _ options: SettingsOptions) async throws {
  let settings = try options.settings()
  let answer = try await ask(question, settings)
  print(answer.text)
  if answer.code != 0 { throw ExitCode(answer.code) }
}

private func ask(_ question: ControlSocket.Question, _ settings: Settings) async throws -> ControlSocket.Answer {
  if let answer = try ControlSocket.ask(question, in: settings.text(.data)) { return answer }
  var logger = settings.logger()
  logger.logLevel = max(logger.logLevel, .warning)
  let program = try await Program.open(settings, logger: logger)
  let answer = await program.answer(question, isServing: false)
  await program.close()
  return answer
}

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "migrate", abstract: "Bring the schema up to date; serve does it by itself.")
  @OptionGroup var options: SettingsOptions
  func run() async throws { try await order(ControlSocket.Question("migrate"), options) }
}

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Fold every log and compare it with what the program believes; exits with 1 when something is wrong.")
  @OptionGroup var options: SettingsOptions
  func run() async throws { try await order(ControlSocket.Question("doctor"), options) }
}

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "How the running server is, part by part; exits with 1 when it cannot do its work.")
  @OptionGroup var options: SettingsOptions
  func run() async throws { try await order(ControlSocket.Question("health"), options) }
}

struct AdminCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admin", abstract: "Administrators.", subcommands: [CreateCommand.self])

  struct CreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make an administrator and print a one-time link that sets the password.")
    @Option(help: "The address of mail to sign in with.") var email: String
    @Option(help: "The name.") var name: String
    @OptionGroup var options: SettingsOptions

    func run() async throws {
      try await order(ControlSocket.Question("admin create", arguments: ["email": email, "name": name]), options)
    }
  }
}

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Fill an empty database with the demo village; `serve --demo` does it by itself.")
  @OptionGroup var options: SettingsOptions

  func run() async throws {
    var options = options
    options.demo = true
    let settings = try options.settings()
    if try ControlSocket.ask(ControlSocket.Question("migrate"), in: settings.text(.data)) != nil {
      throw ValidationError("A server owns \(settings.text(.data)). Start it with --demo instead.")
    }
    let program = try await Program.open(settings, logger: settings.logger())
    try await program.village.settle()
    await program.close()
    print("The village has moved in. Start it with: parley serve --demo --data \(settings.text(.data))")
  }
}
