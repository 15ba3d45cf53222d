import Web

/// A letter in words: its subject, and both its parts.
struct LetterPaper: Sendable {
  let subject: String
  let plain: String
  let html: String

  init(_ letter: Letter, house: String, home: String, web: WebFront) throws {
    let texts = web.texts(letter.recipient.language)
    let sheet = Sheet(letter, texts, house: house, home: home)
    subject = HeaderText.line(sheet.subject, limit: HeaderText.subjectLimit) ?? house
    plain = try web.pages.fill("letter-plain", with: sheet, texts: texts)
    html = try web.pages.fill("letter", with: sheet, texts: texts)
  }

  /// What both templates show.
  struct Sheet: Sendable {
    struct Link: Sendable {
      let label: String
      let linkURL: SafeURL
    }

    let language: String
    let direction: String
    let subject: String
    let greeting: String
    let heading: String
    let text: String
    struct Quote: Sendable {
      let by: String
      let lines: [String]
    }

    let quotes: [Quote]
    let hasLines: Bool
    let lines: [String]
    let button: Link?
    let second: Link?
    let life: String?
    let after: String
    let signature: String
    let homeURL: SafeURL?
    let unsubscribe: Link?

    init(_ letter: Letter, _ texts: Texts, house: String, home: String) {
      let isolate = { (words: String) in texts.language.direction == "rtl" ? "\u{2068}\(words)\u{2069}" : words }
      let arguments = letter.arguments.merging(["house": house]) { given, _ in given }
        .mapValues { isolate(HeaderText.line($0, limit: HeaderText.argumentLimit) ?? "") }
      let name = letter.recipient.name.flatMap { HeaderText.line($0, limit: HeaderText.nameLimit) }.map(isolate)
      let words = { (part: String) in texts["mail.\(letter.kind.name).\(part)", arguments] }
      let link = { (address: String?, label: String) -> Link? in
        address.flatMap(SafeURL.init).map { Link(label: label, linkURL: $0) }
      }
      language = texts.language.code
      direction = texts.language.direction
      subject = words("subject")
      greeting = name.map { texts["mail.letter.greeting", ["name": $0]] } ?? texts["mail.letter.hello"]
      heading = words("heading")
      text = words("text")
      quotes = (letter.quotes ?? []).map { quote in
        Quote(by: HeaderText.line(quote.by, limit: HeaderText.nameLimit).map(isolate) ?? "", lines: HeaderText.lines(quote.text))
      }
      lines = (letter.lines ?? []).compactMap { HeaderText.line($0, limit: HeaderText.argumentLimit) }.map(isolate)
      hasLines = !lines.isEmpty
      button = letter.button.flatMap { link($0, words("button")) }
      second = letter.second.flatMap { link($0, words("second")) }
      life =
        switch letter.life {
        case nil: nil
        case .minutes(let count): texts.counted("mail.life.minutes", count)
        case .hours(let count): texts.counted("mail.life.hours", count)
        case .days(let count): texts.counted("mail.life.days", count)
        }
      after = words("after")
      signature = texts["mail.letter.signature", ["house": isolate(house)]]
      homeURL = SafeURL(home)
      unsubscribe = link(letter.unsubscribe, texts["mail.letter.unsubscribe"])
    }
  }
}
