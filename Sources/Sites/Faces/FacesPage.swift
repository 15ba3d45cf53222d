import Accounts
import Base
import Web

/// `/profile/sites`: as whom somebody who answers is seen on each of their websites.
struct FacesPage: Page {
  struct Line: Sendable {
    let site: String
    let pseudonym: String
    let avatar: String
    let isOpen: Bool
    let actionURL: SafeURL?
    let pseudonymField: TeamCard.PseudonymField
    let hasOwnAvatar: Bool
    let avatars: [SelectField.Option]
  }

  static let template = "faces"
  let title: String
  let notice: String?
  let lines: [Line]
  let isEmpty: Bool

  /// - Parameter open: the website whose form was just refused, and why.
  init(
    of own: Agent, _ answered: [(site: Site, assignment: Assignment)], open: (site: SiteID, refusal: Refusal)?, notice: String?,
    _ texts: Texts
  ) {
    title = texts["sites.faces.title"]
    self.notice = notice
    lines = answered.map { site, assignment in
      let refusal = open.flatMap { $0.site == site.id ? $0.refusal : nil }
      return Line(
        site: site.name, pseudonym: assignment.pseudonym ?? own.pseudonym, avatar: assignment.avatar ?? own.avatar, isOpen: refusal != nil,
        actionURL: SafeURL("/profile/sites/\(site.id)"),
        pseudonymField: TeamCard.PseudonymField(
          id: "pseudonym-\(site.id)", value: assignment.pseudonym ?? "", own: own.pseudonym, refusal, texts),
        hasOwnAvatar: assignment.avatar == nil, avatars: TeamCard.avatars(chosen: assignment.avatar, texts))
    }
    isEmpty = lines.isEmpty
  }
}
