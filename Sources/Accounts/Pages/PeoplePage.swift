import Access
import Base
import Web

/// The list of everybody, fifty at a time.
struct PeoplePage: Page {
  struct Line: Sendable {
    let id: AccountID
    let name: String
    let avatar: String
    let photoURL: SafeURL?
    let email: String
    let roles: [String]
    let pseudonym: String
    let status: String
    let statusLabel: String
    let isActive: Bool
    /// The account waits for its link to be used.
    let isInvited: Bool
    let seenAt: ShownMoment?
  }

  static let template = "people"
  let title: String
  let lines: [Line]
  let count: String
  let notice: String?
  let search: String
  let groups: [Choice]
  let previousURL: SafeURL?
  let nextURL: SafeURL?

  /// - Parameter status: what others see of somebody: nobody is online without a connection.
  init(_ accounts: [Account], total: Int, _ query: PeopleQuery, notice: String? = nil, status: (Account) -> AccountStatus, _ texts: Texts) {
    title = texts["pages.layout.agents"]
    lines = accounts.map { Line($0, status: status($0), texts) }
    count = texts.counted("pages.people.count", total)
    self.notice = notice
    search = query.text
    groups = PeopleQuery.Group.allCases.map {
      Choice(value: $0.rawValue, label: texts["pages.people.group.\($0.rawValue)"], isChosen: $0 == query.group)
    }
    previousURL = query.page > 1 ? query.url(page: query.page - 1) : nil
    nextURL = query.page * Accounts.pageLength < total ? query.url(page: query.page + 1) : nil
  }
}

extension PeoplePage.Line {
  init(_ account: Account, status: AccountStatus, _ texts: Texts) {
    self.init(
      id: account.id, name: account.name, avatar: account.avatar.rawValue, photoURL: account.photo.flatMap(SafeURL.init),
      email: account.email,
      roles: account.roles.isEmpty ? [texts["pages.role.customer"]] : account.roles.sorted().map(texts.name), pseudonym: account.pseudonym,
      status: status.rawValue,
      statusLabel: texts["pages.status.\(status.rawValue)"], isActive: account.active, isInvited: account.isInvited,
      seenAt: account.lastSeenAt.map { ShownMoment($0) })
  }
}

extension PeopleQuery {
  fileprivate func url(page: Int) -> SafeURL? {
    let fields = [("q", text), ("who", group?.rawValue ?? ""), ("page", String(page))].filter { !$0.1.isEmpty }
    return SafeURL("/admin/agents?" + fields.map { "\($0)=\(FormCoding.encode($1))" }.joined(separator: "&"))
  }
}
