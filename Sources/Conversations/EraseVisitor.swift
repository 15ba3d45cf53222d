import Base
import ConversationsCore
import Files
import Sites
import Store
import Wire

extension Conversations {
  /// Erases a visitor: who it was, which pages they saw, what was said in their thread, and every file and sealed copy of it.
  ///
  /// The log keeps its numbers, so that nobody's counting breaks. Files go first: whatever breaks off in between is made whole by the next try.
  public func erase(_ visitor: VisitorID) async throws {
    if let conversation = try await store.read({ try $0.conversation(of: visitor) }) { try await endChat(in: conversation) }
    try await erase(visitor) { _ in true }
  }

  /// The same for whom nobody asked it: a chat that is open stays open.
  ///
  /// - Parameter isMeant: asked in the transaction that erases, under the lock of the conversation; where it says no, everything that was
  ///   written stays. Files that were removed by then have expired.
  public func erase(_ visitor: VisitorID, only isMeant: @escaping @Sendable (any Session) throws -> Bool) async throws {
    guard let conversation = try await store.read({ try $0.conversation(of: visitor) }) else {
      let now = clock.now
      let site = try await store.write { session -> SiteID? in
        guard try isMeant(session) else { return nil }
        let site = try session.visitor(visitor)?.site
        try session.forget(visitor, at: now)
        return site
      }
      if let site { stirred(visitor, at: site) }
      return
    }
    guard let place = try await place(of: conversation) else { throw Refusal(.notFound) }
    var removed: Set<FilePlace> = []
    while true {
      let places = try await store.read { try $0.places(in: conversation) }
      for place in places where removed.insert(place).inserted { try await filing.storage.remove(place) }
      try await filing.sealer.destroy(conversation.description, of: visitor)
      let (now, gone) = (clock.now, removed)
      let end = try await store.write(locking: [.conversation(conversation)]) { [notifications] session -> Erasure in
        // A file that came in meanwhile goes, too.
        guard try session.places(in: conversation).allSatisfy(gone.contains) else { return .again }
        guard try isMeant(session) else {
          try session.expire(gone, in: conversation, at: now)
          return .unmeant
        }
        try session.forget(visitor, at: now)
        try session.run("UPDATE files SET deleted_at = $2 WHERE conversation_id = $1 AND deleted_at IS NULL", conversation, now)
        try notifications.forget(about: Self.subject(conversation), in: session)
        try session.run("UPDATE conversations SET revision = revision + 1 WHERE id = $1", conversation)
        return .done
      }
      if end == .unmeant { return }
      if end == .done { break }
    }
    tellErased(visitor, in: conversation, at: place.site)
  }

  private enum Erasure { case done, again, unmeant }

  private func endChat(in conversation: ConversationID) async throws {
    let isOpen = try await store.read { try $0.held(conversation)?.state.chat.map { $0.phase != .closed } ?? false }
    if isOpen { try await perform(.close, in: conversation, by: .visitor(siteOnline: true)) }
  }

  /// Consoles that show the thread or its row read it anew; the visitor's own windows come back as somebody new.
  private func tellErased(_ visitor: VisitorID, in conversation: ConversationID, at site: SiteID) {
    let topic = Topic.chat(conversation)
    news.note(conversation, [.row, .people])
    stirred(visitor, at: site)
    hub.visit { [logger] handler, connection in
      guard let line = handler as? Line else { return }
      let (role, follows) = line.state.withLock { ($0.role, $0.topics.contains(topic)) }
      if case .visitor(let guest) = role, guest.id == visitor { return connection.close(.serverStops) }
      guard follows else { return }
      connection.eventLoop.makeFutureWithTask { try await line.follow(topic, of: line.permit(topic), since: 0, id: nil, on: connection) }
        .whenFailure { logger.warning("A thread could not be read anew", metadata: ["error": .string(String(reflecting: $0))]) }
    }
  }
}

extension Session {
  fileprivate func places(in conversation: ConversationID) throws -> [FilePlace] {
    try rows("SELECT path FROM files WHERE conversation_id = $1 AND path IS NOT NULL", conversation).compactMap { FilePlace($0[0]) }
  }

  /// Their time is over: the next round says so in the thread.
  fileprivate func expire(_ removed: Set<FilePlace>, in conversation: ConversationID, at now: Moment) throws {
    for place in removed {
      try run("UPDATE files SET expires_at = $3 WHERE conversation_id = $1 AND path = $2", conversation, place.description, now)
    }
  }

  /// Whoever asked there was erased: no link leads back.
  func isErased(_ conversation: ConversationID) throws -> Bool {
    let sql = "SELECT 1 FROM conversations AS c JOIN visitors AS v ON v.id = c.visitor_id WHERE c.id = $1 AND v.erased_at IS NOT NULL"
    return try row(sql, conversation) != nil
  }

  fileprivate func forget(_ visitor: VisitorID, at now: Moment) throws {
    try erase(.visitor(visitor), at: now)
    try run("UPDATE visitors SET erase_at = NULL, erased_at = $2, form_sent_at = NULL, account_id = NULL WHERE id = $1", visitor, now)
  }
}
