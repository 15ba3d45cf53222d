import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Paper
import Web

/// Tables that somebody takes along as a file: of commas, or of Excel. Rows come some at a time, so that no table has to fit into memory.
public struct TableFile: Sendable {
  public typealias Row = [Spreadsheet.Cell]
  /// Takes the next rows.
  public typealias Take = ([Row]) async throws -> Void

  public struct Table: Sendable {
    public let name: String?
    public let head: [String]
    public let read: @Sendable (Take) async throws -> Void

    /// - Parameters:
    ///   - name: of the sheet; nil for a file of one table.
    ///   - read: hands over the rows below the head.
    public init(_ name: String? = nil, head: [String], read: @escaping @Sendable (Take) async throws -> Void) {
      self.name = name
      self.head = head
      self.read = read
    }

    /// A table that is known as a whole.
    public init(_ name: String? = nil, head: [String], rows: [Row]) {
      self.init(name, head: head) { take in try await take(rows) }
    }
  }

  private static let bytesAtOnce = 65_536

  /// Without its ending.
  let name: String
  let language: Language

  public init(name: String, in language: Language) {
    self.name = name
    self.language = language
  }

  /// Streamed while it is read.
  public func commas(_ table: Table) -> Response {
    answer(
      "csv", "text/csv; charset=utf-8",
      ResponseBody { writer in
        try await writer.write(ByteBuffer(string: CSVText([table.head]).text))
        try await table.read { rows in
          try await writer.write(ByteBuffer(string: CSVText(rows.map { $0.map(\.plainText) }).text))
        }
        try await writer.finish(nil)
      })
  }

  /// A sheet of each table. It is finished before the first byte leaves, because what such a file begins with is written last.
  public func workbook(_ tables: [Table]) async throws -> Response {
    let isRightToLeft = language.direction == "rtl"
    let book = try await Self.onDisk { try Spreadsheet(isRightToLeft: isRightToLeft) }
    for table in tables {
      let (name, head) = (table.name, table.head)
      try await Self.onDisk { try book.begin(name, head: head) }
      try await table.read { rows in try await Self.onDisk { try book.append(rows) } }
    }
    try await Self.onDisk { try book.close() }
    return answer("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Self.body(of: book))
  }

  private func answer(_ ending: String, _ type: String, _ body: ResponseBody) -> Response {
    Response(
      status: .ok,
      headers: [.contentType: type, .cacheControl: "no-store", .contentDisposition: contentDisposition("attachment", "\(name).\(ending)")],
      body: body)
  }

  private static func body(of book: Spreadsheet) -> ResponseBody {
    ResponseBody { writer in
      let file = try FileHandle(forReadingFrom: book.file)
      defer { try? file.close() }
      while let piece = try file.read(upToCount: bytesAtOnce), !piece.isEmpty { try await writer.write(ByteBuffer(bytes: piece)) }
      try await writer.finish(nil)
    }
  }

  /// The library waits for the disk, which no thread of the tasks may.
  private static func onDisk<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await NIOThreadPool.singleton.runIfActive(work)
  }
}
