import Access
import Base
import Store

/// Whose conversations somebody's lists hold: those of websites, and an expert's own. It stands inside every query.
struct ChatReach: Hashable, Sendable {
  let account: AccountID
  let sites: [SiteID]
  /// Oneself, where one's own answers are paid.
  let expert: AccountID?
}

extension Session {
  /// Asks the door about each website.
  func reach(of member: Actor.Member) throws -> ChatReach {
    let actor = Actor.account(member)
    let sites: [SiteID] = try rows("SELECT id FROM sites ORDER BY id").map { $0[0] }
    return ChatReach(
      account: member.id, sites: sites.filter { actor.may(.read, .visitors(site: $0)) },
      expert: actor.may(.read, .threads(of: member.id)) ? member.id : nil)
  }
}
