import Base
import Web

/// `/admin/audit`: what was done by whom, newest first.
struct AuditPage: Page {
  struct Line: Sendable {
    let time: ShownMoment
    let who: String
    let deed: String
    let about: Person?
    let detail: String?
    let address: String?
  }

  struct Person: Sendable {
    let name: String
    let personURL: SafeURL
  }

  static let template = "audit"
  static let length = 50

  let title: String
  /// The account that the list is about, when it is about one.
  let about: Person?
  let lines: [Line]
  let isEmpty: Bool
  let olderURL: SafeURL?

  init(_ kept: [KeptAuditLine], about account: Account?, _ texts: Texts) {
    title = texts["pages.audit.title"]
    about = account.map { Person(name: $0.name, personURL: SafeURL(path: "/admin/agents/", $0.id)) }
    lines = kept.prefix(Self.length).map { kept in
      Line(
        time: ShownMoment(kept.at),
        who: kept.name.map { $0.isEmpty ? texts["pages.audit.deleted"] : $0 } ?? Self.doer(of: kept.line, texts),
        deed: texts["pages.audit.deed.\(kept.line.deed)"],
        about: kept.subject.map { subject in
          Person(
            name: subject.name.isEmpty ? texts["pages.audit.deleted"] : subject.name, personURL: SafeURL(path: "/admin/agents/", subject.id)
          )
        },
        detail: Self.detail(kept.line),
        address: Self.isFromServer(kept.line) ? nil : kept.line.address)
    }
    isEmpty = kept.isEmpty
    let last = kept.count > Self.length ? kept[Self.length - 1].id : nil
    olderURL = last.flatMap { SafeURL("/admin/audit?below=\($0)" + (account.map { "&account=\($0.id)" } ?? "")) }
  }

  /// Where no account did it: the program by itself or its command line, or somebody from elsewhere who was not signed in.
  private static func doer(of line: AuditLine, _ texts: Texts) -> String {
    texts[isFromServer(line) ? "pages.audit.server" : "pages.audit.stranger"]
  }

  private static func isFromServer(_ line: AuditLine) -> Bool { line.address.isEmpty || line.address == Whereabouts.console.address.text }

  /// What else was written down; whom it was done to stands in a column of its own.
  private static func detail(_ line: AuditLine) -> String? {
    let parts = line.detail.filter { $0.key != "account" }.sorted { $0.key < $1.key }
    return parts.isEmpty ? nil : parts.map { "\($0): \($1)" }.joined(separator: ", ")
  }
}
