import Access
import Base
import Exports
import Hummingbird
import Paper
import Web

/// What the lists show, as a file: of commas, or of Excel.
struct ExportRoutes: Sendable {
  static let path = "/console/export"

  let house: Conversations

  func register(on routes: Routes) {
    let need = Need.to(.read, .console)
    routes.get("\(Self.path).csv", need) { request, context in
      let (file, table) = try export(request, context)
      return file.commas(table)
    }
    routes.get("\(Self.path).xlsx", need) { request, context in
      let (file, table) = try export(request, context)
      return try await file.workbook([table])
    }
  }

  private func export(_ request: Request, _ context: WebContext) throws -> (TableFile, TableFile.Table) {
    let query = try Form(query: request)
    guard let kind = ChatExport.Kind(rawValue: query["rows"]) else { throw Refusal(.notUnderstood) }
    let (filter, member) = (try ChatFilter(query), try context.person().member)
    let export = ChatExport(house: house, kind: kind, texts: house.web.texts(context.language))
    let table = TableFile.Table(head: export.head) { take in
      // Text alone: nothing in it can be a formula.
      try await export.read(filter, for: member) { lines in try await take(lines.map { $0.map(Spreadsheet.Cell.text) }) }
    }
    return (TableFile(name: "\(kind.rawValue)-\(house.clock.now.isoText.prefix(10))", in: context.language), table)
  }
}
