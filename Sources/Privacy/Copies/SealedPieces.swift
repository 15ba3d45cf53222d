import Base
import Crypto
import Files
import Foundation
import NIOCore
import Synchronization

/// A large file in the storage, cut into pieces that are sealed one by one: neither making nor reading it takes more memory than some pieces,
/// and who has the storage alone has nothing.
struct SealedPieces: Sendable {
  static let pieceBytes = 4 << 20

  let storage: any FileStorage
  let key: SymmetricKey
  /// For a moment, each piece on its way.
  let folder: String

  /// - Returns: where the pieces are, in order.
  func keep(_ path: String, of archive: ArchiveID) async throws -> (places: [FilePlace], bytes: Int64) {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var (places, bytes): ([FilePlace], Int64) = ([], 0)
    do {
      while let piece = try file.read(upToCount: Self.pieceBytes), !piece.isEmpty {
        let place = FilePlace(folder: archive.description)
        places.append(place)
        try await keep(piece, at: place, number: places.count - 1)
        bytes += Int64(piece.count)
      }
    } catch {
      for place in places { try? await storage.remove(place) }
      throw error
    }
    return (places, bytes)
  }

  func open(_ places: [FilePlace], bytes: Int64) -> any StoredFile { PieceReader(pieces: self, places: places, bytes: bytes) }

  func remove(_ places: [FilePlace]) async throws {
    for place in places { try await storage.remove(place) }
  }

  private func keep(_ piece: Data, at place: FilePlace, number: Int) async throws {
    let draft = "\(folder)/\(place.name)"
    guard let sealed = try AES.GCM.seal(piece, using: key, authenticating: Self.label(place, number)).combined else {
      preconditionFailure("A nonce of the usual length is part of the box")
    }
    try sealed.write(to: URL(fileURLWithPath: draft))
    defer { try? FileManager.default.removeItem(atPath: draft) }
    try await storage.keep(draft, at: place)
  }

  fileprivate func read(_ place: FilePlace, number: Int) async throws -> Data {
    guard let stored = try await storage.open(place) else { throw Refusal(.fileExpired) }
    var sealed = ByteBuffer()
    while Int64(sealed.readableBytes) < stored.bytes {
      var part = try await stored.read(at: Int64(sealed.readableBytes), count: 1 << 20)
      guard part.readableBytes > 0 else { throw Refusal(.fileExpired) }
      sealed.writeBuffer(&part)
    }
    let box = try AES.GCM.SealedBox(combined: Data(sealed.readableBytesView))
    return try AES.GCM.open(box, using: key, authenticating: Self.label(place, number))
  }

  /// So that pieces cannot be put in another order.
  private static func label(_ place: FilePlace, _ number: Int) -> Data { Data("\(place) \(number)".utf8) }
}

/// A class, because the piece that was opened last is remembered.
private final class PieceReader: StoredFile {
  let bytes: Int64
  private let pieces: SealedPieces
  private let places: [FilePlace]
  private let last = Mutex<(number: Int, piece: Data)?>(nil)

  init(pieces: SealedPieces, places: [FilePlace], bytes: Int64) {
    self.pieces = pieces
    self.places = places
    self.bytes = bytes
  }

  func read(at offset: Int64, count: Int) async throws -> ByteBuffer {
    guard offset < bytes, count > 0 else { return ByteBuffer() }
    let number = Int(offset) / SealedPieces.pieceBytes
    let piece = try await piece(number)
    let start = Int(offset) - number * SealedPieces.pieceBytes
    guard start < piece.count else { return ByteBuffer() }
    let range = piece.startIndex + start..<piece.startIndex + min(piece.count, start + count)
    return ByteBuffer(bytes: piece[range])
  }

  private func piece(_ number: Int) async throws -> Data {
    if let known = last.withLock({ $0 }), known.number == number { return known.piece }
    guard places.indices.contains(number) else { throw Refusal(.fileExpired) }
    let piece = try await pieces.read(places[number], number: number)
    last.withLock { $0 = (number, piece) }
    return piece
  }
}
