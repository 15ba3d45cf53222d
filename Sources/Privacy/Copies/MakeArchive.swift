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
  var subject: DataSubject
  let language: Language
  let visitDays: Int
  let now: Moment
  /// Where in the archive it goes; empty for what the archive is about.
  var folder = ""
  /// Told after each table and each file: how many of how many.
  let progress: @Sendable (_ done: Int64, _ of: Int64) async throws -> Void

  func write(to path: String) async throws {
    let zip = try ZIPFile(making: path)
    var threads: [ArchiveSheets.Place] = []
    if case .account(let id) = subject {
      for visitor in try await store.read({ try $0.keptVisitors(of: id) }) {
        let name = "thread-\(threads.count + 1)"
        var work = self
        work.subject = .visitor(visitor)
        work.folder = "\(name)/"
        try await work.write(into: zip, threads: [])
        threads.append(ArchiveSheets.Place(label: name, fileURL: SafeURL(beside: "\(name)/index.html")))
      }
    }
    try await write(into: zip, threads: threads)
    try zip.finish()
  }

  private func write(into zip: ZIPFile, threads: [ArchiveSheets.Place]) async throws {
    let tables = subject.tables.filter { $0.readable != "FALSE" }
    let files = try await files()
    let parts = Int64(tables.count + files.count + 2)
    var (facts, told, done): ([ArchiveSheets.Fact], [ArchiveSheets.Part], Int64) = ([], [], 0)
    for table in tables {
      let reader = try await PersonalReader(table, of: subject, in: store)
      let count = try await write(reader, to: zip)
      if ["accounts", "visitors"].contains(table.name) { facts += try await self.facts(reader) }
      if count > 0 { told.append(part(table, count)) }
      done += 1
      try await progress(done, parts)
    }
    let messages = try await writeMessages(to: zip)
    var kept: [ArchiveSheets.Place] = []
    for file in files {
      if let place = try await write(file, number: kept.count + 1, to: zip) { kept.append(place) }
      done += 1
      try await progress(done, parts)
    }
    try zip.add("\(folder)style.css", at: now, ArchiveSheets.style)
    let index = ArchiveSheets.Index(
      language: language.code, direction: language.direction, heading: texts["privacy.archive.title"],
      intro: texts["privacy.archive.intro", ["time": now.universalText]], facts: facts, parts: told, hasMessages: !messages.isEmpty,
      messages: messages, hasFiles: !kept.isEmpty, files: kept, hasThreads: !threads.isEmpty, threads: threads)
    try zip.add("\(folder)index.html", at: now, try web.pages.fill("archive-index", with: index, texts: texts))
  }

  private var texts: Texts { web.texts(language) }

  // MARK: Tables

  private func write(_ reader: PersonalReader, to zip: ZIPFile) async throws -> Int {
    var count = 0
    try zip.begin("\(folder)data/\(reader.table.name).json", at: now)
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

  private func part(_ table: PersonalTable, _ count: Int) -> ArchiveSheets.Part {
    ArchiveSheets.Part(
      label: texts.table(table.name), kept: texts.kept(table.kept, visitDays: visitDays),
      count: texts.counted("privacy.archive.entries", count), dataURL: SafeURL(beside: "data/\(table.name).json"))
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

  private func writeMessages(to zip: ZIPFile) async throws -> [ArchiveSheets.Place] {
    guard let table = subject.tables.first(where: { $0.name == "entries" }) else { return [] }
    let reader = try await PersonalReader(table, of: subject, in: store)
    var (lines, thread, places): ([ArchiveSheets.Line], String, [ArchiveSheets.Place]) = ([], "", [])
    func flush(isLast: Bool) throws {
      guard !lines.isEmpty else { return }
      let place = Self.page(places.count + 1)
      let sheet = ArchiveSheets.Messages(
        language: language.code, direction: language.direction, heading: texts["privacy.table.entries"], lines: lines,
        earlier: places.last, later: isLast ? nil : Self.page(places.count + 2))
      try zip.add("\(folder)\(place.label)", at: now, try web.pages.fill("archive-messages", with: sheet, texts: texts))
      places.append(place)
      lines = []
    }
    let index = Dictionary(uniqueKeysWithValues: reader.columns.enumerated().map { ($1.name, $0) })
    try await reader.forEachPage { rows in
      for row in rows {
        guard let line = try Self.line(row, index, after: thread) else { continue }
        if lines.count == Self.messagesPerPage { try flush(isLast: false) }
        lines.append(line.line)
        thread = line.thread
      }
    }
    try flush(isLast: true)
    return places
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

  private func files() async throws -> [SentFile] {
    guard let table = subject.tables.first(where: { $0.name == "files" }) else { return [] }
    let sql = "SELECT name, path FROM files WHERE (\(table.rows)) AND path IS NOT NULL ORDER BY created_at, id"
    let number = subject.number
    return try await store.read { session in
      try session.rows(sql, number).compactMap { row in FilePlace(row[1]).map { SentFile(name: row[0], place: $0) } }
    }
  }

  private func write(_ file: SentFile, number: Int, to zip: ZIPFile) async throws -> ArchiveSheets.Place? {
    guard let stored = try await storage.open(file.place) else { return nil }
    let path = "files/\(number)-\(file.name)"
    try zip.begin("\(folder)\(path)", at: now)
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
