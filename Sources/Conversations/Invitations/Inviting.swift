import Base
import ConversationsCore
import Sites
import Store
import Web

/// The server decides whom a website invites, from what it knows of the visit and from memory; nothing is read where nobody is invited
/// ([0041](../../../docs/decisions/0041-invitations.md)).
extension Conversations: Inviting {
  public func momentsToInvite(to site: SiteID, on page: String, language: String) -> [Int64] {
    desk.invitations(at: site).moments(onPage: page, language: language)
  }

  public func invite(_ visitor: VisitorID, on view: PageViewID, at site: Site, from network: String) async throws -> Invited? {
    let known = desk.invitations(at: site.id)
    let now = clock.now
    guard !known.isEmpty, let first = try await store.read({ try $0.onlooker(visitor, on: view, from: network, at: now) }),
      known.contains(where: { $0.isDue(in: inMemory(first.there, at: site.id)) })
    else { return nil }
    let id: ShowingID = ids.next()
    // The words and the order are what they are now.
    return try await store.write { [self] session -> Invited? in
      guard let onlooker = try session.onlooker(visitor, on: view, from: network, at: now) else { return nil }
      let there = inMemory(onlooker.there, at: site.id)
      guard let kept = try session.invitations(at: site.id).first(where: { $0.rule.isDue(in: there) }) else { return nil }
      let language = language(of: site, asked: onlooker.visitor.language)
      let text = kept.text(in: language).filled(for: onlooker, at: site)
      guard try session.show(kept.rule.id, to: onlooker, as: id, saying: text, at: site, now: now) else { return nil }
      return Invited(id: id, text: text, language: language)
    }
  }

  public func opened(_ id: ShowingID, by key: Secret, at site: Site) async throws {
    let showing = try await known(id, by: key, at: site)
    guard !showing.isOpened else { return }
    try await refuseBanned(showing.visitor)
    let conversation = try await conversation(with: showing.visitor, at: site.id)
    let (chat, isOffline) = (newChat(), !desk.isOnline(site.id))
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      submit(in: conversation, then: { continuation.resume(with: $0.map { _ in }) }) { session, now in
        guard let held = try session.held(conversation), held.deal == nil else { throw Refusal(.notFound) }
        // Said once, however often the page tells it.
        let said = ConversationsCore.Message(clientID: "invitation.\(id)", content: .text(showing.text))
        let performed = try session.perform(
          .invite(newChat: chat, formSent: held.formSent, offline: isOffline, said), in: conversation, by: .clock, at: now)
        if let entry = performed.entries.last { try session.open(id, in: conversation, chat: entry.chat, at: now) }
        return performed
      }
    }
  }

  public func closed(_ id: ShowingID, by key: Secret, at site: Site) async throws {
    _ = try await known(id, by: key, at: site)
    let now = clock.now
    try await store.write { try $0.close(id, at: now) }
  }

  private func known(_ id: ShowingID, by key: Secret, at site: Site) async throws -> Showing {
    let (digest, site) = (key.digest, site.id)
    guard let showing = try await store.read({ try $0.showing(id, keyDigest: digest, at: site) }) else { throw Refusal(.notFound) }
    return showing
  }

  /// With what no row tells.
  private func inMemory(_ there: Invitation.Circumstances, at site: SiteID) -> Invitation.Circumstances {
    var there = there
    there.isWithinHours = desk.isOpen(site)
    there.isSomebodyFree = desk.isSomebodyFree(at: site)
    return there
  }
}

extension String {
  /// The website speaks, as its rules do; nothing stands where nobody knows what to put.
  fileprivate func filled(for onlooker: Onlooker, at site: Site) -> String {
    let (visitor, page) = (onlooker.visitor, onlooker.page)
    return ReplyPlace.allCases.reduce(self) { words, place in
      let filling =
        switch place {
        case .visitor: visitor.name
        case .agent, .site: site.name
        case .page: page.title.isEmpty ? page.url : page.title
        case .email: visitor.email
        case .service: visitor.service
        }
      return words.replacing("{\(place.rawValue)}", with: filling ?? "")
    }
  }
}
