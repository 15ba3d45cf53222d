import Base
import Store
import TestKit
import Testing

@Suite("The registry of what is kept")
struct RegistryTests {
  @Test("A40: every personal column says how long it is kept, and what erasing makes of it")
  func answered() {
    for column in Personal.columns {
      let tables = Personal.tables.filter { $0.name == column.table }
      #expect(!tables.isEmpty, "\(column.table) has no line in Personal.tables")
      #expect(tables.contains { $0.erases(column.column) }, "nothing erases \(column.table).\(column.column)")
    }
    for table in Personal.tables {
      // A row that is nothing but identities, as which tag is on whose chat, is personal by whose it is.
      let isLink = table.key.count > 1 && table.key.allSatisfy { $0.hasSuffix("_id") } && table.readable == "FALSE"
      #expect(isLink || Personal.columns.contains { $0.table == table.name }, "\(table.name) holds nothing personal")
    }
  }

  @Test(
    "A40: every table of the registry can be read, counted, swept and erased as the database has it", arguments: Dialect.Engine.allCases)
  func fits(engine: Dialect.Engine) async throws {
    try await Databases.withStore(engine) { store in
      for table in Personal.tables {
        let columns = try await store.read { try $0.liveColumns(of: table.name).map(\.name) }
        #expect(Set(table.key).isSubset(of: columns) && table.withheld.isSubset(of: columns), "\(table.name)")
        switch table.kept {
        case .days(_, let column):
          let found = try await store.read { try $0.overdue(table, after: column, before: Databases.start, limit: 5) }
          #expect(found.isEmpty)
        case .asItsParent(let parent): #expect(Personal.tables.contains { $0.name == parent })
        case .untilErased, .siteDays, .visitDays: break
        }
      }
      for subject in [DataSubject.account(AccountID(rawValue: 1)), .visitor(VisitorID(rawValue: 1))] {
        try await store.write { try $0.erase(subject, at: Databases.start) }
        try await store.write { try $0.erase(subject, at: Databases.start) }
      }
      let journal = try await store.read { try $0.rows("SELECT subject_kind, subject_id FROM erasure_journal ORDER BY subject_kind") }
      #expect(journal == [Row([.text("account"), .integer(1)]), Row([.text("visitor"), .integer(1)])])
    }
  }
}
