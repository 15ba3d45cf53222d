import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The folder with everything that is kept, owned by one process until it is released. A class, because there is one owner.
final class DataFolder: Sendable {
  let path: String
  private let descriptor: Mutex<Int32?>

  /// Makes the folder when it is missing and takes it, or says who has it.
  init(_ path: String) throws(StoreFailure) {
    self.path = path
    // What visitors say is for nobody else on this machine.
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.failure("making the folder \(path)") }
    let file = path + "/lock"
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure("opening \(file)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let failure: StoreFailure =
        errno == EWOULDBLOCK ? .folderInUse(folder: path, processID: Self.owner(descriptor)) : Self.failure("locking \(file)")
      close(descriptor)
      throw failure
    }
    let owner = "\(getpid())\n"
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, owner, owner.utf8.count, 0) == owner.utf8.count else {
      let failure = Self.failure("writing \(file)")
      close(descriptor)
      throw failure
    }
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  func release() {
    let open = descriptor.withLock { descriptor in
      defer { descriptor = nil }
      return descriptor
    }
    if let open { close(open) }
  }

  private static func owner(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  private static func failure(_ doing: String) -> StoreFailure {
    let code = errno
    let detail = StoreFailure.Detail(code: "\(code)", message: "\(doing): \(String(cString: strerror(code)))")
    return code == ENOSPC ? .full(detail) : .other(detail)
  }
}
