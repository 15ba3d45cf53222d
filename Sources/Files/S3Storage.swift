import Base
import Foundation
import NIOCore
import Outside
import Synchronization

/// Files in a store of objects that speaks S3: one object a file, the bucket in the path, so that it need not be a name of the net.
public struct S3Storage: FileStorage {
  public struct Account: Sendable {
    public let keyID: String
    public let secret: String
    public let region: String

    public init(keyID: String, secret: String, region: String) {
      self.keyID = keyID
      self.secret = secret
      self.region = region
    }
  }

  /// For one object, up and down.
  private static let seconds = 60

  private let origin: String
  private let host: String
  private let bucketPath: String
  private let signature: AWSSignature
  private let outside: Outside

  /// - Parameter address: `https://s3.example.com/bucket`, with a path below it where several share a bucket. Nil for anything else.
  public init?(_ address: String, account: Account, outside: Outside) {
    guard let (scheme, host, path) = Self.parts(of: address) else { return nil }
    self.host = host
    origin = "\(scheme)://\(host)"
    bucketPath = "/\(path)"
    signature = AWSSignature(keyID: account.keyID, secret: account.secret, region: account.region)
    self.outside = outside
  }

  public static func isAddress(_ text: String) -> Bool { parts(of: text) != nil }

  /// Of letters that stand in an address as they are, so that what is signed is what is sent.
  private static func parts(of address: String) -> (scheme: String, host: String, path: String)? {
    guard let url = URL(string: address), let scheme = url.scheme, ["http", "https"].contains(scheme), let name = url.host else {
      return nil
    }
    let path = url.path.split(separator: "/").joined(separator: "/")
    let isPlain = path.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte) || "-._/".utf8.contains(byte)
    }
    guard !path.isEmpty, isPlain, url.query == nil else { return nil }
    return (scheme, url.port.map { "\(name):\($0)" } ?? name, path)
  }

  public func keep(_ path: String, at place: FilePlace) async throws {
    let bytes = try await Landing.blocking { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
    let answer = try await ask("PUT", place, body: bytes)
    guard answer.status == 200 else { throw StorageFailure("PUT", answer.status) }
  }

  public func open(_ place: FilePlace) async throws -> (any StoredFile)? {
    let answer = try await ask("HEAD", place)
    if answer.status == 404 { return nil }
    guard answer.status == 200, let bytes = answer.header("content-length").flatMap({ Int64($0) }) else {
      throw StorageFailure("HEAD", answer.status)
    }
    return S3File(bytes: bytes) { range in
      let answer = try await ask("GET", place, headers: ["range": "bytes=\(range.lowerBound)-\(range.upperBound - 1)"])
      guard answer.status == 206, answer.body.count == range.count else { throw StorageFailure("GET", answer.status) }
      return ByteBuffer(bytes: answer.body)
    }
  }

  public func remove(_ place: FilePlace) async throws {
    let answer = try await ask("DELETE", place)
    guard [200, 204, 404].contains(answer.status) else { throw StorageFailure("DELETE", answer.status) }
  }

  /// For a store that is new. Whoever runs one has a bucket already.
  func makeBucket() async throws {
    let answer = try await ask("PUT", path: bucketPath)
    guard [200, 409].contains(answer.status) else { throw StorageFailure("PUT", answer.status) }
  }

  private func ask(_ method: String, _ place: FilePlace, headers: [String: String] = [:], body: [UInt8]? = nil) async throws -> HTTPAnswer {
    try await ask(method, path: "\(bucketPath)/\(place)", headers: headers, body: body)
  }

  private func ask(_ method: String, path: String, headers: [String: String] = [:], body: [UInt8]? = nil) async throws -> HTTPAnswer {
    let date = AWSSignature.date(machineTime())
    let digest = AWSSignature.digest(body ?? [])
    let signed = headers.merging(["host": host, "x-amz-date": date, "x-amz-content-sha256": digest]) { $1 }
    let authorization = signature.authorization(
      of: AWSSignature.Request(method: method, path: path, headers: signed, bodyDigest: digest), at: date)
    var question = HTTPQuestion(
      method, origin + path, headers: signed.map { (name: $0.key, value: $0.value) } + [("authorization", authorization)], body: body,
      reach: .anywhere)
    question.totalSeconds = Self.seconds
    question.answerLimitBytes = S3File.windowBytes * 2
    do {
      return try await outside.ask(question)
    } catch let error as OutsideFailure {
      throw StorageFailure(method, error)
    }
  }
}

/// The store did not do what was asked of it: files wait until it does.
public struct StorageFailure: Error, CustomStringConvertible {
  public let description: String

  init(_ deed: String, _ status: Int) { description = "The store of files answered \(deed) with \(status)" }
  init(_ deed: String, _ error: OutsideFailure) { description = "The store of files could not be asked to \(deed): \(error)" }
}

/// Read in large pieces, handed out in small ones: each piece is a request.
///
/// A class, because the piece that was fetched last is remembered.
private final class S3File: StoredFile {
  static let windowBytes = 1 << 20

  let bytes: Int64
  private let fetch: @Sendable (Range<Int64>) async throws -> ByteBuffer
  private let window = Mutex<(start: Int64, bytes: ByteBuffer)>((0, ByteBuffer()))

  init(bytes: Int64, fetch: @escaping @Sendable (Range<Int64>) async throws -> ByteBuffer) {
    self.bytes = bytes
    self.fetch = fetch
  }

  func read(at offset: Int64, count: Int) async throws -> ByteBuffer {
    guard offset < bytes, count > 0 else { return ByteBuffer() }
    if let piece = held(offset, count) { return piece }
    let end = min(bytes, offset + Int64(max(count, Self.windowBytes)))
    let fetched = try await fetch(offset..<end)
    window.withLock { $0 = (offset, fetched) }
    return held(offset, count) ?? fetched
  }

  private func held(_ offset: Int64, _ count: Int) -> ByteBuffer? {
    window.withLock { window in
      let skipped = offset - window.start
      guard skipped >= 0, skipped < window.bytes.readableBytes else { return nil }
      let length = min(count, window.bytes.readableBytes - Int(skipped))
      return window.bytes.getSlice(at: window.bytes.readerIndex + Int(skipped), length: length)
    }
  }
}
