import Base
import CExamine
import NIOPosix
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Finds out what a file really is, and makes its picture anew: in a child process that may take little memory, little time and nothing else.
///
/// A class, because everybody shares its threads and its queue.
public final class Examiner: Sendable {
  /// How many children run at once: each may take a processor.
  static let children = 2
  /// How many files may wait for one; the next sender is told to come back.
  static let queueLimit = 32
  /// The largest file that a child reads.
  public static let byteLimit = 32 << 20
  /// Above it a picture is a bomb or a mistake: telephones take 50 million.
  public static let pixelLimit = 64_000_000
  /// Of the child's address space. A progressive JPEG of the largest size needs the most.
  static let memoryLimit = 1 << 30
  /// Of a processor.
  static let processorSeconds = 10
  /// On the clock, for a machine that is busy.
  static let seconds = 20

  /// What is to become of a picture.
  public struct Picture: Sendable {
    /// The longest side that it is shrunk to.
    public var side: Int
    /// Whether a JPEG becomes a PNG as well.
    public var isPNG: Bool
    /// Whether a file that is no picture is refused.
    public var isDemanded: Bool

    public init(side: Int, isPNG: Bool = false, isDemanded: Bool = false) {
      self.side = side
      self.isPNG = isPNG
      self.isDemanded = isDemanded
    }
  }

  public struct Finding: Hashable, Sendable {
    /// As libmagic names it, for a picture that was made anew the type of that.
    public let type: String
    /// Nil for what is no picture.
    public let size: PictureSize?

    public init(type: String, size: PictureSize?) {
      self.type = type
      self.size = size
    }
  }

  private let program: String
  private let pool = NIOThreadPool(numberOfThreads: children)
  private let waiting = Mutex(0)

  /// - Parameter program: a `parley`, which is its own child; the one that runs when nothing is said.
  public init(program: String = "/proc/self/exe") {
    self.program = program
    pool.start()
  }

  public func close() async { try? await pool.shutdownGracefully() }

  /// - Parameters:
  ///   - path: the file.
  ///   - made: where the picture is written that was made of it; stays empty for what is no picture.
  /// - Throws: a `Refusal` that says what is wrong with the file.
  public func examine(_ path: String, picture: Picture, into made: String) async throws -> Finding {
    let hasRoom = waiting.withLock { waiting in
      guard waiting < Self.queueLimit else { return false }
      waiting += 1
      return true
    }
    guard hasRoom else { throw Refusal(.unavailable, retryAfterSeconds: 2) }
    defer { waiting.withLock { $0 -= 1 } }
    let program = program
    return try await pool.runIfActive { try Self.run(program, path, picture, into: made) }
  }

  private static func run(_ program: String, _ path: String, _ picture: Picture, into made: String) throws -> Finding {
    let input = open(path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw DiskError(errno, "open a file that came in") }
    defer { _ = Glibc.close(input) }
    let output = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw DiskError(errno, "make a file for a picture") }
    defer { _ = Glibc.close(output) }
    let words = [program, "examine", String(picture.side), picture.isPNG ? "png" : "same", picture.isDemanded ? "picture" : "any"]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var report = [CChar](repeating: 0, count: 256)
    let code = parley_run(program, &arguments, input, output, Int32(seconds), &report, report.count)
    return try finding(code, String(decoding: report.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  /// What the child said, or what its end means.
  private static func finding(_ code: Int32, _ report: String) throws -> Finding {
    switch parley_examine_outcome(rawValue: UInt32(bitPattern: code)) {
    case PARLEY_EXAMINED: break
    case PARLEY_PICTURE_UNREADABLE: throw Refusal(.pictureUnreadable)
    case PARLEY_PICTURE_TOO_LARGE: throw Refusal(.pictureTooLarge, arguments: ["limit": String(pixelLimit / 1_000_000)])
    case PARLEY_PICTURE_TYPE_REFUSED: throw Refusal(.pictureTypeNotAllowed)
    case PARLEY_FILE_TOO_LARGE: throw Refusal(.fileTooLarge, arguments: ["limit": String(byteLimit >> 20)])
    case PARLEY_LIBRARY_MISSING: throw ExaminerFailure.libraryMissing
    // It took too much of something, or a decoder broke over it: whatever it is, it is no picture to be shown.
    case _ where code == -1 || code >= 0: throw Refusal(.pictureUnreadable)
    default: throw ExaminerFailure.notStarted
    }
    let words = report.split(whereSeparator: \.isWhitespace)
    guard words.count == 3, let width = Int(words[1]), let height = Int(words[2]) else { throw Refusal(.pictureUnreadable) }
    return Finding(type: String(words[0]), size: width > 0 ? PictureSize(width: width, height: height) : nil)
  }

  /// What the child does: the whole of `parley examine`.
  public static func child(_ picture: Picture) -> Int32 {
    parley_examine(
      parley_examine_limits(
        bytes: byteLimit, pixels: pixelLimit, memory_bytes: memoryLimit, cpu_seconds: Int32(processorSeconds)),
      parley_picture(side: Int32(picture.side), as_png: picture.isPNG ? 1 : 0, only: picture.isDemanded ? 1 : 0))
  }
}

/// Why no file can be looked into at all: for the owner, not for the sender.
public enum ExaminerFailure: Error, CustomStringConvertible {
  case libraryMissing
  case notStarted

  public var description: String {
    switch self {
    case .libraryMissing: "libvips (libvips.so.42) or libmagic (libmagic.so.1) is missing; on Debian: apt install libvips42 libmagic1"
    case .notStarted: "The child process that looks into files could not be started"
    }
  }
}
