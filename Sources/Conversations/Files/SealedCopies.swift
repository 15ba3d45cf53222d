import Base
import Files
import Foundation
import Store

/// The copies that were put aside before files were deleted, for the owner of the house.
extension Conversations {
  public struct SealedCopy: Sendable {
    public let place: String
    public let bytes: Int64
    public let at: Date
  }

  public func sealedCopies() async throws -> [SealedCopy] {
    try await filing.sealer.copies().map { SealedCopy(place: $0.place.description, bytes: $0.bytes, at: $0.at) }
  }

  /// What was sealed.
  ///
  /// - Returns: nil when there is no such copy, or nobody it was of.
  /// - Throws: what CryptoKit says when the key is another one, or gone.
  public func openSealedCopy(at text: String) async throws -> Data? {
    guard let place = FilePlace(text), let conversation = ConversationID(place.folder), let owner = try await self.place(of: conversation)
    else { return nil }
    return try await filing.sealer.open(place, of: owner.visitor)
  }
}
