import Base
import ConversationsCore
import Web

/// `/admin/sites/{site}/hours`: when a website answers.
struct HoursPage: Page {
  struct Cell: Sendable {
    let name: String
    let label: String
    let value: String
    let error: String?
    let describedBy: String?

    init(_ name: String, _ label: String, _ typed: [String: String], _ errors: FieldErrors) {
      (self.name, self.label, value, error) = (name, label, typed[name] ?? "", errors[name])
      describedBy = error.map { _ in "\(name)-error" }
    }
  }

  struct Row: Sendable {
    let date: Cell?
    let from: Cell
    let to: Cell
  }

  struct Weekday: Sendable {
    let number: Int
    let name: String
    let rows: [Row]
    let mayGrow: Bool
  }

  /// A press on "another row" of a weekday, or of the days with hours of their own.
  enum More: Equatable {
    case weekday(Int)
    case days

    init?(_ text: String) {
      if text == "days" {
        self = .days
      } else if let day = Int(text), Hours.Weekday(rawValue: day) != nil {
        self = .weekday(day)
      } else {
        return nil
      }
    }
  }

  static let template = "hours"
  let title: String
  let site: String
  let siteURL: SafeURL?
  let actionURL: SafeURL?
  let zone: String
  let now: String
  let notice: String?
  let problem: String?
  let weekdays: [Weekday]
  let days: [Row]
  let mayGrow: Bool

  init(
    of site: Site, typed: [String: String], refusal: Refusal?, more: More?, isOpen: Bool, notice: String?, _ texts: Texts
  ) {
    let errors = FieldErrors(refusal, texts)
    let cell = { (name: String, label: String) in Cell(name, texts["sites.hours.\(label)"], typed, errors) }
    title = texts["sites.hours.title"]
    self.site = site.name
    siteURL = SafeURL("/admin/sites/\(site.id)")
    actionURL = SafeURL("/admin/sites/\(site.id)/hours")
    zone = texts["sites.hours.zone", ["zone": site.timeZone]]
    now = texts[site.hours.areKept ? isOpen ? "sites.hours.openNow" : "sites.hours.closedNow" : "sites.hours.notKept"]
    self.notice = notice
    problem = refusal.map { texts[$0] }
    weekdays = Hours.Weekday.allCases.map { day in
      let number = day.rawValue
      let names = { (row: Int) in [HoursForm.name(.from, number, row), HoursForm.name(.to, number, row)] }
      let count = Self.count(names, typed, more: more == .weekday(number), limit: HoursForm.blockLimit)
      return Weekday(
        number: number, name: texts["sites.hours.day.\(number)"],
        rows: (0..<count).map { Row(date: nil, from: cell(names($0)[0], "from"), to: cell(names($0)[1], "to")) },
        mayGrow: count < HoursForm.blockLimit)
    }
    let names = { (row: Int) in [HoursForm.name(.date, row), HoursForm.name(.dayFrom, row), HoursForm.name(.dayTo, row)] }
    let count = Self.count(names, typed, more: more == .days, limit: HoursForm.exceptionLimit)
    days = (0..<count).map {
      Row(date: cell(names($0)[0], "date"), from: cell(names($0)[1], "from"), to: cell(names($0)[2], "to"))
    }
    mayGrow = count < HoursForm.exceptionLimit
  }

  /// The rows that hold something, and one to fill in.
  private static func count(_ names: (Int) -> [String], _ typed: [String: String], more: Bool, limit: Int) -> Int {
    let filled = (0..<limit).last { row in names(row).contains { typed[$0]?.isEmpty == false } }.map { $0 + 1 } ?? 0
    let shown = (0..<limit).last { row in names(row).contains { typed[$0] != nil } }.map { $0 + 1 } ?? 0
    return min(limit, max(filled + 1, more ? shown + 1 : 0))
  }
}
