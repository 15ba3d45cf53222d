import Foundation
import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a command of the same machine asks the running server, which alone owns the data folder: one line of JSON out, one back,
/// over a socket in that folder that only its owner can open.
public enum ControlSocket {
  /// The longest question and answer.
  static let limitBytes = 1_048_576
  /// A path of a socket holds no more, wherever NIO runs: 107 bytes on Linux (sun_path of unix(7)), 103 on the others.
  static let pathLimitBytes = 103

  public struct Question: Codable, Sendable {
    public let command: String
    public var arguments: [String: String] = [:]

    public init(_ command: String, arguments: [String: String] = [:]) {
      self.command = command
      self.arguments = arguments
    }
  }

  public struct Answer: Codable, Sendable {
    /// The exit code of the command.
    public let code: Int32
    public let text: String

    public init(code: Int32 = 0, _ text: String) {
      self.code = code
      self.text = text
    }
  }

  static func path(in folder: String) -> String { folder + "/parley.sock" }

  /// Listens until the group shuts down.
  ///
  /// - Returns: nil when the folder's path is too long for a socket; the server then runs without.
  static func listen(
    in folder: String, on group: any EventLoopGroup, answer: @escaping @Sendable (Question) async -> Answer
  ) async throws -> (any Channel)? {
    let path = path(in: folder)
    guard path.utf8.count <= pathLimitBytes else { return nil }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    unlink(path)
    let channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(LineAnswerer(answer))
        }
      }
      .bind(unixDomainSocketPath: path).get()
    chmod(path, S_IRUSR | S_IWUSR)
    return channel
  }

  /// Asks the server that owns the folder; nil when none runs.
  public static func ask(_ question: Question, in folder: String) throws -> Answer? {
    let path = path(in: folder)
    guard path.utf8.count <= pathLimitBytes, let socket = connect(to: path) else { return nil }
    defer { close(socket) }
    let file = FileHandle(fileDescriptor: socket, closeOnDealloc: false)
    try file.write(contentsOf: try JSONEncoder().encode(question) + [UInt8(ascii: "\n")])
    return try JSONDecoder().decode(Answer.self, from: try file.readToEnd() ?? Data())
  }

  private static func connect(to path: String) -> Int32? {
    #if canImport(Glibc)
      let stream = Int32(SOCK_STREAM.rawValue)
    #else
      let stream = SOCK_STREAM
    #endif
    let socket = socket(AF_UNIX, stream, 0)
    guard socket >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if connected != 0 {
      close(socket)
      return nil
    }
    return socket
  }
}

/// Reads one line, answers it, and closes.
private final class LineAnswerer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let answer: @Sendable (ControlSocket.Question) async -> ControlSocket.Answer
  private var line = ByteBuffer()

  init(_ answer: @escaping @Sendable (ControlSocket.Question) async -> ControlSocket.Answer) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    line.writeBuffer(&bytes)
    guard line.readableBytes <= ControlSocket.limitBytes else { return context.close(promise: nil) }
    guard line.readableBytesView.last == UInt8(ascii: "\n") else { return }
    let (channel, answer) = (context.channel, answer)
    let question = try? JSONDecoder().decode(ControlSocket.Question.self, from: Data(line.readableBytesView))
    channel.eventLoop.makeFutureWithTask {
      let reply = if let question { await answer(question) } else { ControlSocket.Answer(code: 2, "Not understood.") }
      return try JSONEncoder().encode(reply)
    }
    .flatMap { channel.writeAndFlush(ByteBuffer(bytes: $0)) }
    .whenComplete { _ in channel.close(promise: nil) }
  }
}
