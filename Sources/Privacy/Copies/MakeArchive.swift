import Base
import Files
import Foundation
import Store
import Web
import Wire

/// Writes the archive of somebody: a page to read, the rows of every table that the registry names, what was said, and the files.
///
/// Rows come in pages and leave for the disk at once, so that an archive of any length takes the same memory.
struct MakeArchive: Sendable {
  static let messagesPerPage = 1000

  let store: any Store
  let storage: any FileStorage
  let web: WebFront
  let subject: DataSubject
  /// Whoever it is about asked for it. What others ask for has nothing of paid threads, which are closed to everybody but their two parties.
  let isOwn: Bool
  let language: Language
  let visitDays: Int
  let now: Moment
  /// Told after each table and each file: how many of how many.
  let progress: @Sendable (_ done: Int64, _ of: Int64) async throws -> Void

  /// A table of the account, or of a thread that it keeps.
  private struct Source: Sendable {
    let subject: DataSubject
    let table: PersonalTable
    let file: String
  }

  func write(to path: String) async throws {
    let zip = try ZIPFile(making: path)
    let sources = try await sources()
    let files = try await files(sources)
    let parts = Int64(sources.count + files.count + 1)
    var (facts, told, done): ([ArchiveSheets.Fact], [ArchiveSheets.Part], Int64) = ([], [], 0)
    var book = MessageBook()
    for source in sources {
      let reader = try await PersonalReader(source.table, of: source.subject, in: store)
      let count = try await write(reader, as: source.file, to: zip)
      if ["accounts", "visitors"].contains(source.table.name) { facts += try await self.facts(reader) }
      if source.table.name == "entries" { try await write(reader, into: &book, zip) }
      if count > 0 { told.append(part(source, count)) }
      done += 1
      try await progress(done, parts)
    }
    try flush(&book, isLast: true, zip)
    var kept: [ArchiveSheets.Place] = []
    for file in files {
      if let place = try await write(file, number: kept.count + 1, to: zip) { kept.append(place) }
      done += 1
      try await progress(done, parts)
    }
    if case .account(let id) = subject, let photo = try await store.read({ try $0.photo(of: id) }) {
      try zip.begin("files/photo.png", at: now)
      try zip.write(photo)
      kept.append(ArchiveSheets.Place(label: "photo.png", fileURL: SafeURL(beside: "files/photo.png")))
    }
    try zip.add("style.css", at: now, ArchiveSheets.style)
    let index = ArchiveSheets.Index(
      language: language.code, direction: language.direction, heading: texts["privacy.archive.title"],
      intro: texts["privacy.archive.intro", ["time": now.universalText]], facts: facts, parts: told, hasMessages: !book.places.isEmpty,
      messages: book.places, hasFiles: !kept.isEmpty, files: kept)
    try zip.add("index.html", at: now, try web.pages.fill("archive-index", with: index, texts: texts))
    try zip.finish()
  }

  private func sources() async throws -> [Source] {
    var sources: [Source] = []
    func add(_ subject: DataSubject, _ prefix: String) {
      for table in subject.tables where table.readable != "FALSE" {
        sources.append(Source(subject: subject, table: isOwn ? table : table.withoutPaidThreads, file: "data/\(prefix)\(table.name).json"))
      }
    }
    add(subject, "")
    if case .account(let id) = subject {
      let threads = try await store.read { try $0.visitors(of: id) }
      for (index, visitor) in threads.enumerated() { add(.visitor(visitor), "thread-\(index + 1)-") }
    }
    return sources
  }

  private var texts: Texts { web.texts(language) }

  // MARK: Tables

  private func write(_ reader: PersonalReader, as file: String, to zip: ZIPFile) async throws -> Int {
    var count = 0
    try zip.begin(file, at: now)
    try zip.write("[".utf8)
    try await reader.forEachPage { rows in
      var piece: [UInt8] = []
      for row in rows {
        piece += (count == 0 ? "\n" : ",\n").utf8
        piece += reader.json(row)
        count += 1
      }
      try zip.write(piece)
    }
    try zip.write("\n]\n".utf8)
    return count
  }

  private func part(_ source: Source, _ count: Int) -> ArchiveSheets.Part {
    ArchiveSheets.Part(
      label: texts.table(source.table.name), kept: texts.kept(source.table.kept, visitDays: visitDays),
      count: texts.counted("privacy.archive.entries", count), dataURL: SafeURL(beside: source.file))
  }

  private func facts(_ reader: PersonalReader) async throws -> [ArchiveSheets.Fact] {
    var facts: [ArchiveSheets.Fact] = []
    try await reader.forEachPage { rows in
      for row in rows {
        facts += ArchiveSheets.told.compactMap { name in
          reader.text(name, of: row).map { ArchiveSheets.Fact(label: texts["privacy.column.\(name)"], value: $0) }
        }
      }
    }
    return facts
  }

  // MARK: Messages

  /// The pages of messages so far, and the lines of the next one.
  private struct MessageBook {
    var lines: [ArchiveSheets.Line] = []
    var thread = ""
    var places: [ArchiveSheets.Place] = []
  }

  private func write(_ reader: PersonalReader, into book: inout MessageBook, _ zip: ZIPFile) async throws {
    let index = Dictionary(uniqueKeysWithValues: reader.columns.enumerated().map { ($1.name, $0) })
    var filling = book
    try await reader.forEachPage { rows in
      for row in rows {
        guard let line = try Self.line(row, index, after: filling.thread) else { continue }
        if filling.lines.count == Self.messagesPerPage { try flush(&filling, isLast: false, zip) }
        filling.lines.append(line.line)
        filling.thread = line.thread
      }
    }
    book = filling
  }

  private func flush(_ book: inout MessageBook, isLast: Bool, _ zip: ZIPFile) throws {
    guard !book.lines.isEmpty else { return }
    let place = Self.page(book.places.count + 1)
    let sheet = ArchiveSheets.Messages(
      language: language.code, direction: language.direction, heading: texts["privacy.table.entries"], lines: book.lines,
      earlier: book.places.last, later: isLast ? nil : Self.page(book.places.count + 2))
    try zip.add(place.label, at: now, try web.pages.fill("archive-messages", with: sheet, texts: texts))
    book.places.append(place)
    book.lines = []
  }

  private static func page(_ number: Int) -> ArchiveSheets.Place {
    ArchiveSheets.Place(label: "messages-\(number).html", fileURL: SafeURL(beside: "messages-\(number).html"))
  }

  /// What can be read of an entry; nil for what is no message.
  private static func line(_ row: Row, _ index: [String: Int], after thread: String) throws -> (line: ArchiveSheets.Line, thread: String)? {
    guard let kind = index["kind"], let body = index["body"], let at = index["at"], let name = index["by_name"],
      let conversation = index["conversation_id"]
    else { return nil }
    let (event, json): (String, String) = (row[kind], row[body])
    guard let text = try Body(event: event, json: json.utf8).readableText else { return nil }
    let (time, author, id): (Moment, String, Int64) = (row[at], row[name], row[conversation])
    let line = ArchiveSheets.Line(time: time.universalText, author: author, text: text, startsThread: thread != String(id))
    return (line, String(id))
  }

  // MARK: Files

  private struct SentFile: Sendable {
    let name: String
    let place: FilePlace
  }

  private func files(_ sources: [Source]) async throws -> [SentFile] {
    var files: [SentFile] = []
    for source in sources where source.table.name == "files" {
      let sql = "SELECT name, path FROM files WHERE (\(source.table.rows)) AND path IS NOT NULL ORDER BY created_at, id"
      files += try await store.read { session in
        try session.rows(sql, source.subject.number).compactMap { row in
          FilePlace(row[1]).map { SentFile(name: row[0], place: $0) }
        }
      }
    }
    return files
  }

  private func write(_ file: SentFile, number: Int, to zip: ZIPFile) async throws -> ArchiveSheets.Place? {
    guard let stored = try await storage.open(file.place) else { return nil }
    let path = "files/\(number)-\(file.name)"
    try zip.begin(path, at: now)
    var next: Int64 = 0
    while next < stored.bytes {
      let piece = try await stored.read(at: next, count: 65_536)
      guard piece.readableBytes > 0 else { break }
      next += Int64(piece.readableBytes)
      try zip.write(piece.readableBytesView)
    }
    return ArchiveSheets.Place(label: file.name, fileURL: SafeURL(beside: path))
  }
}
