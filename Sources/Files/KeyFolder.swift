import Base
import Crypto

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Keys that the program makes for itself, each in a file of its own: 32 random bytes, readable by its owner alone.
///
/// They lie beside the data and never in it, so that who takes a copy of the data has not taken them too.
public struct KeyFolder: Sendable {
  private let folder: String

  public init(_ folder: String) { self.folder = folder }

  /// The key of that name; made when it is asked for first.
  public func key(_ name: String) throws -> SymmetricKey {
    let path = "\(folder)/\(name)"
    if let key = try read(path) { return key }
    try makeFolder(folder)
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    // Written under another name first: a half-written key would be one that nobody has.
    let draft = "\(path).\(Secret().text)"
    let file = try OpenFile(making: draft, in: folder)
    try file.write(bytes)
    try file.finish()
    defer { unlink(draft) }
    // Of two programs that make it at once one wins, and both use that one.
    guard link(draft, path) == 0 || errno == EEXIST, let key = try read(path) else { throw DiskError(errno, "make a key") }
    try flush(folder)
    return key
  }

  /// What was sealed under it can never be opened again.
  public func destroy(_ name: String) throws {
    guard unlink("\(folder)/\(name)") == 0 || errno == ENOENT else { throw DiskError(errno, "destroy a key") }
  }

  private func read(_ path: String) throws -> SymmetricKey? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 33)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count == 32 else { throw DiskError(count < 0 ? errno : EINVAL, "read the key \(path)") }
    return SymmetricKey(data: bytes.prefix(32))
  }
}
