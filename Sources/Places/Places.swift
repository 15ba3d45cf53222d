import FoundationEssentials
import NIOPosix
import Synchronization

/// The places of addresses, from a file that the owner supplies in MaxMind's format. Nobody else is asked, and where the file is absent or
/// damaged nothing is known and nothing else changes.
///
/// A file that took the place of another is read from then on. It is mapped into memory: put a new one there by renaming it, as
/// `geoipupdate` does; who writes into the old one pulls it away under the readers.
///
/// A class, because the open file is shared by all who ask.
public final class Places: Sendable {
  private struct Open {
    var version: Version?
    /// Whether it was noted that there is no file.
    var isMissed = false
    var file: PlaceFile?
  }

  /// By which a file is known to be another one.
  private struct Version: Equatable {
    let changedAt: Date
    let number: UInt64
    let bytes: UInt64
  }

  private let path: String
  private let note: @Sendable (String) -> Void
  private let open = Mutex(Open())

  /// - Parameter note: told, once for each file, why it cannot be read.
  public init(file path: String, note: @escaping @Sendable (String) -> Void) {
    self.path = path
    self.note = note
  }

  public func place(of address: String) async -> Place? {
    // The file may have to come from the disk.
    try? await NIOThreadPool.singleton.runIfActive { [self] in current()?.place(of: address) }
  }

  private func current() -> PlaceFile? {
    open.withLock { open in
      let version = version()
      guard version != nil else {
        if !open.isMissed { note("There is no file \(path)") }
        (open.isMissed, open.version) = (true, nil)
        return open.file
      }
      guard version != open.version else { return open.file }
      (open.isMissed, open.version) = (false, version)
      do throws(PlaceFile.Unreadable) {
        open.file = try PlaceFile(path)
      } catch {
        note("\(path) cannot be read: \(error.why)")
      }
      return open.file
    }
  }

  private func version() -> Version? {
    guard let found = try? FileManager.default.attributesOfItem(atPath: path), let changedAt = found[.modificationDate] as? Date else {
      return nil
    }
    return Version(
      changedAt: changedAt, number: (found[.systemFileNumber] as? UInt64) ?? 0, bytes: (found[.size] as? UInt64) ?? 0)
  }
}
