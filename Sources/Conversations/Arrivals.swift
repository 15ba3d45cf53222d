import Base
import HTTPTypes
import Hummingbird
import Live
import Sites
import Store
import Synchronization
import Web
import Wire

/// A visitor and their one conversation.
struct KnownVisitor: Sendable {
  let visitor: SiteVisitor
  let conversation: ConversationID
  /// Whom a paid thread is with.
  var expert: AccountID?
  /// Where it was a link that led here.
  var link: ThreadLink?
}

extension Conversations {
  /// Finds or makes the visitor of a key and their one conversation.
  ///
  /// - Throws: `banned`, before anything is made.
  func visitor(key: Secret, at site: SiteID, from sender: Sender, network: String) async throws -> KnownVisitor {
    let (visitorID, conversationID, now, digest) = (ids.next(Kinds.Visitor.self), ids.next(Kinds.Conversation.self), clock.now, key.digest)
    let known = try await store.read { session in
      try session.refuseBanned(digest, at: site, from: network, now: now)
      return try session.visitor(site: site, keyDigest: digest).flatMap { visitor in
        try session.conversation(of: visitor.id).map { KnownVisitor(visitor: visitor, conversation: $0) }
      }
    }
    if let known { return known }
    return try await store.write { session in
      let visitor = try session.createVisitor(visitorID, site: site, keyDigest: digest, from: sender, at: now)
      try session.createConversation(conversationID, of: visitor.id, at: site, now: now)
      guard let conversation = try session.conversation(of: visitor.id) else {
        preconditionFailure("A conversation that was just inserted, or stood in the way of it, is there")
      }
      return KnownVisitor(visitor: visitor, conversation: conversation)
    }
  }

  /// - Throws: `banned`.
  func refuseBanned(_ visitor: VisitorID) async throws {
    let now = clock.now
    try await store.read { try $0.refuseBanned(visitor, now: now) }
  }

  /// The language of a widget: the site's, or the visitor's own where we have it.
  func language(of site: Site, asked: String?) -> Language {
    switch site.language {
    case .always(let language): language
    case .visitors: Language(preferredIn: asked ?? "")
    }
  }
}

extension Session {
  func conversation(of visitor: VisitorID) throws -> ConversationID? {
    try row("SELECT id FROM conversations WHERE visitor_id = $1", visitor).map { $0[0] }
  }

  /// The one conversation of a visitor, for life.
  public func createConversation(_ id: ConversationID, of visitor: VisitorID, at site: SiteID, now: Moment) throws {
    try run(
      """
      INSERT INTO conversations (id, site_id, visitor_id, revision, head, public_head, state, active_at, asked, created_at)
      VALUES ($1, $2, $3, 0, 0, 0, 'empty', $4, 0, $4)
      ON CONFLICT (visitor_id) DO NOTHING
      """, id, site, visitor, now)
  }
}
