import Store
import TestKit
import Testing

@Suite struct PersonalTests {
  @Test("Every column that can hold text or bytes is declared personal or impersonal", arguments: Dialect.Engine.allCases)
  func declared(engine: Dialect.Engine) async throws {
    try await Databases.withStore(engine) { store in
      let live = try await store.read(columns)
      let personal = Set(Personal.columns.map { "\($0.table).\($0.column)" })
      let impersonal = Set(Personal.impersonal.flatMap { table, columns in columns.map { "\(table).\($0)" } })
      #expect(live.count > 50)
      #expect(live.subtracting(personal.union(impersonal)).sorted() == [], "declare them in Personal.swift")
      #expect(personal.union(impersonal).subtracting(live).sorted() == [], "these are gone from the schema")
      #expect(personal.intersection(impersonal).sorted() == [], "these are declared both ways")
    }
  }

  @Test("A column is declared once")
  func once() {
    let names = Personal.columns.map { "\($0.table).\($0.column)" }
    #expect(names.count == Set(names).count)
  }

  /// The columns of the live schema that numbers and flags do not fill.
  @Sendable private func columns(_ session: any Session) throws -> Set<String> {
    let plain: Set<String> = ["bigint", "boolean", "double precision"]
    let rows =
      switch session.dialect.engine {
      case .sqlite:
        try session.rows(
          // The index of search_texts has no text of its own, and tables of SQLite's making.
          """
          SELECT t.name, c.name, lower(c.type) FROM sqlite_master AS t, pragma_table_info(t.name) AS c
          WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'search_words%'
          """
        )
      case .postgres:
        try session.rows("SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'")
      }
    return Set(rows.filter { !plain.contains($0[2]) }.map { "\($0[0] as String).\($0[1] as String)" })
  }
}
