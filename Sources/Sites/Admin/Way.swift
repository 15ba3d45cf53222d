import Base
import Web

/// A link from a website's page to another page about it.
struct Way: Sendable {
  let label: String
  let wayURL: SafeURL?

  static func all(of site: SiteID, _ texts: Texts) -> [Way] {
    [
      Way(label: texts["sites.hours.title"], wayURL: SafeURL("/admin/sites/\(site)/hours")),
      Way(label: texts["sites.queue.link"], wayURL: SafeURL("/admin/sites/\(site)/queue")),
      Way(label: texts["conversations.rules.title"], wayURL: SafeURL("/admin/sites/\(site)/rules")),
      Way(label: texts["conversations.invitations.title"], wayURL: SafeURL("/admin/sites/\(site)/invitations")),
      Way(label: texts["sites.policy.title"], wayURL: SafeURL("/admin/sites/\(site)/policy")),
      Way(label: texts["privacy.retention.title"], wayURL: SafeURL("/admin/sites/\(site)/retention")),
      Way(label: texts["conversations.replies.title"], wayURL: SafeURL("/admin/sites/\(site)/replies")),
      Way(label: texts["sites.tags.title"], wayURL: SafeURL("/admin/sites/\(site)/tags")),
      Way(label: texts["sites.goals.title"], wayURL: SafeURL("/admin/sites/\(site)/goals")),
      Way(label: texts["deals.terms.title"], wayURL: SafeURL("/admin/terms/\(site)")),
      Way(label: texts["hosts.admin.link"], wayURL: SafeURL("/admin/sites/\(site)/embedding")),
    ]
  }
}
