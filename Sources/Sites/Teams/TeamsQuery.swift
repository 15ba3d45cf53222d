import Base
import Web

/// Which of all people and websites stand on the sheet.
struct TeamsQuery: Sendable {
  static let path = "/admin/sites/teams"
  private static let textLimit = 100
  private static let pageLimit = 10_000

  /// Part of a name; empty for everybody.
  let text: String
  /// This website alone.
  let site: SiteID?
  let peoplePage: Int
  let sitesPage: Int

  init(_ asked: Form) {
    func page(_ text: String) -> Int { min(max(Int(text) ?? 1, 1), Self.pageLimit) }
    text = String(asked["q"].prefix(Self.textLimit))
    site = SiteID(asked["site"])
    (peoplePage, sitesPage) = (page(asked["page"]), page(asked["columns"]))
  }

  func address(peoplePage: Int? = nil, sitesPage: Int? = nil, done: String = "") -> String {
    let pages = [("page", peoplePage ?? self.peoplePage), ("columns", sitesPage ?? self.sitesPage)].filter { $0.1 > 1 }
    let fields = ([("q", text), ("site", site?.description ?? "")] + pages.map { ($0.0, "\($0.1)") } + [("done", done)]).filter {
      !$0.1.isEmpty
    }
    return fields.isEmpty ? Self.path : "\(Self.path)?" + fields.map { "\($0)=\(FormCoding.encode($1))" }.joined(separator: "&")
  }
}
