import Base
import ConversationsCore
import Sites
import Store
import Web

/// What the links that lead back to a thread open.
extension Conversations {
  /// The visitor whose thread a link opens, on the page of Parley's own that shows it.
  ///
  /// - Throws: `linkVoid` for what this program did not sign, and for what has ended.
  func visitor(behind text: String, at site: SiteID) async throws -> KnownVisitor {
    guard let link = ThreadLink(text, signedWith: linkKey), try await isOpen(link) else { throw Refusal(.linkVoid) }
    guard var found = try await asker(of: link.conversation), found.visitor.site == site else { throw Refusal(.notFound) }
    found.link = link
    return found
  }

  /// Whether a link opens its thread now.
  func isOpen(_ link: ThreadLink) async throws -> Bool {
    guard link.expires > clock.now, try await !store.read({ try $0.isErased(link.conversation) }) else { return false }
    guard case .session(let account, let digest) = link.holder else { return true }
    guard try await isSessionOpen(account, digest) else { return false }
    return try await store.read { try $0.isThread(link.conversation, of: account) }
  }

  /// Whom a thread is for.
  func asker(of conversation: ConversationID) async throws -> KnownVisitor? {
    try await store.read { session in
      guard let row = try session.row("SELECT visitor_id, expert_id FROM conversations WHERE id = $1", conversation),
        let visitor = try session.visitor(row[0])
      else { return nil }
      return KnownVisitor(visitor: visitor, conversation: conversation, expert: row[1])
    }
  }

  /// What opens one thread of somebody's own, for as long as the session that they have now.
  public func link(to conversation: ConversationID, for person: SignedIn) -> String {
    ThreadLink(to: conversation, for: .session(person.member.id, digest: person.sessionDigest), at: clock.now).signed(with: linkKey)
  }

  /// As it stands in an address of the web.
  func address(of link: ThreadLink, _ rest: String = "") -> String {
    "\(web.settings.baseAddress)\(path(of: link))\(rest)"
  }

  func path(of link: ThreadLink) -> String { "/threads/\(link.signed(with: linkKey))" }

  /// Notes in the log how far a letter got.
  func note(_ news: LetterNews, in conversation: ConversationID) {
    submit(.noteLetter(news), in: conversation, by: .clock) { [logger] result in
      if case .failure(let error) = result {
        logger.warning("A letter's way could not be noted", metadata: ["error": .string(String(reflecting: error))])
      }
    }
  }

  /// Whom a sign-up or a page may give a thread to: who holds a letter of it that is not too old.
  public func thread(behind text: String) -> ConversationID? {
    guard let link = ThreadLink(text, signedWith: linkKey), link.expires > clock.now, case .letter = link.holder else { return nil }
    return link.conversation
  }
}

extension Session {
  func isThread(_ conversation: ConversationID, of account: AccountID) throws -> Bool {
    try row(
      """
      SELECT 1
      FROM conversations
      JOIN visitors ON visitors.id = conversations.visitor_id
      WHERE conversations.id = $1 AND visitors.account_id = $2
      """, conversation, account) != nil
  }

  /// Gives a thread to an account. One that is kept already stays with whom it is.
  ///
  /// - Returns: whether the account has it now.
  @discardableResult public func keep(_ conversation: ConversationID, for account: AccountID) throws -> Bool {
    try run(
      """
      UPDATE visitors SET account_id = $2
      WHERE account_id IS NULL AND erased_at IS NULL AND id = (SELECT visitor_id FROM conversations WHERE id = $1)
      """, conversation, account)
    return try isThread(conversation, of: account)
  }

  /// An erased account keeps no thread.
  public func letGoOfThreads(of account: AccountID) throws {
    try run("UPDATE visitors SET account_id = NULL WHERE account_id = $1", account)
  }
}
