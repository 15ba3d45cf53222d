import Base
import NIOCore

/// Where files are kept: the local disk, or a store of objects. A place is a folder of the chat and a random name.
public protocol FileStorage: Sendable {
  /// Takes a file over. When it returns, the file outlives a loss of power.
  func keep(_ path: String, at place: FilePlace) async throws
  /// Nil when there is nothing at that place.
  func open(_ place: FilePlace) async throws -> (any StoredFile)?
  /// Nothing happens when there is nothing.
  func remove(_ place: FilePlace) async throws
}

/// A file that is being read. It ends with the last reference to it.
public protocol StoredFile: Sendable {
  var bytes: Int64 { get }
  /// At most `count` bytes from `offset` on; fewer at the end.
  func read(at offset: Int64, count: Int) async throws -> ByteBuffer
}

public struct FilePlace: Hashable, Sendable, CustomStringConvertible {
  public let folder: String
  public let name: String

  /// A new place in the folder of a chat.
  public init(folder: String) {
    self.folder = folder
    name = Secret().text
  }

  /// Reads what a column holds.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, Secret(parts[1]) != nil, !parts[0].isEmpty, parts[0].utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    (folder, name) = (parts[0], parts[1])
  }

  public var description: String { "\(folder)/\(name)" }
}
