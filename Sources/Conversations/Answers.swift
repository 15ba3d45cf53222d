import Access
import Base
import Live
import Sites
import Store
import Web
import Wire

/// Whose a conversation is, which is all that the door asks about it.
struct Place: Hashable, Sendable {
  let site: SiteID
  let visitor: VisitorID
  /// Whom a paid thread is with.
  let expert: AccountID?

  var thing: Thing { .chat(site: site, asker: visitor, expert: expert) }
}

/// What a subscription is answered with.
extension Conversations {
  /// A client that misses more than this begins anew with the newest entries.
  static let resumeLimit = 200
  static let firstEntries = 50

  func answer(_ topic: Topic, since: Int64, for reader: Reader, id: String?) async throws -> (Packet, position: Int64) {
    switch topic {
    case .chat(let conversation):
      let subscribed = try await subscribed(to: conversation, since: since, for: reader, id: id)
      return (Packet(subscribed), subscribed.head)
    case .site(let site): return (Packet(siteSnapshot(site, id: id)), 0)
    case .agent(let account):
      guard let snapshot = try await deskSnapshot(of: account, id: id) else { throw Refusal(.notFound) }
      return (Packet(snapshot), 0)
    case .visitors(let site):
      let rows = try await store.read { try $0.listed(site: site) }
      return (Packet(VisitorsSnapshot(id: id, list: topic, rows: rows.map { seen($0) })), 0)
    case .monitoring(let site): return (Packet(try await monitored(at: site, id: id)), 0)
    case .threads(let expert, let site):
      let (rows, waiting) = try await store.read { [toll] session in
        let rows = try session.listed(expert: expert, at: site)
        return (rows, try toll.waiting(in: rows.map(\.id), in: session))
      }
      return (Packet(VisitorsSnapshot(id: id, list: topic, rows: rows.map { seen($0, waiting: waiting[$0.id]) })), 0)
    case .wallet(let account):
      return (
        Packet(WalletSnapshot(id: id, account: account, wallets: try await store.read { [toll] in try toll.wallets(of: account, in: $0) })),
        0
      )
    case .notices(let account): return (Packet(try await notifications.snapshot(of: account, id: id)), 0)
    }
  }

  /// Whose a conversation is.
  func place(of conversation: ConversationID) async throws -> Place? {
    try await store.read { try $0.place(of: conversation) }
  }

  /// What a connection was not told, and up to which number of the log it goes.
  func missed(on topic: Topic, _ gap: Gap, by reader: Reader) async throws -> ([Packet], position: Int64) {
    guard case .chat(let conversation) = topic else {
      let (packet, position) = try await answer(topic, since: 0, for: reader, id: nil)
      return ([packet], position)
    }
    if gap.isOfAll { news.note(conversation, News.besideTheLog) }
    let missed = try await missed(in: conversation, since: gap.position, by: reader)
    return (missed.map { Packet($0) }, missed.last?.n ?? gap.position)
  }

  private func missed(in conversation: ConversationID, since: Int64, by reader: Reader) async throws -> [EntryFrame] {
    try await store.read { session in
      try session.entries(of: conversation, above: since, for: reader, limit: Self.resumeLimit).compactMap(reader.frame)
    }
  }

  /// A page of older entries, oldest first.
  func older(in conversation: ConversationID, before: Int64, limit: Int, for reader: Reader) async throws -> OlderEntries {
    let found = try await store.read { session in
      try session.entries(of: conversation, below: before, for: reader, limit: limit + 1).compactMap(reader.frame)
    }
    return OlderEntries(entries: Array(found.suffix(limit)), more: found.count > limit)
  }

  private func subscribed(to conversation: ConversationID, since: Int64, for reader: Reader, id: String?) async throws -> Subscribed {
    let (held, ahead, entries, reset, marks, terms, editSeconds) = try await store.read { [self] session in
      guard let held = try session.held(conversation) else { throw Refusal(.notFound) }
      let (entries, reset) = try session.missed(in: conversation, since: since, head: held.state.head, for: reader)
      return (
        held, try session.ahead(of: held), entries, reset, try session.marks(of: conversation), try standing(of: held, in: session),
        try session.editSeconds(in: held)
      )
    }
    let frames = entries.compactMap(reader.frame)
    let head = reader == .visitor ? held.state.publicHead : held.state.head
    return Subscribed(
      id: id, topic: .chat(conversation), from: frames.first?.after ?? (reset ? head : since), head: head, reset: reset, entries: frames,
      chat: held.state.chat.map { ChatView($0) }, marks: marks, people: seen(PeopleRow(held, ahead: ahead)),
      deal: terms.map(seen), editSeconds: editSeconds)
  }

  /// What an account finds on its desk; nil for one that is not there any more.
  func deskSnapshot(of account: AccountID, id: String? = nil) async throws -> AgentSnapshot? {
    let found = try await store.read { session -> (DeskOwner, [(Site, Face, Bool, [ChatTag], SitePolicy)], [Draft])? in
      guard let owner = try session.deskOwner(account) else { return nil }
      // A site that was switched off has no widget; what was said there stays readable and can be answered.
      let sites = try session.sites().filter { owner.actor.may(.read, .visitors(site: $0.id)) || owner.answers(for: $0.id) }
      let (taking, tags, policies) = (try session.sites(having: .files), try session.tagsBySite(), try session.policies())
      return (
        owner,
        try sites.compactMap { site in
          try session.face(of: account, on: site.id).map {
            (site, $0, taking.contains(site.id), tags[site.id] ?? [], policies[site.id] ?? SitePolicy())
          }
        }, try session.drafts(of: account)
      )
    }
    guard let (owner, sites, drafts) = found else { return nil }
    return AgentSnapshot(
      id: id,
      me: AgentSnapshot.Me(
        id: account, name: owner.name, roles: owner.roles.sorted().map(\.rawValue), status: desk.chosenStatus(of: account)),
      sites: sites.map { site, face, files, tags, policy in
        AgentSnapshot.Site(
          id: site.id, name: site.name, hue: Int64(site.look.hue), logo: site.logo,
          mayWrite: owner.actor.may(.join, .chat(site: site.id, asker: Self.nobody)) || owner.answers(for: site.id),
          team: owner.actor.may(.read, .visitors(site: site.id)),
          pseudonym: face.name, avatar: face.avatar, ours: site.look.ours.rawValue, files: files,
          tags: tags.map { AgentSnapshot.Tag(id: $0.id, name: $0.name, tone: $0.tone.rawValue) },
          offPlatform: policy.offPlatform.rawValue,
          handOver: policy.handOver.map { AgentSnapshot.HandOver(number: $0.number, text: $0.text) },
          taking: policy.takesAllFiles ? nil : AgentSnapshot.Taking(endings: policy.fileEndings, megabytes: policy.fileMegabytes))
      }, drafts: drafts)
  }

  /// For questions to the door about any visitor of a site.
  private static let nobody = VisitorID(rawValue: 0)

  func tellDesk(of account: AccountID) async throws {
    guard let snapshot = try await deskSnapshot(of: account) else { return }
    hub.publish(.event(Topic.agent(account).description, json: snapshot.json))
  }
}

struct DeskOwner: Sendable {
  let name: String
  let roles: Set<Role>
  let actor: Access.Actor
  fileprivate let sites: Set<SiteID>

  /// Whether it has own threads on a site.
  func answers(for site: SiteID) -> Bool { roles.contains(.expert) && sites.contains(site) }
}

extension Session {
  fileprivate func missed(
    in conversation: ConversationID, since: Int64, head: Int64, for reader: Reader
  ) throws -> ([LoggedEntry], reset: Bool) {
    // A client that holds more than there is held another database's log.
    if since > 0, since <= head {
      let found = try entries(of: conversation, above: since, for: reader, limit: Conversations.resumeLimit + 1)
      if found.count <= Conversations.resumeLimit { return (found, false) }
    }
    return (try entries(of: conversation, below: .max, for: reader, limit: Conversations.firstEntries), true)
  }

  func deskOwner(_ account: AccountID) throws -> DeskOwner? {
    try row("SELECT name, is_agent, is_manager, is_administrator, is_expert FROM accounts WHERE id = $1 AND active", account).map { row in
      let held: [(Role, Bool)] = [(.agent, row[1]), (.manager, row[2]), (.administrator, row[3]), (.expert, row[4])]
      let roles = Set(held.filter(\.1).map(\.0))
      let sites = roles.isDisjoint(with: [.agent, .expert]) ? [] : Set(try sites(answeredBy: account))
      return DeskOwner(name: row[0], roles: roles, actor: .account(Actor.Member(id: account, roles: roles, sites: sites)), sites: sites)
    }
  }
}
