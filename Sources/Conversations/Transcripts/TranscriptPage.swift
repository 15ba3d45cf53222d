import Base
import Sites
import Web

/// What was said, to be read and printed.
struct TranscriptPage: Page {
  struct Line: Sendable {
    let by: String
    let iso: String
    let time: String
    let text: String
    let isNote: Bool
  }

  struct Chat: Sendable {
    let day: String
    let lines: [Line]
  }

  static let template = "transcript"
  let title: String
  let intro: String
  let consoleURL: SafeURL?
  /// With the notes of the team, or without them again.
  let notesURL: SafeURL?
  let notesText: String
  let chats: [Chat]
  let isEmpty: Bool

  /// - Parameter notes: whether they are shown; nil for who may not read any.
  init(_ transcript: Transcript, of conversation: ConversationID, at site: Site, notes: Bool?, _ texts: Texts) {
    let times = TranscriptTimes(texts.language, zone: site.timeZone)
    let visitor = transcript.lines.last { $0.side == .visitor }?.by ?? texts["conversations.transcript.visitor"]
    title = texts["conversations.transcript.title", ["name": visitor, "site": site.name]]
    intro = texts["conversations.transcript.text", ["zone": site.timeZone]]
    consoleURL = SafeURL("/console#\(conversation)")
    let path = "\(ListRoutes.path)/\(conversation)/transcript"
    notesURL = notes.flatMap { SafeURL($0 ? path : "\(path)?notes=on") }
    notesText = texts["conversations.transcript.\(notes == true ? "without" : "with")"]
    chats = transcript.chats.map { lines in
      Chat(day: lines.first.map { times.day($0.at) } ?? "", lines: lines.map { Line($0, else: visitor, site, times, texts) })
    }
    isEmpty = chats.isEmpty
  }
}

extension TranscriptPage.Line {
  fileprivate init(_ line: Transcript.Line, else visitor: String, _ site: Site, _ times: TranscriptTimes, _ texts: Texts) {
    let name = line.by ?? (line.side == .visitor ? visitor : site.name)
    isNote = line.side == .note
    by = isNote ? texts["conversations.transcript.note", ["name": name]] : name
    iso = line.at.isoText
    time = times.full(line.at)
    text = line.isFile ? texts["mail.answer.file", ["name": line.text]] : line.text
  }
}
