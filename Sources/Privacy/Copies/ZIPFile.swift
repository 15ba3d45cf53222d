import Base
import CArchive

/// A ZIP archive that grows on the disk: what is put in has left the memory.
///
/// A class, because the library's handle ends with it. One task at a time uses it; what it writes are pieces of some kilobytes.
final class ZIPFile {
  /// What the library said.
  struct Failure: Error, CustomStringConvertible {
    let description: String
    /// The disk has no room.
    let isFull: Bool
  }

  private let archive: OpaquePointer
  private let entry: OpaquePointer

  init(making path: String) throws {
    guard let archive = archive_write_new(), let entry = archive_entry_new() else {
      throw Failure(description: "libarchive has no memory", isFull: false)
    }
    self.archive = archive
    self.entry = entry
    try check(archive_write_set_format_zip(archive))
    // Names are UTF-8 whatever the locale of the machine is.
    try check(archive_write_set_options(archive, "zip:hdrcharset=UTF-8"))
    try check(archive_write_open_filename(archive, path))
  }

  deinit {
    archive_entry_free(entry)
    archive_write_free(archive)
  }

  /// Begins the next file. Its length need not be known.
  func begin(_ name: String, at time: Moment) throws {
    archive_entry_clear(entry)
    archive_entry_set_pathname_utf8(entry, name)
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, 0o600)
    archive_entry_set_mtime(entry, Int(time.milliseconds / 1000), 0)
    try check(archive_write_header(archive, entry))
  }

  func write(_ bytes: some Sequence<UInt8>) throws {
    let piece = Array(bytes)
    var written = 0
    while written < piece.count {
      let count = piece.withUnsafeBytes { archive_write_data(archive, $0.baseAddress?.advanced(by: written), piece.count - written) }
      guard count > 0 else { throw failure() }
      written += count
    }
  }

  func add(_ name: String, at time: Moment, _ text: String) throws {
    try begin(name, at: time)
    try write(text.utf8)
  }

  /// Writes the table of contents.
  func finish() throws { try check(archive_write_close(archive)) }

  private func check(_ code: Int32) throws {
    // A warning is about an attribute that the format cannot keep.
    guard code == ARCHIVE_OK || code == ARCHIVE_WARN else { throw failure() }
  }

  private func failure() -> Failure {
    let number = archive_errno(archive)
    let words = archive_error_string(archive).map { String(cString: $0) } ?? "unknown"
    return Failure(description: "The archive could not be written: \(words)", isFull: number == 28 || number == 122)
  }
}
