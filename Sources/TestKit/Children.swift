import Files
import Foundation

/// The child processes of tests: the `parley` that was built beside them.
public enum Children {
  /// Tests are a program of their own, so the one that runs is not the one that looks into files.
  public static let program: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let beside = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("parley").path
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    return Databases.root.appendingPathComponent(".build/release/parley").path
  }()

  /// A landing of its own, in the folder for temporary files.
  public static func landing() -> Landing {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("landing-\(UInt64.random(in: 0 ... .max))").path
    return Landing(folder: folder, examiner: Examiner(program: program))
  }
}
