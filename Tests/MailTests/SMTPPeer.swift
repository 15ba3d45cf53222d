import NIOCore
import NIOPosix
import Synchronization

/// A mail server that answers as it is told, with a record of what it took.
final class SMTPPeer: Sendable {
  /// - Parameter line: what was said, `.` for the end of a letter. - Returns: nil for what a willing server says.
  typealias Reply = @Sendable (_ line: String) -> String?

  let port: Int
  private let group: MultiThreadedEventLoopGroup
  private let taken: Taken

  final class Taken: Sendable {
    private let letters = Mutex<[String]>([])
    func add(_ letter: String) { letters.withLock { $0.append(letter) } }
    var all: [String] { letters.withLock { $0 } }
  }

  var letters: [String] { taken.all }

  static func with(_ reply: @escaping Reply, _ body: (SMTPPeer) async throws -> Void) async throws {
    let peer = try await SMTPPeer(reply)
    do { try await body(peer) } catch {
      try await peer.group.shutdownGracefully()
      throw error
    }
    try await peer.group.shutdownGracefully()
  }

  private init(_ reply: @escaping Reply) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let taken = Taken()
    let channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Talk(taken, reply)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    (self.group, self.taken) = (group, taken)
    port = channel.localAddress?.port ?? 0
  }
}

private final class Talk: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let taken: SMTPPeer.Taken
  private let reply: SMTPPeer.Reply
  private var unread = ""
  private var letter: [Substring]?

  init(_ taken: SMTPPeer.Taken, _ reply: @escaping SMTPPeer.Reply) { (self.taken, self.reply) = (taken, reply) }

  func channelActive(context: ChannelHandlerContext) { say("220 peer ready", context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    unread += String(buffer: unwrapInboundIn(data))
    while let end = unread.firstRange(of: "\r\n") {
      hear(unread[..<end.lowerBound], context)
      unread = String(unread[end.upperBound...])
    }
  }

  private func hear(_ line: Substring, _ context: ChannelHandlerContext) {
    if letter != nil, line != "." {
      letter?.append(line)
      return
    }
    let answer = reply(String(line)) ?? Self.willing(line)
    if line == ".", let letter, answer.hasPrefix("2") { taken.add(letter.joined(separator: "\r\n")) }
    letter = line == "DATA" && answer.hasPrefix("3") ? [] : nil
    say(answer, context)
    if line == "QUIT" { context.close(promise: nil) }
  }

  private static func willing(_ line: Substring) -> String {
    switch line.prefix(4) {
    case "DATA": "354 go on"
    case "QUIT": "221 bye"
    default: "250 fine"
    }
  }

  private func say(_ text: String, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
  }
}
