import Access
import Base
import ConversationsCore
import Hummingbird
import Notifications
import Sites
import Store
import Web
import Wire

extension NoticeKind {
  /// A colleague calls somebody by a note.
  public static let mentioned = NoticeKind("mentioned", push: true, mail: true, isUrgent: true, isForTeam: true)
}

/// Notes: what the team writes for itself, at its place in the log, which the visitor never hears of
/// ([0024](../../docs/decisions/0024-lines-of-the-log.md)). Who is called by one gets a notice.
extension Conversations {
  /// Queues a note in the order of the calls for this conversation.
  func submit(
    _ note: Wire.Note, in conversation: ConversationID, by doer: Doer, then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    submit(in: conversation, then: then) { [self] session, now in
      guard let place = try session.place(of: conversation) else { throw Refusal(.notFound) }
      let mentions = try session.mentions(of: note.mentions, at: place.site)
      let text = TeamNote(text: note.text, mentions: mentions)
      let performed = try session.perform(.note(text, clientID: note.client), in: conversation, by: doer, at: now)
      for entry in performed.entries { try tellMentioned(by: entry, in: session) }
      return performed
    }
  }

  private func tellMentioned(by entry: LoggedEntry, in session: any Session) throws {
    guard case .note(let note) = entry.body, case .agent(let author) = entry.by else { return }
    let data = ["conversation": "\(entry.conversation)", "note": "\(entry.n)"]
    for account in Set(note.mentions.map(\.account)).sorted() where account != author.id {
      try notifications.tell(
        Tidings(.mentioned, about: Self.subject(entry.conversation), data: data, at: entry.at), to: account, in: session)
    }
  }

  func tellOfMentions(by notifications: Notifications) {
    notifications.add([.mentioned]) { session, account, notices in
      guard let reader = try session.deskOwner(account)?.actor else { return [:] }
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let conversation = notice.identity("conversation", of: Kinds.Conversation.self),
          let n = notice.identity("note", of: Kinds.Notice.self)?.rawValue
        else { continue }
        stories[notice.id] = try session.story(ofNote: n, in: conversation, for: reader)
      }
      return stories
    }
  }

  func registerNotes(on routes: Routes) {
    routes.get("/console/chats/{conversation}/team", .decidedInside("Conversations.colleagues")) { [self] _, context in
      .json(ColleaguesBody(try await colleagues(in: context.identity("conversation"), for: context.actor)))
    }
  }

  /// Who can be called by a note. Asks the door: whoever writes notes there knows who reads them.
  private func colleagues(in conversation: ConversationID, for actor: Access.Actor) async throws -> [Face] {
    guard actor != .signedOut else { throw Refusal(.signInNeeded) }
    guard let place = try await place(of: conversation), place.expert == nil, actor.may(.write, .notes(site: place.site)) else {
      throw Refusal(.notFound)
    }
    return try await store.read { try $0.colleagues(at: place.site) }
  }
}

private struct ColleaguesBody: Encodable {
  struct Colleague: Encodable {
    let id: AccountID
    let name: String
    let avatar: String
  }

  let colleagues: [Colleague]

  init(_ faces: [Face]) { colleagues = faces.map { Colleague(id: $0.account, name: $0.name, avatar: $0.avatar) } }
}

extension Session {
  private static var colleagueLimit: Int { 500 }

  /// Those whom the door lets read a site's notes: its agents, managers and administrators.
  fileprivate func colleagues(at site: SiteID) throws -> [Face] {
    try rows(
      """
      SELECT accounts.id, COALESCE(assignments.pseudonym, NULLIF(accounts.pseudonym, ''), accounts.name) AS shown,
        COALESCE(assignments.avatar, accounts.avatar)
      FROM accounts
      LEFT JOIN assignments ON assignments.account_id = accounts.id AND assignments.site_id = $1
      WHERE accounts.active
        AND (accounts.is_manager OR accounts.is_administrator OR (accounts.is_agent AND assignments.site_id IS NOT NULL))
      ORDER BY shown, accounts.id
      LIMIT \(Self.colleagueLimit)
      """, site
    ).map { Face(account: $0[0], name: $0[1], avatar: $0[2]) }
  }

  /// Without those who may not read it: a call that nobody hears is no call.
  fileprivate func mentions(of accounts: [AccountID], at site: SiteID) throws -> [TeamNote.Mention] {
    guard !accounts.isEmpty else { return [] }
    let names = Dictionary(try colleagues(at: site).map { ($0.account, $0.name) }) { first, _ in first }
    return try accounts.compactMap { account in
      guard let name = names[account], try deskOwner(account)?.actor.may(.read, .notes(site: site)) == true else { return nil }
      return TeamNote.Mention(account: account, name: name)
    }
  }

  fileprivate func story(ofNote n: Int64, in conversation: ConversationID, for reader: Access.Actor) throws -> Story? {
    guard let place = try place(of: conversation), reader.may(.read, .notes(site: place.site)),
      let entry = try entry(n, of: conversation, for: .team),
      case .note(let note) = entry.body, case .agent(let author) = entry.by, let site = try site(place.site)
    else { return nil }
    return Story(
      name: author.name, place: site.name, text: String(note.text.prefix(Self.previewCharacters)), conversation: conversation,
      path: "/console#\(conversation)", acts: [])
  }

  func place(of conversation: ConversationID) throws -> Place? {
    try row("SELECT site_id, visitor_id, expert_id FROM conversations WHERE id = $1", conversation).map {
      Place(site: $0[0], visitor: $0[1], expert: $0[2])
    }
  }
}
