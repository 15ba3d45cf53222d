import Base
import Foundation
import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where files arrive: written as they come, in a folder that nothing is served from, and gone when their handler is through with them.
///
/// A class, because everybody who takes files in shares the one folder.
public final class Landing: Sendable {
  public let folder: String
  let examiner: Examiner

  /// A file that has arrived whole. `path` is good until the handler ends; who wants to keep the file moves it away.
  public struct Landed: Sendable {
    public let path: String
    public let bytes: Int
  }

  public init(folder: String, examiner: Examiner) {
    self.folder = folder
    self.examiner = examiner
  }

  /// Removes what was still arriving when the program last ended: nobody waits for it any more. Once, before anything arrives.
  public func clear() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] { unlink("\(folder)/\(name)") }
  }

  /// Reads a body to its end, hands it over as a file, and removes what is left of it.
  ///
  /// - Throws: `fileTooLarge` with the first byte above the limit, `fileEmpty`, `storageFull`, or `notUnderstood` for what breaks off.
  public func receive<Body: AsyncSequence & Sendable, Value: Sendable>(
    _ body: Body, upTo byteLimit: Int, _ handle: (Landed) async throws -> Value
  ) async throws -> Value where Body.Element == ByteBuffer {
    let path = "\(folder)/\(Secret().text)"
    do {
      let file = try await Self.blocking { [folder] in try OpenFile(making: path, in: folder) }
      defer { unlink(path) }
      let bytes: Int
      do {
        bytes = try await write(body, to: file, upTo: byteLimit)
      } catch {
        file.close()
        throw error
      }
      try await Self.blocking { try file.finish() }
      guard bytes > 0 else { throw Refusal(.fileEmpty) }
      return try await handle(Landed(path: path, bytes: bytes))
    } catch let error as DiskError where error.isFull {
      throw Refusal(.storageFull, retryAfterSeconds: 60)
    }
  }

  /// What a landed file is, and the picture that was made of it.
  ///
  /// - Parameter handle: gets the path of that picture, nil when the file is none.
  public func examine<Value: Sendable>(
    _ landed: Landed, picture: Examiner.Picture, _ handle: (Examiner.Finding, String?) async throws -> Value
  ) async throws -> Value {
    let made = landed.path + ".picture"
    defer { unlink(made) }
    let finding = try await examiner.examine(landed.path, picture: picture, into: made)
    return try await handle(finding, finding.size == nil ? nil : made)
  }

  private func write<Body: AsyncSequence & Sendable>(_ body: Body, to file: OpenFile, upTo byteLimit: Int) async throws -> Int
  where Body.Element == ByteBuffer {
    var bytes = 0
    var pieces = body.makeAsyncIterator()
    while let buffer = try await Self.next(of: &pieces) {
      bytes += buffer.readableBytes
      guard bytes <= byteLimit else { throw Refusal(.fileTooLarge, arguments: ["limit": String(byteLimit >> 20)]) }
      try await Self.blocking { try file.write(buffer) }
    }
    return bytes
  }

  /// A body that breaks off is the sender's affair: the line was cut, or what came is no body.
  private static func next<Pieces: AsyncIteratorProtocol>(
    of pieces: inout Pieces, isolation: isolated (any Actor)? = #isolation
  ) async throws -> ByteBuffer? where Pieces.Element == ByteBuffer {
    do {
      return try await pieces.next(isolation: isolation)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Refusal(.notUnderstood)
    }
  }

  static func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await NIOThreadPool.singleton.runIfActive(work)
  }
}

/// A file that is being written. One task at a time uses it, each use after the one before.
struct OpenFile: Sendable {
  private let descriptor: Int32

  init(making path: String, in folder: String) throws(DiskError) {
    var descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0, errno == ENOENT {
      try makeFolder(folder)
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { throw DiskError(errno, "make a file") }
    self.descriptor = descriptor
  }

  /// One that is there already.
  init(at path: String) throws(DiskError) {
    descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskError(errno, "open a file") }
  }

  func write(_ buffer: ByteBuffer) throws(DiskError) {
    let failure = buffer.withUnsafeReadableBytes(writeAll)
    if let failure { throw DiskError(failure, "write a file") }
  }

  func write(_ bytes: [UInt8]) throws(DiskError) {
    let failure = bytes.withUnsafeBytes(writeAll)
    if let failure { throw DiskError(failure, "write a file") }
  }

  /// - Returns: what the system said when it could not.
  private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return errno }
      rest = rest.dropFirst(count)
    }
    return nil
  }

  /// On the disk, and closed.
  func finish() throws(DiskError) {
    let failure = fsync(descriptor) == 0 ? nil : errno
    close()
    if let failure { throw DiskError(failure, "write a file") }
  }

  func close() { _ = Glibc.close(descriptor) }
}

/// Makes a folder and those above it, open to its owner alone.
func makeFolder(_ path: String) throws(DiskError) {
  if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw DiskError(errno, "make a folder") }
  try makeFolder(String(path[..<slash]))
  guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw DiskError(errno, "make a folder") }
}
