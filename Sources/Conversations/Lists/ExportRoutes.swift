import Access
import Base
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Paper
import Web
import Wire

/// What the lists show, as a file: of commas, or of Excel.
struct ExportRoutes: Sendable {
  static let path = "/console/export"
  private static let bytesAtOnce = 65_536

  let house: Conversations

  func register(on routes: Routes) {
    let need = Need.to(.read, .console)
    routes.get("\(Self.path).csv", need) { request, context in
      let (export, filter) = try export(request, context)
      let member = try context.person().member
      let body = ResponseBody { writer in
        try await writer.write(ByteBuffer(string: CSVText([export.head]).text))
        try await export.read(filter, for: member) { try await writer.write(ByteBuffer(string: CSVText($0).text)) }
        try await writer.finish(nil)
      }
      return answer(export, "csv", "text/csv; charset=utf-8", body)
    }
    routes.get("\(Self.path).xlsx", need) { request, context in
      let (export, filter) = try export(request, context)
      let sheet = try await workbook(export, filter, for: context.person().member, isRightToLeft: context.language.direction == "rtl")
      return answer(
        export, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Self.body(of: sheet))
    }
  }

  private func export(_ request: Request, _ context: WebContext) throws -> (ChatExport, ChatFilter) {
    let query = try Form(query: request)
    guard let kind = ChatExport.Kind(rawValue: query["rows"]) else { throw Refusal(.notUnderstood) }
    return (ChatExport(house: house, kind: kind, texts: house.web.texts(context.language)), try ChatFilter(query))
  }

  private func answer(_ export: ChatExport, _ ending: String, _ type: String, _ body: ResponseBody) -> Response {
    let name = "\(export.kind.rawValue)-\(house.clock.now.isoText.prefix(10)).\(ending)"
    return Response(
      status: .ok,
      headers: [.contentType: type, .cacheControl: "no-store", .contentDisposition: contentDisposition("attachment", name)], body: body)
  }

  /// It is finished before the first byte leaves, because what such a file begins with is written last.
  private func workbook(
    _ export: ChatExport, _ filter: ChatFilter, for member: Access.Actor.Member, isRightToLeft: Bool
  ) async throws -> Spreadsheet {
    let head = export.head
    let sheet = try await Self.onDisk { try Spreadsheet(isRightToLeft: isRightToLeft) }
    try await Self.onDisk { try sheet.begin(head: head) }
    try await export.read(filter, for: member) { lines in
      // Text alone: nothing in it can be a formula.
      try await Self.onDisk { try sheet.append(lines.map { $0.map(Spreadsheet.Cell.text) }) }
    }
    try await Self.onDisk { try sheet.close() }
    return sheet
  }

  private static func body(of sheet: Spreadsheet) -> ResponseBody {
    ResponseBody { writer in
      let file = try FileHandle(forReadingFrom: sheet.file)
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
