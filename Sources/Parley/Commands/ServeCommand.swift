import ArgumentParser
import Foundation
import Logging
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

  @OptionGroup var options: SettingsOptions

  func run() async throws {
    let settings = try options.settings()
    let logger = settings.logger()
    Self.raiseFileLimit(logger)
    let program = try await Program.open(settings, logger: logger)
    try await program.run { port in
      // The one line that people wait for; everything else is a log and goes to standard error.
      print("Parley \(Program.version) is at \(Self.address(settings, port: port))")
      fflush(nil)
    }
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
    }
  }
}
