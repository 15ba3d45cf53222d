import CMaxMind

/// One open file in MaxMind's format. libmaxminddb reads from it on any number of threads at once.
///
/// A class, because the file is closed when the last reader is done with it.
final class PlaceFile: @unchecked Sendable {
  struct Unreadable: Error {
    let why: String
  }

  /// Written by `init` and `deinit` alone.
  private let database: UnsafeMutablePointer<MMDB_s>

  init(_ path: String) throws(Unreadable) {
    let opened = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
    let code = MMDB_open(path, UInt32(MMDB_MODE_MMAP), opened)
    guard code == MMDB_SUCCESS else {
      opened.deallocate()
      throw Unreadable(why: String(cString: MMDB_strerror(code)))
    }
    // Last, because from here on `deinit` closes it.
    database = opened
  }

  deinit {
    MMDB_close(database)
    database.deallocate()
  }

  func place(of address: String) -> Place? {
    var (notAnAddress, failed): (Int32, Int32) = (0, 0)
    var found = MMDB_lookup_string(database, address, &notAnAddress, &failed)
    guard notAnAddress == 0, failed == MMDB_SUCCESS, found.found_entry else { return nil }
    guard let country = Self.text(at: ["country", "iso_code"], of: &found.entry) else { return nil }
    return Place(country: country, city: Self.text(at: ["city", "names", "en"], of: &found.entry))
  }

  private static func text(at path: [String], of entry: inout MMDB_entry_s) -> String? {
    let words = path.map { Array($0.utf8CString) }
    var found = MMDB_entry_data_s()
    let code = withPointers(to: words[...], []) { MMDB_aget_value(&entry, &found, $0) }
    guard code == MMDB_SUCCESS, found.has_data, found.type == UInt32(MMDB_DATA_TYPE_UTF8_STRING), let text = found.utf8_string else {
      return nil
    }
    return String(decoding: UnsafeRawBufferPointer(start: text, count: Int(found.data_size)), as: UTF8.self)
  }

  /// The words as C wants them, with NULL behind the last.
  private static func withPointers<Result>(
    to words: ArraySlice<[CChar]>, _ before: [UnsafePointer<CChar>?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    guard let word = words.first else {
      return (before + [nil]).withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { preconditionFailure("NULL at least is in it") }
        return body(start)
      }
    }
    return word.withUnsafeBufferPointer { withPointers(to: words.dropFirst(), before + [$0.baseAddress], body) }
  }
}
