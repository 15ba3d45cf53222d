import Base
import Crypto
import Foundation
import NIOCore

/// Copies of files that are about to be deleted (E84c), each sealed under a key of the person whose chat it was in.
///
/// The keys lie in the folder of keys and never beside the copies: who destroys a key has erased every copy under it, wherever those are.
public struct Sealer: Sendable {
  private let folder: String
  private let keys: KeyFolder

  public init(folder: String, keys: KeyFolder) {
    self.folder = folder
    self.keys = keys
  }

  /// On the disk when it returns. The same file again is the same copy again.
  public func seal(_ file: any StoredFile, at place: FilePlace, of asker: VisitorID) async throws {
    let path = path(of: place)
    var bytes = ByteBuffer()
    while Int64(bytes.readableBytes) < file.bytes {
      var piece = try await file.read(at: Int64(bytes.readableBytes), count: 1 << 20)
      guard piece.readableBytes > 0 else { throw DiskError(EIO, "read a file that is to be sealed") }
      bytes.writeBuffer(&piece)
    }
    let plain = Data(bytes.readableBytesView)
    let chat = "\(folder)/\(place.folder)"
    try await Landing.blocking { [keys] in
      let key = try keys.key(Self.keyName(of: asker))
      let box = try AES.GCM.seal(plain, using: key, authenticating: Data(place.description.utf8))
      guard let sealed = box.combined else { preconditionFailure("A nonce of the usual length is part of the box") }
      let draft = "\(path).\(Secret().text)"
      let out = try OpenFile(making: draft, in: chat)
      defer { unlink(draft) }
      do {
        try out.write(Array(sealed))
      } catch {
        out.close()
        throw error
      }
      try out.finish()
      guard rename(draft, path) == 0 else { throw DiskError(errno, "keep a sealed copy") }
      try flush(chat)
    }
  }

  /// What was sealed; nil when there is no copy.
  public func open(_ place: FilePlace, of asker: VisitorID) async throws -> Data? {
    let path = path(of: place)
    return try await Landing.blocking { [keys] in
      guard let sealed = FileManager.default.contents(atPath: path) else { return nil }
      let box = try AES.GCM.SealedBox(combined: sealed)
      return try AES.GCM.open(box, using: keys.key(Self.keyName(of: asker)), authenticating: Data(place.description.utf8))
    }
  }

  /// What there are copies of, with the bytes and the day of each.
  public func copies() async throws -> [(place: FilePlace, bytes: Int64, at: Date)] {
    try await Landing.blocking { [folder] in
      let files = FileManager.default
      let chats = (try? files.contentsOfDirectory(atPath: folder)) ?? []
      return try chats.sorted().flatMap { chat in
        try files.contentsOfDirectory(atPath: "\(folder)/\(chat)").sorted().compactMap { name in
          guard name.hasSuffix(".sealed"), let place = FilePlace("\(chat)/\(name.dropLast(7))") else { return nil }
          let facts = try files.attributesOfItem(atPath: "\(folder)/\(chat)/\(name)")
          return (place, facts[.size] as? Int64 ?? 0, facts[.modificationDate] as? Date ?? .distantPast)
        }
      }
    }
  }

  /// Destroys every copy from a chat, and the key under which copies of it may lie elsewhere.
  public func destroy(_ chat: String, of asker: VisitorID) async throws {
    let copies = "\(folder)/\(chat)"
    try await Landing.blocking { [keys] in
      if FileManager.default.fileExists(atPath: copies) { try FileManager.default.removeItem(atPath: copies) }
      try keys.destroy(Self.keyName(of: asker))
    }
  }

  private func path(of place: FilePlace) -> String { "\(folder)/\(place).sealed" }
  private static func keyName(of asker: VisitorID) -> String { "visitor-\(asker)" }
}
