import Accounts
import Base
import Conversations
import Deals
import Sites
import Store
import Web

/// From the word of a website to a session in its frame.
extension Hosts {
  /// What the page in the frame gets.
  struct Entry: Sendable {
    let site: Site
    let person: SignedIn
    /// Held by the page alone.
    let token: String
    let endsAt: Moment
    /// Of a customer.
    let thread: (conversation: ConversationID, link: String)?
  }

  /// - Parameter known: whose session the frame has, when it only wants more time.
  /// - Returns: nil where the session that it has goes on.
  func handOver(_ compact: String, at key: String, known: SignedIn?, from place: Whereabouts, by sender: Sender) async throws -> Entry? {
    guard let site = try await sites.site(key: key) else { throw Refusal(.notFound) }
    let token = try HostToken(compact, signedWith: try await secrets(of: site.id))
    try token.check(site: site.key, baseAddress: web.settings.baseAddress, at: machineTime())
    guard try await accounts.useOnce("host-token.\(site.id).\(token.jti)", until: token.end) else { throw HostToken.refusal("jti") }
    let account = try await settle(token, at: site, from: place)
    if let known, known.member.id == account, known.member.embeddedAt == site.id {
      try await accounts.prolongEmbedded(known)
      return nil
    }
    return try await enter(account, token, at: site, from: place, by: sender)
  }

  /// The account of whom a token is about. A new expert answers for the website that brought them.
  private func settle(_ token: HostToken, at site: Site, from place: Whereabouts) async throws -> AccountID {
    let person = HandedOver(
      site: site.id, subject: token.sub, name: String(token.name.onOneLine.prefix(AccountDraft.nameLimit)),
      verifiedEmail: token.emailVerified == true ? token.email : nil, isExpert: token.role == .expert,
      language: token.locale.map { Language(preferredIn: $0) } ?? .english)
    let (sites, auditID) = (sites, ids.next(Kinds.AuditLine.self))
    let (account, isNew) = try await accounts.account(of: person, from: place) { [clock] session, id in
      guard person.isExpert else { return }
      let assignment = Assignment(site: site.id, account: id)
      try sites.assign(assignment, by: nil, from: place, auditID: auditID, at: clock.now, in: session)
    }
    if isNew, person.isExpert { await sites.assignmentsChanged.publish(Sites.AssignmentChange(site: site.id, account: account)) }
    return account
  }

  private func enter(
    _ account: AccountID, _ token: HostToken, at site: Site, from place: Whereabouts, by sender: Sender
  ) async throws -> Entry {
    let expert = token.role == .customer ? try await self.expert(token.expert ?? "", at: site.id) : nil
    let session = try await accounts.startEmbedded(for: account, at: site.id, from: place)
    guard let person = try await accounts.recognise(.bearer(session)) else { throw Refusal(.notAllowed) }
    var thread: (conversation: ConversationID, link: String)?
    if let expert {
      let conversation = try await deals.thread(of: person, with: expert, at: site.id, from: sender)
      thread = (conversation, conversations.link(to: conversation, for: person))
    }
    return Entry(
      site: site, person: person, token: session, endsAt: clock.now.adding(seconds: Accounts.embeddedSeconds), thread: thread)
  }

  /// By the website's own name for them; an expert who has an account of Parley's own is named by that account.
  private func expert(_ name: String, at site: SiteID) async throws -> AccountID {
    guard !name.isEmpty else { throw HostToken.refusal("expert") }
    guard let account = try await store.read({ try $0.account(of: name, at: site) }) ?? AccountID(name) else { throw Refusal(.expertGone) }
    return account
  }
}
