import CPostgres

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads results in PostgreSQL's binary format, by the type that the server names.
struct PostgresResult {
  private let result: OpaquePointer

  init(_ result: OpaquePointer) { self.result = result }

  /// Such as `COMMIT` or `ROLLBACK`.
  var tag: String { String(cString: PQcmdStatus(result)) }

  var changedRows: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  /// A query changes nothing, as far as group commit must know.
  var isOfQuery: Bool { strncmp(PQcmdStatus(result), "SELECT", 6) == 0 }

  func rows() throws(StoreFailure) -> [Row] {
    let columns = PQnfields(result)
    let types = (0..<columns).map { PQftype(result, $0) }
    var rows: [Row] = []
    rows.reserveCapacity(Int(PQntuples(result)))
    for line in 0..<PQntuples(result) {
      var values: [SQLValue] = []
      values.reserveCapacity(Int(columns))
      for column in 0..<columns { values.append(try value(line, column, types[Int(column)])) }
      rows.append(Row(values))
    }
    return rows
  }

  private func value(_ line: Int32, _ column: Int32, _ type: Oid) throws(StoreFailure) -> SQLValue {
    if PQgetisnull(result, line, column) == 1 { return .null }
    let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, line, column), count: Int(PQgetlength(result, line, column)))
    switch type {
    case 16: return .bool(bytes.first == 1)
    case 17: return .bytes(Array(bytes))
    case 20: return .integer(Self.number(bytes, Int64.self))
    case 21: return .integer(Int64(Self.number(bytes, Int16.self)))
    case 23: return .integer(Int64(Self.number(bytes, Int32.self)))
    case 26: return .integer(Int64(Self.number(bytes, UInt32.self)))
    case 700: return .double(Double(Float(bitPattern: Self.number(bytes, UInt32.self))))
    case 701: return .double(Double(bitPattern: Self.number(bytes, UInt64.self)))
    // text, varchar, char, name, the "char" of the catalogue, unknown, json
    case 25, 1043, 1042, 19, 18, 705, 114: return .text(String(decoding: bytes, as: UTF8.self))
    case 2278: return .null
    default:
      throw .other(.init(code: "42804", message: "column \(column) has type \(type), which is not read: write CAST(… AS BIGINT) or so"))
    }
  }

  private static func number<Number: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _: Number.Type) -> Number {
    Number(bigEndian: bytes.loadUnaligned(as: Number.self))
  }
}
