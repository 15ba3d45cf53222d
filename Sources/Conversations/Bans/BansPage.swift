import Base
import Web

/// `/admin/bans`: who is shut out where, by whom, why and until when.
struct BansPage: Page {
  struct Entry: Sendable {
    let name: String
    let site: String
    let what: String
    let reason: String
    let by: String
    let at: ShownMoment
    let until: ShownMoment?
    let liftURL: SafeURL?
  }

  static let template = "bans"
  let title: String
  let notice: String?
  let bans: [Entry]
  let isEmpty: Bool

  init(_ bans: [Ban], known: [BanID: KnownOfBan], notice: String?, _ texts: Texts) {
    title = texts["conversations.bans.title"]
    self.notice = notice
    self.bans = bans.compactMap { ban in
      known[ban.id].map { known in
        Entry(
          name: known.visitor ?? texts["notices.unnamed"], site: known.site,
          what: ban.network.map { texts["conversations.bans.address", ["address": $0]] } ?? texts["conversations.bans.browser"],
          reason: ban.reason, by: known.by, at: ShownMoment(ban.at), until: ban.endsAt.map(ShownMoment.init),
          liftURL: SafeURL("\(BanRoutes.path)/\(ban.id)/lift"))
      }
    }
    isEmpty = self.bans.isEmpty
  }
}
