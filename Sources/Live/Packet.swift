import NIOCore
import Wire

/// A message as it stands on the wire, header and all: made once, written to many.
public struct Packet: Sendable, Hashable {
  let bytes: ByteBuffer

  /// A text message of JSON.
  public init(json: [UInt8]) { bytes = Self.frame(.text, json) }

  public init(_ frame: some Frame) { self.init(json: frame.json) }

  /// A message that is no text, for endpoints that take such.
  public init(binary: [UInt8]) { bytes = Self.frame(.binary, binary) }

  static func close(_ code: UInt16?, reason: String) -> ByteBuffer {
    guard let code else { return frame(.close, []) }
    // A control frame has 125 bytes, and the reason is for people who read logs.
    let reason = reason.utf8.count <= 123 ? reason : ""
    return frame(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason.utf8)
  }

  /// The JSON of a text message; nil for a control frame.
  static func text(of bytes: ByteBuffer) -> ByteBuffer? {
    guard bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == Kind.text.rawValue,
      let length = bytes.getInteger(at: bytes.readerIndex + 1, as: UInt8.self)
    else { return nil }
    let head = length < 126 ? 2 : length == 126 ? 4 : 10
    return bytes.getSlice(at: bytes.readerIndex + head, length: bytes.readableBytes - head)
  }

  static func pong(_ payload: ByteBuffer) -> ByteBuffer { frame(.pong, Array(payload.readableBytesView)) }

  private enum Kind: UInt8 {
    case text = 0x81
    case binary = 0x82
    case close = 0x88
    case pong = 0x8A
  }

  /// What a server sends is whole and not masked (RFC 6455, 5.2).
  private static func frame(_ kind: Kind, _ payload: [UInt8]) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 10)
    buffer.writeInteger(kind.rawValue)
    switch payload.count {
    case ..<126: buffer.writeInteger(UInt8(payload.count))
    case ...0xFFFF:
      buffer.writeInteger(126 as UInt8)
      buffer.writeInteger(UInt16(payload.count))
    default:
      buffer.writeInteger(127 as UInt8)
      buffer.writeInteger(UInt64(payload.count))
    }
    buffer.writeBytes(payload)
    return buffer
  }
}
