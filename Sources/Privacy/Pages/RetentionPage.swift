import Base
import Sites
import Web

/// What a website keeps how long, and what its next night would take.
struct RetentionPage: Page {
  /// What the page shows besides the form.
  struct Tonight: Sendable {
    let night: Moment
    let retention: SiteRetention
    let tally: ErasureTally
    let heldCount: Int64
    let held: [(kind: Overdue.Kind, row: OverdueRow)]
    let certificates: [ErasureNight]
    /// By what is typed and not kept yet.
    let isTried: Bool
  }

  struct Line: Sendable {
    let what: String
    let days: String
    let count: String
    let listURL: SafeURL?
  }

  struct HeldLine: Sendable {
    let name: String
    let chatURL: SafeURL?
    let what: String
    let why: String
    let since: ShownMoment
  }

  struct Certificate: Sendable {
    let night: ShownMoment
    let pageURL: SafeURL?
    let words: String
  }

  static let template = "retention"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let actionURL: SafeURL?
  let filesURL: SafeURL?
  let notice: String?
  let problem: String?
  let night: ShownMoment
  let isTried: Bool
  let isPausedTonight: Bool
  let lines: [Line]
  let heldCount: String
  let held: [HeldLine]
  let nothingHeld: Bool
  let days: [Field]
  let isPaused: Bool
  let pausedUntil: Field
  let certificates: [Certificate]
  let hasCertificates: Bool

  init(_ site: Site, _ typed: RetentionForm, _ tonight: Tonight, _ refusal: Refusal?, isDone: Bool, _ texts: Texts) {
    let own = "/admin/sites/\(site.id)/retention"
    let errors = FieldErrors(refusal, texts)
    title = texts["privacy.retention.title"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    actionURL = SafeURL(own)
    filesURL = SafeURL("/admin/sites/\(site.id)#settings")
    notice = isDone ? texts["pages.form.saved"] : nil
    problem = refusal.map { texts[$0] }
    night = ShownMoment(tonight.night)
    isTried = tonight.isTried
    isPausedTonight = tonight.retention.isPaused(at: tonight.night)
    lines = Overdue.Kind.allCases.map { kind in
      let count = tonight.tally[kind]
      return Line(
        what: texts["privacy.retention.kind.\(kind.rawValue)"], days: texts.days(of: kind, tonight.retention, at: site), count: "\(count)",
        listURL: count > 0 && !tonight.isTried ? SafeURL("\(own)/list?kind=\(kind.rawValue)") : nil)
    }
    heldCount = texts.counted("privacy.retention.heldCount", Int(tonight.heldCount))
    held = tonight.held.map { HeldLine($0.kind, $0.row, texts) }
    nothingHeld = tonight.heldCount == 0
    days = RetentionForm.days.map { name in
      Field(
        name, label: texts["privacy.retention.field.\(name)"], type: "number", value: typed.typed[name] ?? "", isRequired: false,
        hint: texts["privacy.retention.hint.\(name)"], autocomplete: "off", errors: errors)
    }
    isPaused = typed.isPaused
    pausedUntil = Field(
      "pausedUntil", label: texts["privacy.retention.field.pausedUntil"], type: "date", value: typed.typed["pausedUntil"] ?? "",
      isRequired: false, hint: texts["privacy.retention.hint.pausedUntil"], autocomplete: "off", errors: errors)
    certificates = tonight.certificates.map {
      Certificate(night: ShownMoment($0.dueAt), pageURL: SafeURL("\(own)/\($0.id)"), words: texts.words(of: $0.tally))
    }
    hasCertificates = !certificates.isEmpty
  }
}

extension RetentionPage.HeldLine {
  init(_ kind: Overdue.Kind, _ row: OverdueRow, _ texts: Texts) {
    (name, chatURL) = (row.name(texts), row.chatURL)
    what = texts["privacy.retention.kind.\(kind.rawValue)"]
    why = row.held.map { texts["privacy.retention.why.\($0.rawValue)"] } ?? ""
    since = ShownMoment(row.at)
  }
}

extension OverdueRow {
  fileprivate func name(_ texts: Texts) -> String { label.isEmpty ? texts["privacy.retention.unnamed"] : label }

  fileprivate var chatURL: SafeURL? { conversation.flatMap { SafeURL("/console#\($0)") } }
}

/// The list behind a number of the dry run: as many rows as it says.
struct OverduePage: Page {
  struct Line: Sendable {
    let name: String
    let chatURL: SafeURL?
    let at: ShownMoment
  }

  static let template = "retention-list"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let backURL: SafeURL?
  let count: String
  let lines: [Line]
  let isEmpty: Bool
  let newerURL: SafeURL?
  let olderURL: SafeURL?

  init(_ kind: Overdue.Kind, of site: Site, count: Int64, rows: [OverdueRow], page: Int, _ texts: Texts) {
    let own = "/admin/sites/\(site.id)/retention"
    title = texts["privacy.retention.kind.\(kind.rawValue)"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    backURL = SafeURL(own)
    self.count = texts.counted("privacy.retention.rows", Int(count))
    let onPage = RetentionRoutes.onPage
    lines = rows.dropFirst((page - 1) * onPage).prefix(onPage).map { row in
      Line(name: row.name(texts), chatURL: row.chatURL, at: ShownMoment(row.at))
    }
    isEmpty = lines.isEmpty
    func at(_ number: Int) -> SafeURL? { SafeURL("\(own)/list?kind=\(kind.rawValue)&page=\(number)") }
    newerURL = page > 1 ? at(page - 1) : nil
    olderURL = rows.count > page * onPage && RetentionRoutes.pages.contains(page + 1) ? at(page + 1) : nil
  }
}

/// What one night took, to be read and printed.
struct CertificatePage: Page {
  struct Line: Sendable {
    let what: String
    let days: String
    let before: ShownMoment?
    let count: String
  }

  static let template = "retention-certificate"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let backURL: SafeURL?
  let number: String
  let night: ShownMoment
  let began: ShownMoment
  let ended: ShownMoment?
  let lines: [Line]
  let pages: String
  let held: String

  init(_ night: ErasureNight, of site: Site, _ texts: Texts) {
    title = texts["privacy.retention.certificate"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    backURL = SafeURL("/admin/sites/\(site.id)/retention")
    number = "\(night.id)"
    self.night = ShownMoment(night.dueAt)
    began = ShownMoment(night.beganAt)
    ended = night.endedAt.map { ShownMoment($0) }
    func before(_ days: Int64?) -> ShownMoment? { days.map { ShownMoment(night.dueAt.adding(seconds: -$0 * 86_400)) } }
    lines = Overdue.Kind.allCases.map { kind in
      let end: ShownMoment? =
        switch kind {
        case .visits: before(night.retention.visitDays)
        case .addresses: before(night.retention.addressDays)
        case .chats: before(night.retention.chatDays)
        // Each file has a day of its own, as it was promised when it was sent.
        case .files: nil
        }
      return Line(
        what: texts["privacy.retention.kind.\(kind.rawValue)"], days: texts.days(of: kind, night.retention, fileDays: night.fileDays),
        before: end, count: "\(night.tally[kind])")
    }
    pages = texts.counted("privacy.retention.pages", Int(night.tally.pages))
    held = texts.counted("privacy.retention.heldCount", Int(night.held))
  }
}

extension Texts {
  func days(of kind: Overdue.Kind, _ retention: SiteRetention, at site: Site) -> String {
    days(of: kind, retention, fileDays: Int64(site.fileDays))
  }

  func days(of kind: Overdue.Kind, _ retention: SiteRetention, fileDays: Int64) -> String {
    let days: Int64? =
      switch kind {
      case .visits: retention.visitDays
      case .addresses: retention.addressDays
      case .chats: retention.chatDays
      case .files: fileDays
      }
    return days.map { counted("privacy.kept.days", Int($0)) } ?? self["privacy.retention.forEver"]
  }

  /// Without what there was none of.
  func words(of tally: ErasureTally) -> String {
    Overdue.Kind.allCases.filter { tally[$0] > 0 }.map { "\(self["privacy.retention.kind.\($0.rawValue)"]): \(tally[$0])" }
      .joined(separator: " · ")
  }
}
