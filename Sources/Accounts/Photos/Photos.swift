import Base
import Files
import Foundation
import NIOCore
import Store

/// A picture of oneself (B3c, B7): any picture comes in, a small one is kept.
extension Accounts {
  /// - Parameter body: the bytes of the picture as it was chosen.
  /// - Returns: the address of the photo.
  func setPhoto<Body: AsyncSequence & Sendable>(
    of id: AccountID, to body: Body, from place: Whereabouts
  ) async throws -> String where Body.Element == ByteBuffer {
    guard let landing else { throw Refusal(.unavailable) }
    let picture = Examiner.Picture(side: Photo.side, isPNG: true, isDemanded: true)
    let made = try await landing.receive(body, upTo: Photo.byteLimit) { landed in
      try await landing.examine(landed, picture: picture) { finding, path in
        guard let path, finding.type == Photo.contentType else { throw Refusal(.pictureTypeNotAllowed) }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      }
    }
    let photo = Photo(of: id, png: made)
    try await changePhoto(of: id, "account.photoSet", from: place) { session, now in try session.save(photo, at: now) }
    return Photo.address(of: id, hash: photo.hash)
  }

  func removePhoto(of id: AccountID, from place: Whereabouts) async throws {
    try await changePhoto(of: id, "account.photoRemoved", from: place) { session, _ in try session.removePhoto(of: id) }
  }

  private func changePhoto(
    of id: AccountID, _ deed: String, from place: Whereabouts, _ change: @escaping @Sendable (any Session, Moment) throws -> Void
  ) async throws {
    let (now, audit) = (clock.now, audit(id, deed, id, place))
    try await store.write(locking: [.account(id)]) { session in
      guard try session.account(id) != nil else { throw Refusal(.notFound) }
      try change(session, now)
      try session.audit(audit.line, id: audit.id, at: now)
    }
  }
}
