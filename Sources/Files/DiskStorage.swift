import NIOCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files in a folder of this machine, one folder a chat, open to the owner of the program alone.
public struct DiskStorage: FileStorage {
  private let folder: String

  public init(folder: String) { self.folder = folder }

  /// The file lies on the same disk: it is written through, and then given its name.
  public func keep(_ path: String, at place: FilePlace) async throws {
    let chat = "\(folder)/\(place.folder)"
    try await Landing.blocking {
      try makeFolder(chat)
      try flush(path)
      guard rename(path, "\(chat)/\(place.name)") == 0 else { throw DiskError(errno, "keep a file") }
      try flush(chat)
    }
  }

  public func open(_ place: FilePlace) async throws -> (any StoredFile)? {
    let path = "\(folder)/\(place)"
    return try await Landing.blocking { try DiskFile(path) }
  }

  public func remove(_ place: FilePlace) async throws {
    let path = "\(folder)/\(place)"
    try await Landing.blocking {
      guard unlink(path) == 0 || errno == ENOENT else { throw DiskError(errno, "remove a file") }
    }
  }
}

/// Writes a file, or the names in a folder, through to the disk.
func flush(_ path: String) throws(DiskError) {
  let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw DiskError(errno, "open what is to be kept") }
  let failure = fsync(descriptor) == 0 ? nil : errno
  _ = Glibc.close(descriptor)
  if let failure { throw DiskError(failure, "write to the disk") }
}

/// A class, because the file is closed when nobody reads it any more.
final class DiskFile: StoredFile {
  let bytes: Int64
  private let descriptor: Int32

  /// Nil when there is none.
  init?(_ path: String) throws(DiskError) {
    descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw DiskError(errno, "open a file")
    }
    var about = stat()
    guard fstat(descriptor, &about) == 0 else { throw DiskError(errno, "look at a file") }
    bytes = Int64(about.st_size)
  }

  deinit { _ = Glibc.close(descriptor) }

  func read(at offset: Int64, count: Int) async throws -> ByteBuffer {
    try await Landing.blocking { [self] in
      var buffer = ByteBuffer()
      var failure: Int32?
      buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
        let read = pread(descriptor, space.baseAddress, count, off_t(offset))
        if read < 0 { failure = errno }
        return max(read, 0)
      }
      if let failure { throw DiskError(failure, "read a file") }
      return buffer
    }
  }
}
