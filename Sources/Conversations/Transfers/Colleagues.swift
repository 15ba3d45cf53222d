import Access
import Availability
import Base
import Hummingbird
import Sites
import Store
import Web
import Wire

/// Who else may come into a chat (E53): asked when somebody is about to be asked.
extension Conversations {
  static let colleaguesPath = "/api/v1/chats/:conversation/colleagues"

  func registerColleagues(on routes: Routes) {
    routes.on(.get, Self.colleaguesPath, .decidedInside("Conversations.allowed"), programs: .with(.chatsWrite)) {
      [self] request, context in
      let conversation: ConversationID = try context.identity("conversation")
      guard case .account(let member) = context.actor else { throw Refusal(.signInNeeded) }
      let place = try await allowed(context.actor, .write, in: conversation)
      // A paid thread has nobody else.
      guard place.expert == nil else { throw Refusal(.readOnly) }
      return .json(Colleagues(colleagues: try await colleagues(of: member.id, at: place.site)))
    }
  }

  private struct Colleagues: Encodable {
    let colleagues: [Colleague]
  }

  private struct Colleague: Encodable {
    let id: AccountID
    let name: String
    let avatar: String
    let status: ColleagueStatus
    /// In how many chats they are now.
    let chats: Int64
  }

  /// The words of E53, and the one of E4 for who is back in a moment.
  private enum ColleagueStatus: String, Encodable {
    case online, away, busy, offline

    init(_ availability: Availability) {
      self =
        switch (availability.presence, availability.isBusy) {
        case (.offline, _): .offline
        case (_, true): .busy
        case (.away, _): .away
        case (.online, _): .online
        }
    }
  }

  private func colleagues(of account: AccountID, at site: SiteID) async throws -> [Colleague] {
    let now = clock.now
    let found = try await store.read { session in
      let chats = try session.openChats(ofTeamAt: site)
      return try session.team(of: site).filter { $0.account != account }.map { face in
        (face, try session.acceptance(of: face.account, at: now), chats[face.account] ?? 0)
      }
    }
    return found.map { face, acceptance, chats in
      let status = ColleagueStatus(desk.availability(of: face.account, accepting: acceptance))
      return Colleague(id: face.account, name: face.name, avatar: face.avatar, status: status, chats: chats)
    }
  }
}

extension Session {
  /// In how many chats, of whatever website, each of a team is now.
  func openChats(ofTeamAt site: SiteID) throws -> [AccountID: Int64] {
    let found = try rows(
      """
      SELECT p.account_id, COUNT(*)
      FROM participants p
      JOIN assignments a ON a.account_id = p.account_id AND a.site_id = $1
      WHERE p.here
      GROUP BY p.account_id
      """, site)
    return Dictionary(uniqueKeysWithValues: found.map { ($0[0], $0[1]) })
  }
}
