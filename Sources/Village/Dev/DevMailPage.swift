import Base
import Mail
import Web

struct DevMailPage: Page {
  static let template = "dev-mail"

  struct Line: Sendable {
    let addressURL: SafeURL
    let subject: String
    let to: String
    let time: String
    let timeExactly: String
  }

  let title: String
  let letters: [Line]
  let isEmpty: Bool
  /// Letters go to people, and none stays here.
  let isSent: Bool

  init(_ texts: Texts, letters: [FoundLetter], isSent: Bool) {
    title = texts["demo.dev.mail.title"]
    self.letters = letters.map {
      Line(
        addressURL: SafeURL(path: "/dev/mail/", $0.id), subject: $0.subject, to: $0.to, time: $0.date.dayText,
        timeExactly: $0.date.exactText)
    }
    isEmpty = letters.isEmpty && !isSent
    self.isSent = isSent
  }
}

struct DevLetterPage: Page {
  static let template = "dev-letter"

  let title: String
  let from: String
  let to: String
  let time: String
  let timeExactly: String
  let plain: String
  let sheetURL: SafeURL

  init(_ texts: Texts, _ letter: FoundLetter) {
    title = letter.subject.isEmpty ? texts["demo.dev.mail.title"] : letter.subject
    from = letter.from
    to = letter.to
    time = letter.date.dayText
    timeExactly = letter.date.exactText
    plain = letter.plain
    sheetURL = SafeURL(letter: letter.id)
  }
}

extension SafeURL {
  fileprivate init(letter id: LetterID) {
    guard let url = SafeURL("/dev/mail/\(id)/html") else { preconditionFailure("A path of digits is an address") }
    self = url
  }
}
