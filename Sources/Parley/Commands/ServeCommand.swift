import ArgumentParser
import CHeap
import Foundation
import Logging
import ServiceLifecycle
import Store

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Bring the schema up to date and serve, until SIGTERM or Ctrl-C.")

  /// Below this many open files a restart that brings all clients back would be refused by the system.
  static let wantedFiles: UInt64 = 4096
  /// What clients get to go after SIGTERM, of the five seconds in which the program ends.
  static let goodbyeSeconds = 3

  @OptionGroup var options: SettingsOptions

  func run() async throws {
    let settings = try options.settings()
    let logger = settings.logger()
    Self.raiseFileLimit(logger)
    heap_gather()
    let program = try await Program.open(settings, logger: logger)
    let orders = try Self.failures(settings)
    let serving = Serving(program: program) { port in
      // The one line that people wait for; everything else is a log and goes to standard error.
      print("Parley \(Program.version) is at \(Self.address(settings, port: port))")
      fflush(nil)
      if let orders { FailPoint.wake(orders) }
    }
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: serving, successTerminationBehavior: .gracefullyShutdownGroup)],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(Self.goodbyeSeconds)
    configuration.maximumCancellationDuration = .seconds(1)
    try await ServiceGroup(configuration: configuration).run()
  }

  /// The program as something that ends on a signal: clients are told, what is queued is written, and it is gone within five seconds.
  private struct Serving: Service {
    let program: Program
    let listening: @Sendable (Int) async -> Void

    func run() async throws { try await program.run(listening: listening) }
  }

  /// What tests want to fail, once the program serves. Of development alone.
  private static func failures(_ settings: Settings) throws -> FailPoint.Orders? {
    guard settings.flag(.dev), let text = ProcessInfo.processInfo.environment["PARLEY_FAIL"], !text.isEmpty else { return nil }
    do { return try FailPoint.Orders(text) } catch { throw ValidationError("\(error)") }
  }

  private static func address(_ settings: Settings, port: Int) -> String {
    settings.text(.baseAddress).isEmpty ? "http://localhost:\(port)" : settings.baseAddress
  }

  /// Takes as many open files as the system allows: every connection is one.
  private static func raiseFileLimit(_ logger: Logger) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    if UInt64(limit.rlim_cur) < wantedFiles {
      logger.warning(
        "Only \(limit.rlim_cur) files may be open at once, so about as many people may be connected. Raise it: ulimit -n 20000, or LimitNOFILE= in the unit."
      )
    }
  }
}

extension Program {
  /// Opens the program, with words for the owner when the folder is in use.
  static func open(_ settings: Settings, logger: Logger) async throws -> Program {
    do {
      return try await Program(settings, logger: logger)
    } catch let failure as StoreFailure {
      throw ValidationError("\(failure)")
    } catch let failure as ClockDiffers {
      throw ValidationError("\(failure)")
    }
  }
}
