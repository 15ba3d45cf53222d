import ArgumentParser
import Files

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the server runs as its child for every file that comes in; nobody types it.
struct ExamineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "examine", shouldDisplay: false)

  @Argument var side: Int
  @Argument var format: String
  @Argument var demand: String

  func run() {
    Glibc.exit(Examiner.child(Examiner.Picture(side: side, isPNG: format == "png", isDemanded: demand == "picture")))
  }
}
