/// What part of a file is asked for (RFC 9110, 14): one range, or the whole.
public enum ByteRange: Hashable, Sendable {
  case whole
  case part(Range<Int64>)
  /// Nothing of it is there.
  case unsatisfiable

  /// - Parameters:
  ///   - header: the value of `Range`. What is no range of bytes, and several ranges at once, are answered with the whole, as the RFC allows.
  ///   - ifRange: the value of `If-Range`; a part is of use only to who holds the rest of this very file.
  public init(_ header: String?, ifRange: String?, etag: String, of bytes: Int64) {
    self = .whole
    guard let header, ifRange.map({ $0 == etag }) ?? true else { return }
    let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].lowercased() == "bytes", !parts[1].contains(",") else { return }
    let ends = parts[1].filter { $0 != " " && $0 != "\t" }.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else { return }
    self = Self.range(from: String(ends[0]), to: String(ends[1]), of: bytes)
  }

  private static func range(from first: String, to last: String, of bytes: Int64) -> ByteRange {
    switch (number(first), number(last)) {
    case (nil, let count?) where first.isEmpty:
      guard count > 0, bytes > 0 else { return .unsatisfiable }
      return .part(max(0, bytes - count)..<bytes)
    case (let start?, nil) where last.isEmpty:
      return start < bytes ? .part(start..<bytes) : .unsatisfiable
    case (let start?, let end?):
      guard start <= end else { return .whole }
      return start < bytes ? .part(start..<min(end, bytes - 1) + 1) : .unsatisfiable
    default: return .whole
    }
  }

  /// Digits alone; one that is too large for us is larger than any file.
  private static func number(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(text) ?? .max
  }
}
