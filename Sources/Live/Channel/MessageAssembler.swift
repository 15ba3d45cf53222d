import NIOCore
import NIOWebSocket
import Wire

/// Puts messages together from frames, and finds what RFC 6455 forbids and NIO's decoder lets pass.
struct MessageAssembler {
  private let limitBytes: Int
  private let takesBinary: Bool
  private var message: ByteBuffer?
  private var isBinary = false
  private var check = UTF8Check()

  init(limitBytes: Int, takesBinary: Bool = false) {
    self.limitBytes = limitBytes
    self.takesBinary = takesBinary
  }

  enum Step: Equatable {
    case nothing
    case text(ByteBuffer)
    case binary(ByteBuffer)
    case ping(ByteBuffer)
    /// The client ends the connection; the code is sent back to it.
    case close(UInt16?)
    case violation(CloseCode)
  }

  mutating func take(_ frame: WebSocketFrame) -> Step {
    guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .violation(.protocolError) }
    switch frame.opcode {
    case .text: return begin(with: frame, isBinary: false)
    case .continuation: return message == nil ? .violation(.protocolError) : add(frame)
    case .binary where !takesBinary && message == nil: return .violation(.onlyText)
    case .binary: return begin(with: frame, isBinary: true)
    case .ping: return .ping(frame.unmaskedData)
    case .pong: return .nothing
    case .connectionClose: return Self.close(frame.unmaskedData)
    default: return .violation(.protocolError)
    }
  }

  private mutating func begin(with frame: WebSocketFrame, isBinary: Bool) -> Step {
    guard message == nil else { return .violation(.protocolError) }
    message = ByteBuffer()
    self.isBinary = isBinary
    return add(frame)
  }

  private mutating func add(_ frame: WebSocketFrame) -> Step {
    // Taken out, because a buffer that two hold is copied whole with each fragment.
    guard var whole = message.take() else { return .violation(.protocolError) }
    guard whole.readableBytes + frame.length <= limitBytes else { return .violation(.tooLarge) }
    var data = frame.unmaskedData
    if !isBinary, !data.withUnsafeReadableBytes({ check.accept($0) }) { return .violation(.notUTF8) }
    if whole.readableBytes == 0 { whole = data } else { whole.writeBuffer(&data) }
    guard frame.fin else {
      message = whole
      return .nothing
    }
    if isBinary { return .binary(whole) }
    return check.isWhole ? .text(whole) : .violation(.notUTF8)
  }

  private static func close(_ data: ByteBuffer) -> Step {
    var data = data
    if data.readableBytes == 0 { return .close(nil) }
    guard let code = data.readInteger(as: UInt16.self), mayBeSent(code) else { return .violation(.protocolError) }
    var check = UTF8Check()
    guard data.withUnsafeReadableBytes({ check.accept($0) }), check.isWhole else { return .violation(.notUTF8) }
    return .close(code)
  }

  /// RFC 6455, 7.4: 1004 to 1006 and 1015 never stand in a frame, the others below 3000 must be registered.
  private static func mayBeSent(_ code: UInt16) -> Bool {
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}
