import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// Something that was made for its reader alone, to be kept as a file.
  public static func download(_ name: String, _ type: String, _ bytes: [UInt8]) -> Response {
    Response(
      status: .ok,
      headers: [.contentType: type, .cacheControl: "no-store", .contentDisposition: contentDisposition("attachment", name)],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// A file, whole or the part that is asked for, read piece by piece as the reader takes it: many large files do not lie in memory.
  ///
  /// - Parameter read: at most so many bytes from an offset on.
  public static func file(
    bytes: Int64, etag: String, _ headers: HTTPFields, for request: Request,
    read: @escaping @Sendable (_ offset: Int64, _ count: Int) async throws -> ByteBuffer
  ) -> Response {
    var headers = headers
    headers[.acceptRanges] = "bytes"
    headers[.eTag] = etag
    if request.headers[.ifNoneMatch] == etag { return Response(status: .notModified, headers: headers) }
    switch ByteRange(request.headers[.range], ifRange: request.headers[.ifRange], etag: etag, of: bytes) {
    case .whole:
      return Response(status: .ok, headers: headers, body: body(0..<bytes, read))
    case .part(let range):
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(bytes)"
      return Response(status: .partialContent, headers: headers, body: body(range, read))
    case .unsatisfiable:
      return Response(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(bytes)", .acceptRanges: "bytes"])
    }
  }

  private static func body(
    _ range: Range<Int64>, _ read: @escaping @Sendable (_ offset: Int64, _ count: Int) async throws -> ByteBuffer
  ) -> ResponseBody {
    ResponseBody(contentLength: Int(range.upperBound - range.lowerBound)) { writer in
      var next = range.lowerBound
      while next < range.upperBound {
        let piece = try await read(next, Int(min(range.upperBound - next, 65_536)))
        guard piece.readableBytes > 0 else { throw FileIsShorter() }
        next += Int64(piece.readableBytes)
        try await writer.write(piece)
      }
      try await writer.finish(nil)
    }
  }

  /// It was cut while it was read: the connection ends, so that the reader sees that something is missing.
  private struct FileIsShorter: Error {}
}

/// RFC 6266 and 8187: the name twice, once in the letters that every program knows.
public func contentDisposition(_ kind: String, _ name: String) -> String {
  let plain = String(name.map { $0.isASCII && $0 != "\"" && $0 != "\\" && $0 != "%" ? $0 : "_" })
  let encoded = name.utf8.map { byte in
    switch byte {
    case 48...57, 65...90, 97...122: String(UnicodeScalar(byte))
    case _ where "!#$&+-.^_`|~".utf8.contains(byte): String(UnicodeScalar(byte))
    default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }.joined()
  return "\(kind); filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
}
