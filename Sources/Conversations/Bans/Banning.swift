import Access
import Accounts
import Base
import ConversationsCore
import Live
import Notifications
import Sites
import Store
import Web

extension NoticeKind {
  /// A colleague shut a visitor out.
  public static let banned = NoticeKind("banned", push: false, mail: false, isForTeam: true)
}

/// Who is shut out of a website, and the lines that end with it.
extension Conversations {
  struct BanWish: Sendable {
    let span: Ban.Span
    let coversAddress: Bool
    let reason: String
  }

  /// Shuts the visitor of a chat out; the chat is closed where the one who does it is in it.
  func ban(_ wish: BanWish, in conversation: ConversationID, by member: Access.Actor.Member, from place: Whereabouts) async throws {
    guard let thread = try await self.place(of: conversation) else { throw Refusal(.notFound) }
    let (now, id, auditID) = (clock.now, ids.next(Kinds.Ban.self), ids.next(Kinds.AuditLine.self))
    let network = try await store.write(locking: [.visitor(thread.visitor)]) { [notifications] session in
      guard let visitor = try session.visitor(thread.visitor) else { throw Refusal(.notFound) }
      let network = wish.coversAddress ? ClientAddress(visitor.address).network : nil
      let ban = Ban(
        id: id, site: thread.site, visitor: thread.visitor, network: network == ClientAddress("").network ? nil : network,
        reason: wish.reason, endsAt: wish.span.end(from: now), by: member.id, at: now)
      try session.save(ban)
      let line = AuditLine(
        by: member.id, deed: "visitor.banned", thing: "visitor.\(thread.visitor)", address: place.address.text,
        detail: ["for": wish.span.rawValue, "address": "\(ban.network != nil)"])
      try session.audit(line, id: auditID, at: now)
      for face in try session.team(of: thread.site) where face.account != member.id {
        let tidings = Tidings(.banned, about: "ban.\(id)", data: ["conversation": "\(conversation)"], count: 1, at: now)
        try notifications.tell(tidings, to: face.account, in: session)
      }
      return ban.network
    }
    try await closeIfJoined(conversation, by: member.id)
    try await stirred(thread.visitor, from: network, at: thread.site)
    await visitorBanned.publish(thread.site)
  }

  func lift(_ ban: BanID, by account: AccountID?, from place: Whereabouts) async throws {
    let (now, auditID) = (clock.now, ids.next(Kinds.AuditLine.self))
    let lifted: (visitor: SiteVisitor, network: String?)? = try await store.write { session in
      // Lifted already, or over: what was wanted is so.
      guard let (visitor, network) = try session.lift(ban) else { return nil }
      let line = AuditLine(
        by: account, deed: "visitor.unbanned", thing: "visitor.\(visitor)", address: place.address.text, detail: [:])
      try session.audit(line, id: auditID, at: now)
      return try session.visitor(visitor).map { ($0, network) }
    }
    if let lifted { try await stirred(lifted.visitor.id, from: lifted.network, at: lifted.visitor.site) }
  }

  /// Whoever is there from the same address is shut out, or let in, as well.
  private func stirred(_ visitor: VisitorID, from network: String?, at site: SiteID) async throws {
    stirred(visitor, at: site)
    guard let network else { return }
    let since = Lookout.silence(at: clock.now)
    for neighbour in try await store.read({ try $0.visitors(at: site, from: network, since: since) }) { stirred(neighbour, at: site) }
  }

  /// Ends the lines of those who are shut out: at once on the node where it was done and on the others when they hear of it, and once a
  /// minute, in case they did not.
  func endBanned() async throws {
    let now = clock.now
    let bans = try await store.read { try $0.bans(at: now) }
    guard !bans.isEmpty else { return }
    hub.visit { handler, connection in
      guard let line = handler as? Line, case .visitor(let guest) = line.state.withLock({ $0.role }), guest.expert == nil,
        bans.contains(where: { $0.means(guest, from: line.arrival.address) })
      else { return }
      line.turnAway(Refusal(.banned), .notSignedIn, on: connection)
    }
  }

  func endBannedLines() async { await trying("end the lines of who is shut out") { [self] in try await endBanned() } }

  /// What the notice says to the colleagues.
  func tellOfBans(by notifications: Notifications) {
    notifications.add([.banned]) { session, account, notices in
      guard let reader = try session.deskOwner(account)?.actor else { return [:] }
      var stories: [NoticeID: Story] = [:]
      for notice in notices {
        guard let conversation = notice.identity("conversation", of: Kinds.Conversation.self),
          let place = try session.place(of: conversation), reader.may(.read, place.thing), let site = try session.site(place.site)
        else { continue }
        let name = try session.visitor(place.visitor)?.name
        stories[notice.id] = Story(
          name: name, place: site.name, text: nil, conversation: conversation, path: "/console#\(conversation)", acts: [])
      }
      return stories
    }
  }

  private func closeIfJoined(_ conversation: ConversationID, by account: AccountID) async throws {
    do {
      try await perform(.close, in: conversation, by: .agent(account))
    } catch let refusal as Refusal where [.notJoined, .noChatOpen].contains(refusal.reason) {
      return
    }
  }
}
