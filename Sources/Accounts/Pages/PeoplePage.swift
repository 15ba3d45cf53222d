import Access
import Base
import FoundationEssentials
import Web

/// The list of everybody, fifty at a time.
struct PeoplePage: Page {
  struct Line: Sendable {
    let id: AccountID
    let name: String
    let avatar: String
    let email: String
    let roles: [String]
    let pseudonym: String
    let status: String
    let statusLabel: String
    let isActive: Bool
    /// The account waits for its link to be used.
    let isInvited: Bool
    let seenAt: Seen?
  }

  struct Seen: Sendable {
    let iso: String
    let text: String
  }

  static let template = "people"
  let title: String
  let lines: [Line]
  let count: String
  let previous: Int?
  let next: Int?

  /// - Parameter status: what others see of somebody: nobody is online without a connection.
  init(_ accounts: [Account], total: Int, number: Int, status: (Account) -> AccountStatus, _ texts: Texts) {
    title = texts["pages.layout.agents"]
    lines = accounts.map { Line($0, status: status($0), texts) }
    count = texts.counted("pages.people.count", total)
    previous = number > 1 ? number - 1 : nil
    next = number * Accounts.pageLength < total ? number + 1 : nil
  }
}

extension PeoplePage.Line {
  init(_ account: Account, status: AccountStatus, _ texts: Texts) {
    self.init(
      id: account.id, name: account.name, avatar: account.avatar.rawValue, email: account.email,
      roles: account.roles.sorted().map(texts.name), pseudonym: account.pseudonym, status: status.rawValue,
      statusLabel: texts["pages.status.\(status.rawValue)"], isActive: account.active, isInvited: account.isInvited,
      seenAt: account.lastSeenAt.map(PeoplePage.Seen.init))
  }
}

extension PeoplePage.Seen {
  /// In universal time; the page's script says it as "3 minutes ago" in the reader's own.
  init(_ moment: Moment) {
    let date = Date(timeIntervalSince1970: Double(moment.milliseconds / 1000))
    iso = date.ISO8601Format()
    text = iso.replacing("T", with: " ").prefix(16) + " UTC"
  }
}
