import Base
import Foundation
import Store
import Web
import Wire

/// What was said in a thread, for somebody who keeps it (P10): as it reads now, without what was deleted or erased, files by their names.
struct Transcript: Sendable {
  enum Side: Hashable, Sendable {
    case visitor, team, note
  }

  struct Line: Sendable {
    let chat: ChatID
    let at: Moment
    let side: Side
    /// Nil for a visitor without a name.
    let by: String?
    let text: String
    let isFile: Bool
  }

  /// The newest so many lines of the log are looked at.
  static let entryLimit = 1000

  let lines: [Line]

  /// Chat by chat, oldest first.
  var chats: [[Line]] {
    lines.reduce(into: []) { chats, line in
      if chats.last?.last?.chat == line.chat { chats[chats.count - 1].append(line) } else { chats.append([line]) }
    }
  }
}

extension Session {
  /// - Parameter reader: the team reads its notes as well.
  func transcript(of conversation: ConversationID, for reader: Reader) throws -> Transcript {
    let found = try entries(of: conversation, below: .max, for: reader, limit: Transcript.entryLimit)
    let revised = Dictionary(try revisions(of: conversation, above: 0).map { ($0.of, $0.text) }) { _, later in later }
    return Transcript(lines: found.compactMap { Transcript.Line($0, revised: revised[$0.n] ?? nil) })
  }
}

extension Transcript.Line {
  /// Nil for what is no message, or can be read no more.
  fileprivate init?(_ entry: LoggedEntry, revised: String?) {
    let words: String
    if case .note(let note) = entry.body {
      words = note.text
    } else {
      guard entry.isMessage, let text = entry.body.readableText else { return nil }
      words = revised ?? text
    }
    guard !words.isEmpty else { return nil }
    let isNote = entry.audience == .team
    let (side, by): (Transcript.Side, String?) =
      switch entry.by {
      case .visitor(_, let name): (.visitor, name)
      case .agent(let agent): (isNote ? .note : .team, agent.name)
      case .system: (.team, nil)
      }
    self.init(chat: entry.chat, at: entry.at, side: side, by: by, text: words, isFile: entry.body.messageKind == .file)
  }
}

/// Moments as a reader's language writes them, by the clocks of the website.
struct TranscriptTimes {
  let zone: TimeZone
  private let formatter = DateFormatter()

  init(_ language: Language, zone name: String) {
    zone = TimeZone(identifier: name) ?? .gmt
    formatter.locale = Locale(identifier: language.code)
    formatter.timeZone = zone
  }

  func day(_ moment: Moment) -> String { text(moment, .long, .none) }

  func clock(_ moment: Moment) -> String { text(moment, .none, .short) }

  func full(_ moment: Moment) -> String { text(moment, .medium, .short) }

  private func text(_ moment: Moment, _ day: DateFormatter.Style, _ clock: DateFormatter.Style) -> String {
    formatter.dateStyle = day
    formatter.timeStyle = clock
    return formatter.string(from: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000))
  }
}
