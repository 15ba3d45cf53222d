import Base

/// That somebody answers for a website: one box of the sheet on which many are assigned at once.
struct Seat: Hashable, Comparable, Sendable {
  let account: AccountID
  let site: SiteID

  static func < (left: Seat, right: Seat) -> Bool { (left.account, left.site) < (right.account, right.site) }
}
