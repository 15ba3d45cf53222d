import Accounts
import Base
import Conversations
import Foundation
import Parley
import Store
import TestKit
import Testing

/// Every personal column of every subject is filled with one word. After the erasing the word is looked for everywhere.
@Suite("Nothing is left")
struct NothingIsLeftTests {
  private static let limits = "visitor.messages=1000/60,visitor.widget=10000/60,visitor.uploads=1000/60,agent.uploads=1000/60"
  /// These hold one of a few words that the program knows, so that no other can be put there.
  private static let closed: Set<String> = [
    "accounts.status", "accounts.language", "visitors.device",
    // It follows the session's.
    "push_subscriptions.session_digest",
  ]

  @Test("A40: nothing of an erased account is left in any table or file", arguments: Dialect.Engine.allCases)
  func account(engine: Dialect.Engine) async throws {
    let word = "zugvogel-im-herbst"
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      let subject = DataSubject.account(scene.clara.id)
      let reader = Reader(house: house, person: scene.clara)
      #expect(try await reader.post("/profile/privacy/copies").status == 303)
      try await soon("the letter") { try await house.text("SELECT fate FROM letters WHERE kind = 'archiveReady'") == "delivered" }
      try await scene.furnish()
      try await Self.fill(subject, with: word, in: house)
      #expect(try await Self.places(of: word, in: house).count > 20, "the word was put there")
      try await house.program.accounts.erase(scene.clara.id, by: nil, from: .console)
      try await Self.expectNothing(of: word, in: house)
      #expect(try await house.text("SELECT by_name FROM entries WHERE by_account IS NOT NULL") == scene.site.name)
      #expect(try await Conversations.examine(house.program.store).findings.isEmpty)
    }
  }

  @Test("A40, E79d: nothing of an erased visitor is left in any table or file", arguments: Dialect.Engine.allCases)
  func visitor(engine: Dialect.Engine) async throws {
    let word = "zugvogel-im-winter"
    try await House.open(engine, limits: Self.limits) { house in
      let scene = try await Scene(house)
      // One file has had its time and lies sealed; another one is there.
      try await scene.sendsFile(word)
      house.program.clock.advance(milliseconds: 17 * 86_400_000)
      try await house.program.conversations.expireFiles()
      try await scene.sendsFile(word)
      try await scene.furnish()
      let visitor = try #require(VisitorID(scene.ada.id))
      try await Self.fill(.visitor(visitor), with: word, in: house)
      #expect(try await Self.places(of: word, in: house).count > 15, "the word was put there")
      try await house.program.conversations.erase(visitor)
      try await house.program.store.scrub()
      try await Self.expectNothing(of: word, in: house)
      let keys = try FileManager.default.contentsOfDirectory(atPath: house.program.settings.text(.data) + "/keys")
      #expect(!keys.contains("visitor-\(visitor)"), "what was sealed can never be opened again")
      #expect(try await house.count("SELECT COUNT(*) FROM files WHERE deleted_at IS NULL") == 0)
      let findings = try await Conversations.examine(house.program.store).findings
      #expect(findings.isEmpty, "the log keeps its numbers: \(findings)")
      let again = try await house.visitor(of: scene.site, key: try #require(scene.ada.key))
      #expect(again.id != scene.ada.id, "who comes back is somebody new")
    }
  }

  // MARK: The word

  private static func fill(_ subject: DataSubject, with word: String, in house: House) async throws {
    try await house.program.store.write { session in
      for table in subject.tables where table.readable != "FALSE" {
        let count: Int64 = try session.row("SELECT COUNT(*) FROM \(table.name) WHERE \(table.rows)", subject.number)?[0] ?? 0
        #expect(count > 0, "the scene has no row of \(table.name): furnish it")
        let types = Dictionary(uniqueKeysWithValues: try session.liveColumns(of: table.name).map { ($0.name, $0.type) })
        let mine = Personal.columns.filter { column in
          column.table == table.name && (table.erases(column.column)) && !closed.contains("\(column.table).\(column.column)")
        }
        let changes = mine.map { "\($0.column) = \(value(of: $0, types[$0.column] ?? "", word, subject, session.dialect))" }
        guard !changes.isEmpty else { continue }
        try session.run("UPDATE \(table.name) SET \(changes.joined(separator: ", ")) WHERE \(table.rows)", subject.number)
      }
    }
  }

  private static func value(of column: PersonalColumn, _ type: String, _ word: String, _ subject: DataSubject, _ dialect: Dialect) -> String
  {
    switch ("\(column.table).\(column.column)", type) {
    // Of an account only the line that named it changes; what it said stays.
    case ("entries.body", _) where subject.kind == .account: "body"
    case ("entries.body", _):
      """
      CASE
        WHEN kind = 'MessageSent' THEN '{"kind":"text","text":"\(word)"}' WHEN kind = 'FormSent' THEN '{"name":"\(word)"}' ELSE body
      END
      """
    // What others did and said stands in the same rows.
    case ("entries.by_name", _) where subject.kind == .visitor: "CASE WHEN by_kind = 'visitor' THEN '\(word)' ELSE by_name END"
    case ("audit_lines.address", _): "CASE WHEN account_id = \(subject.number) THEN '\(word)' ELSE address END"
    case ("entries.client_id", _): "CASE WHEN client_id IS NULL THEN NULL ELSE '\(word)-' || n END"
    case (_, "json"): #"'{"list":["\#(word)"]}'"#
    case (_, "bytea"), (_, "blob"):
      dialect.engine == .sqlite ? "CAST('\(word)' AS BLOB)" : "CAST('\(word)' AS BYTEA)"
    default: "'\(word)'"
    }
  }

  private static func expectNothing(of word: String, in house: House) async throws {
    // Files go by jobs, which run beside.
    let end = ContinuousClock.now + .seconds(15)
    var left = try await places(of: word, in: house)
    while !left.isEmpty, ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(100))
      left = try await places(of: word, in: house)
    }
    #expect(left.isEmpty, "\(left)")
  }

  /// Every table and file in which the word stands.
  private static func places(of word: String, in house: House) async throws -> [String] {
    let bytes = Array(word.utf8)
    let found = try await house.program.store.read { session in
      let tables =
        switch session.dialect.engine {
        case .sqlite: try session.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        case .postgres: try session.rows("SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'")
        }
      return try tables.flatMap { row -> [String] in
        let table: String = row[0]
        let columns = try session.liveColumns(of: table).map(\.name)
        return try session.rows("SELECT \(columns.joined(separator: ", ")) FROM \(table)").flatMap { row in
          zip(columns, row.values).compactMap { column, value in
            switch value {
            case .text(let text) where text.contains(word): "\(table).\(column): \(text)"
            case .bytes(let held) where held.holds(bytes): "\(table).\(column)"
            default: nil
            }
          }
        }
      }
    }
    let folder = house.program.settings.text(.data)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { !$0.hasPrefix("mail") && !$0.hasPrefix("assets") }
    return found
      + paths.filter { path in FileManager.default.contents(atPath: "\(folder)/\(path)").map { [UInt8]($0).holds(bytes) } ?? false }
  }
}

extension [UInt8] {
  fileprivate func holds(_ word: [UInt8]) -> Bool { Data(self).range(of: Data(word)) != nil }
}
