import Foundation
import NIOCore

/// Files as people send them, in `Tests/Samples`.
public enum Samples {
  public static func path(_ name: String) -> String { Databases.root.appendingPathComponent("Tests/Samples/\(name)").path }
  public static func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }
}

/// A body of a request, in as many pieces as is wanted.
public struct Upload: AsyncSequence, Sendable {
  private let data: Data
  private let pieces: Int

  public init(_ data: Data, pieces: Int = 1) {
    self.data = data
    self.pieces = pieces
  }

  public func makeAsyncIterator() -> Iterator { Iterator(rest: data, size: Swift.max(1, (data.count + pieces - 1) / pieces)) }

  public struct Iterator: AsyncIteratorProtocol {
    var rest: Data
    let size: Int

    public mutating func next() async -> ByteBuffer? {
      guard !rest.isEmpty else { return nil }
      defer { rest = rest.dropFirst(size) }
      return ByteBuffer(bytes: rest.prefix(size))
    }
  }
}
