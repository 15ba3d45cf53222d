import Base
import Foundation
import Outside
import Store
import TestKit
import Web

@testable import Mail

/// A house with mail, without the rest of the program.
struct Desk: Sendable {
  static let from = "Harbour Essays <hello@harbour.example>"
  static let home = "https://chat.harbour.example"

  let mail: Mail
  let store: any Store
  let runner: JobRunner
  let clock: WallClock

  static func open(
    _ engine: Dialect.Engine, way: MailSettings.Way? = nil, _ body: (Desk) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mail-\(UInt64.random(in: 0 ... .max))").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await Databases.withStore(engine) { store in
      let clock = WallClock.fixed(at: Databases.start)
      let ids = IDMaker(node: 0)
      let jobs = Jobs(ids: ids, clock: clock)
      let outside = Outside()
      defer { outside.close() }
      let mail = Mail(
        settings: MailSettings(way: way ?? .folder(folder), from: try sender()), store: store, jobs: jobs, ids: ids, clock: clock,
        web: try web(clock), outside: outside)
      let runner = JobRunner(store: store, jobs: jobs, handlers: mail.jobHandlers)
      try await body(Desk(mail: mail, store: store, runner: runner, clock: clock))
    }
  }

  /// Posts, and does what is due.
  func send(_ letter: Letter) async throws {
    try await store.write { [mail] in _ = try mail.post(letter, in: $0) }
    try await runner.runDue()
  }

  func undeliverable(_ address: String = "ines@reader.example") async throws -> Undeliverable? {
    try await store.read { [mail] in try mail.undeliverable(address, in: $0) }
  }

  var letters: [FoundLetter] { mail.folder?.letters() ?? [] }

  /// The files as they were written, newest first.
  func files() throws -> [String] {
    guard let folder = mail.folder else { return [] }
    return try letters.map { try String(contentsOfFile: "\(folder.path)/\($0.id).eml", encoding: .utf8) }
  }

  static func sender() throws -> MailSettings.Sender {
    guard let sender = MailSettings.Sender(from) else { throw Refusal(.emailInvalid) }
    return sender
  }

  static func web(_ clock: WallClock = .fixed(at: Databases.start)) throws -> WebFront {
    let root = String(#filePath.prefix(upTo: #filePath.range(of: "/Tests/MailTests/")?.lowerBound ?? #filePath.endIndex))
    return try WebFront(
      settings: WebSettings(baseAddress: home, isStrict: true), bundle: Web.Bundle(sourceFolder: root).frozen(), clock: clock)
  }
}

extension Recipient {
  static func ines(_ language: Language = .english, name: String? = "Inés Carvalho") -> Recipient {
    Recipient(address: "ines@reader.example", name: name, language: language)
  }
}
