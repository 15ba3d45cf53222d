import Base
import ConversationsCore
import Store

extension Conversations {
  private static var filesAtOnce: Int { 100 }

  /// Deletes the files whose nights have come (E44a), and those that were uploaded and never sent.
  ///
  /// What cannot be deleted now is tried again the next time.
  public func expireFiles() async throws {
    let condition = expiredFiles(at: "$1")
    while !Task.isCancelled {
      let now = clock.now
      let due = try await store.read { try $0.expiredFiles(where: condition, at: now, limit: Self.filesAtOnce) }
      var failed = 0
      for row in due {
        do {
          try await expire(row, at: now)
        } catch is CancellationError {
          return
        } catch {
          failed += 1
          logger.error("A file could not be deleted", metadata: ["file": "\(row.file.id)", "error": .string(String(reflecting: error))])
        }
      }
      if due.count < Self.filesAtOnce || failed > 0 { return }
    }
  }

  /// A sealed copy is on the disk before the file goes, and the file is gone before anybody is told: whatever breaks off in between is
  /// made whole by the next try.
  private func expire(_ row: FileRow, at now: Moment) async throws {
    if let place = row.place {
      if row.n != nil, let stored = try await filing.storage.open(place), let owner = try await self.place(of: row.conversation) {
        try await filing.sealer.seal(stored, at: place, of: owner.visitor)
      }
      try await filing.storage.remove(place)
    }
    let id = row.file.id
    guard let n = row.n else { return try await store.write { session in try session.markDeleted(id, at: now) } }
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      submit(in: row.conversation) { result in
        continuation.resume(with: result.map { _ in })
      } _: { session, now in
        guard let current = try session.file(id), current.deletedAt == nil else { throw Refusal(.fileExpired) }
        try session.markDeleted(id, at: now)
        return try session.perform(.expireFile(id, of: n), in: row.conversation, by: .clock, at: now)
      }
    }
  }
}
