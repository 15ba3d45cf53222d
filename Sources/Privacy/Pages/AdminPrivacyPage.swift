import Base
import Store
import Web

/// `/admin/privacy`.
struct AdminPrivacyPage: Page {
  struct Person: Sendable {
    let subject: String
    let name: String
    let place: String
    let facts: String
    let underWay: String?
    let ready: PrivacyPage.Ready?
    let hasFailed: Bool
    let mayAsk: Bool
    let due: ShownMoment?
    let mayErase: Bool
    let deleteURL: SafeURL?
    let isErased: Bool
  }

  struct Line: Sendable {
    let what: String
    let howLong: String
  }

  static let template = "privacy-admin"
  let title: String
  let notice: String?
  let problem: String?
  let query: String
  let hasQuery: Bool
  let isEmpty: Bool
  let people: [Person]
  let hasWaiting: Bool
  let waiting: [Person]
  let lines: [Line]
  let eraseText: String

  init(
    _ found: Found, query: String, visitDays: Int, waitDays: Int, now: Moment, done: String, _ refusal: Refusal?, _ texts: Texts
  ) {
    title = texts["privacy.title"]
    notice = ["copy", "erase", "keep"].contains(done) ? texts["privacy.admin.done.\(done)"] : nil
    problem = refusal.map { texts[$0] }
    self.query = query
    hasQuery = !query.isEmpty
    isEmpty = !query.isEmpty && found.subjects.isEmpty
    people = found.subjects.map { Person($0, at: now, texts) }
    let shown = Set(found.subjects.map(\.subject))
    waiting = found.waiting.filter { !shown.contains($0.subject) }.map { Person($0, at: now, texts) }
    hasWaiting = !waiting.isEmpty
    eraseText = waitDays == 0 ? texts["privacy.erasing.atOnce"] : texts.counted("privacy.admin.eraseText", waitDays)
    var seen: Set<String> = []
    lines = Personal.tables.filter { $0.readable != "FALSE" && seen.insert($0.name).inserted }.map { table in
      let swept = table.swept.isEmpty ? "" : texts["privacy.kept.addressOnly"]
      return Line(
        what: texts.table(table.name),
        howLong: [texts.kept(table.kept, visitDays: visitDays), swept].filter { !$0.isEmpty }.joined(separator: ". "))
    }
  }
}

extension AdminPrivacyPage.Person {
  init(_ found: FoundSubject, at now: Moment, _ texts: Texts) {
    let isAccount = found.subject.kind == .account
    let since = texts["privacy.admin.since", ["day": String(found.since.isoText.prefix(10))]]
    let name = found.name.isEmpty ? texts["privacy.admin.unnamed"] : found.name
    self.init(
      subject: found.subject.words, name: name,
      place: [isAccount ? texts["privacy.admin.account"] : found.site ?? "", found.email, since].filter { !$0.isEmpty }.joined(
        separator: " · "),
      facts: found.counts.map { "\(texts.table($0.table)): \($0.rows)" }.joined(separator: " · "), underWay: texts.underWay(found.archive),
      ready: found.archive.flatMap { PrivacyPage.Ready($0, path: "/admin/privacy/copies", at: now, texts) },
      hasFailed: found.archive?.state == .failed, mayAsk: !found.isErased && found.archive?.state.isUnderWay != true,
      due: found.erasesAt.map { ShownMoment($0) }, mayErase: !isAccount && !found.isErased && found.erasesAt == nil,
      deleteURL: isAccount && !found.isErased ? SafeURL("/admin/agents/\(found.subject.number)/delete") : nil, isErased: found.isErased)
  }
}
