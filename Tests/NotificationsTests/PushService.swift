import Base
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TestKit

@testable import Notifications

/// A push service on a free port of this machine, with the browsers that subscribed there: it takes pushes, and says what it is told to say.
///
/// A class, because its server and the test share the record.
final class PushService: Sendable {
  struct Push: Sendable {
    let path: String
    let headers: [String: String]
    let body: [UInt8]
  }

  private struct Record: Sendable {
    var taken: [Push] = []
    var answers: [Answer] = []
  }

  struct Answer: Sendable {
    let status: Int
    var headers: [String: String] = [:]
  }

  let port: Int
  private let record: Shared
  private let group: MultiThreadedEventLoopGroup

  /// Everything that was asked, also what was refused.
  var pushes: [Push] { record.value.withLock { $0.taken } }

  /// What the next pushes are answered; after these it takes them.
  func answer(_ answers: Answer...) { record.value.withLock { $0.answers += answers } }

  /// Waits for the first so many.
  func pushes(_ count: Int) async throws -> [Push] {
    for _ in 0..<200 where pushes.count < count { try await Task.sleep(for: .milliseconds(50)) }
    return pushes
  }

  static func with<Value: Sendable>(_ body: @escaping @Sendable (PushService) async throws -> Value) async throws -> Value {
    let service = try await PushService()
    let result: Result<Value, any Error>
    do { result = .success(try await body(service)) } catch { result = .failure(error) }
    try await service.group.shutdownGracefully()
    return try result.get()
  }

  private init() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let record = Shared()
    let channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Counter(record))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    self.group = group
    self.record = record
    port = channel.localAddress?.port ?? 0
  }

  private final class Shared: Sendable {
    let value = Mutex(Record())
  }

  private final class Counter: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let record: Shared
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ record: Shared) { self.record = record }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): (self.head, body) = (head, [])
      case .body(let bytes): body += bytes.readableBytesView
      case .end: if let head { take(head, context) }
      }
    }

    private func take(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
      let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
      let push = Push(path: head.uri, headers: headers, body: body)
      let answer = record.value.withLock { record in
        record.taken.append(push)
        return record.answers.isEmpty ? Answer(status: 201) : record.answers.removeFirst()
      }
      let fields = HTTPHeaders([("Content-Length", "0")] + answer.headers.map { ($0.key, $0.value) })
      let status = HTTPResponseStatus(statusCode: answer.status)
      context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: fields))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}

/// A browser that subscribed there: it alone reads what was sent to it.
struct SubscribedBrowser: Sendable {
  let endpoint: String
  private let key = P256.KeyAgreement.PrivateKey()
  private let secret: [UInt8] = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }

  init(at service: PushService, _ name: String = "laptop") { endpoint = "http://127.0.0.1:\(service.port)/push/\(name)" }

  /// What a browser tells of its subscription.
  var json: JSON {
    [
      "endpoint": .string(endpoint), "expirationTime": nil,
      "keys": ["p256dh": .string(Base64URL.text(key.publicKey.x963Representation)), "auth": .string(Base64URL.text(secret))],
    ]
  }

  /// The receiver's side of RFC 8291, step by step.
  func read(_ push: PushService.Push) throws -> JSON {
    let (salt, sender, sealed) = (push.body[0..<16], push.body[21..<86], push.body[86...])
    let their = try P256.KeyAgreement.PublicKey(x963Representation: sender)
    let info = Array("WebPush: info\0".utf8) + Array(key.publicKey.x963Representation) + sender
    let shared = try key.sharedSecretFromKeyAgreement(with: their)
    let mixed = shared.hkdfDerivedSymmetricKey(using: SHA256.self, salt: secret, sharedInfo: info, outputByteCount: 32)
    func derive(_ name: String, _ count: Int) -> SymmetricKey {
      HKDF<SHA256>.deriveKey(
        inputKeyMaterial: mixed, salt: Array(salt), info: Array("Content-Encoding: \(name)\0".utf8), outputByteCount: count)
    }
    let nonce = try AES.GCM.Nonce(data: derive("nonce", 12).withUnsafeBytes { Array($0) })
    let box = try AES.GCM.SealedBox(nonce: nonce, ciphertext: Array(sealed.dropLast(16)), tag: Array(sealed.suffix(16)))
    let plain = try AES.GCM.open(box, using: derive("aes128gcm", 16))
    return try JSON(parsing: String(decoding: plain.dropLast(), as: UTF8.self))
  }
}
