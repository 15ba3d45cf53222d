import Base
import Web

/// Somebody may not write at one website for a while: a browser, and where it is asked the address that it came from (P6).
struct Ban: Hashable, Sendable {
  /// What stands between two rules on one page: longer reasons belong into a note.
  static let reasonLimit = 300
  /// As many as are looked through when lines are ended, and as a page shows.
  static let limit = 1000

  let id: BanID
  let site: SiteID
  let visitor: VisitorID
  /// As `ClientAddress.network` has it.
  let network: String?
  let reason: String
  /// Nil for ever.
  let endsAt: Moment?
  let by: AccountID
  let at: Moment

  enum Span: String, CaseIterable, Decodable {
    case hour, day, month, ever

    func end(from now: Moment) -> Moment? {
      switch self {
      case .hour: now.adding(seconds: 3600)
      case .day: now.adding(seconds: 86_400)
      case .month: now.adding(seconds: 30 * 86_400)
      case .ever: nil
      }
    }
  }

  func means(_ guest: Line.Guest, from address: ClientAddress) -> Bool {
    site == guest.site && (visitor == guest.id || network == address.network)
  }
}

/// An address that is shut out of a website.
struct ShutOutNetwork: Hashable, Sendable {
  let site: SiteID
  let network: String
}
