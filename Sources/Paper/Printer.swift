import Base
import NIOPosix
import Synchronization

/// Makes PDF files, one after the other, on a thread of its own: laying out text takes some of a processor, and no conversation waits for it.
///
/// A class, because everybody shares its thread and its queue.
public final class Printer: Sendable {
  /// How many may wait; the next one is told to come back.
  static let queueLimit = 32

  /// There is no font that anything could be written with.
  public struct NoFonts: Error, CustomStringConvertible {
    public var description: String { "No fonts are installed; on Debian: apt install fonts-noto-core" }
  }

  private let pool = NIOThreadPool(numberOfThreads: 1)
  private let waiting = Mutex(0)

  public init() { pool.start() }

  public func close() async { try? await pool.shutdownGracefully() }

  /// The bytes of the PDF: of the same sheet always the same.
  public func print(_ sheet: Sheet) async throws -> [UInt8] {
    let hasRoom = waiting.withLock { waiting in
      guard waiting < Self.queueLimit else { return false }
      waiting += 1
      return true
    }
    guard hasRoom else { throw Refusal(.unavailable, retryAfterSeconds: 2) }
    defer { waiting.withLock { $0 -= 1 } }
    return try await pool.runIfActive { try Press.print(sheet) }
  }
}
