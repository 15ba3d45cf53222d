import Base
import Web

/// `/notices`: what somebody was told of, fifty at a time.
struct NoticesPage: Page {
  struct Line: Sendable {
    let id: NoticeID
    let heading: String
    let place: String
    let text: String?
    let showURL: SafeURL?
    let time: ShownMoment
    let isUnread: Bool
    let canArchive: Bool
  }

  struct Shelf: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "notices"
  let title: String
  let shelf: String
  let shelves: [Shelf]
  let lines: [Line]
  let hasUnread: Bool
  let canArchive: Bool
  let isEmpty: Bool
  let emptyText: String
  let number: Int
  let previous: Int?
  let next: Int?

  init(_ told: [ToldNotice], shelf: NoticeShelf, number: Int, total: Int, _ texts: Texts) {
    title = texts["notices.list.title"]
    self.shelf = shelf.rawValue
    shelves = NoticeShelf.allCases.map {
      Shelf(value: $0.rawValue, label: texts["notices.list.\($0.rawValue)"], isChosen: $0 == shelf)
    }
    lines = told.map { Line($0, texts) }
    hasUnread = told.contains { $0.notice.readAt == nil }
    canArchive = shelf == .open && !told.isEmpty
    isEmpty = told.isEmpty
    emptyText = texts["notices.list.empty.\(shelf.rawValue)"]
    self.number = number
    previous = number > 1 ? number - 1 : nil
    next = number * Notifications.pageLength < total ? number + 1 : nil
  }
}

extension NoticesPage.Line {
  init(_ told: ToldNotice, _ texts: Texts) {
    let (notice, story) = (told.notice, told.story)
    self.init(
      id: notice.id, heading: texts.heading(of: told), place: story.place, text: story.text, showURL: SafeURL(story.path),
      time: ShownMoment(notice.at), isUnread: notice.readAt == nil, canArchive: notice.archivedAt == nil)
  }
}

extension Texts {
  /// What a notice is called in the page, in a push and in a letter.
  func heading(of told: ToldNotice) -> String {
    counted("notices.kind.\(told.notice.kind)", Int(told.notice.count), ["name": told.story.name ?? self["notices.unnamed"]])
  }
}
