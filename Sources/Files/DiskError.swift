import Base

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the system said when a file could not be kept.
public struct DiskError: Error, CustomStringConvertible {
  public let number: Int32
  public let deed: String

  init(_ number: Int32, _ deed: String) {
    self.number = number
    self.deed = deed
  }

  /// No room, no room for this owner, or a file longer than the system lets it be.
  public var isFull: Bool { [ENOSPC, EDQUOT, EFBIG].contains(number) }

  public var description: String { "Could not \(deed): \(String(cString: strerror(number)))" }
}
