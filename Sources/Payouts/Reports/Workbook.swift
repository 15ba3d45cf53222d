import Base
import CXLSX
import Foundation

/// Tables as a file of Office Open XML, by libxlsxwriter: numbers are numbers, so that whoever opens it can go on reckoning.
enum Workbook {
  enum Cell: Hashable, Sendable {
    case text(String)
    case count(Int64)
    case money(Money)
  }

  struct Sheet: Hashable, Sendable {
    let name: String
    let head: [String]
    let rows: [[Cell]]
    let isRightToLeft: Bool
  }

  struct Unwritten: Error {}

  private static let nameLimit = 31

  /// The library writes files, so it gets one that nobody else can read, for a moment.
  static func bytes(of sheets: [Sheet]) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(Secret().text)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("report.xlsx").path
    guard let book = workbook_new(path) else { throw Unwritten() }
    let bold = workbook_add_format(book)
    format_set_bold(bold)
    var formats: [Int: UnsafeMutablePointer<lxw_format>?] = [:]
    for sheet in sheets {
      guard let page = workbook_add_worksheet(book, fit(sheet.name)) else { continue }
      if sheet.isRightToLeft { worksheet_right_to_left(page) }
      worksheet_freeze_panes(page, 1, 0)
      worksheet_set_column(page, 0, lxw_col_t(max(0, sheet.head.count - 1)), 18, nil)
      for (column, word) in sheet.head.enumerated() { worksheet_write_string(page, 0, lxw_col_t(column), word, bold) }
      for (index, row) in sheet.rows.enumerated() {
        for (column, cell) in row.enumerated() {
          let place = (row: lxw_row_t(index + 1), column: lxw_col_t(column))
          switch cell {
          case .text(let words): worksheet_write_string(page, place.row, place.column, words, nil)
          case .count(let number): worksheet_write_number(page, place.row, place.column, Double(number), nil)
          case .money(let money):
            let decimals = money.currency.decimals
            let format = formats[decimals] ?? workbook_add_format(book)
            if formats[decimals] == nil {
              format_set_num_format(format, "#,##0" + (decimals > 0 ? "." + String(repeating: "0", count: decimals) : ""))
              formats[decimals] = format
            }
            // What is read back from the decimal text is the nearest number there is: nothing is reckoned in it here.
            worksheet_write_number(page, place.row, place.column, Double(money.decimal) ?? 0, format)
          }
        }
      }
    }
    guard workbook_close(book) == LXW_NO_ERROR else { throw Unwritten() }
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Names of sheets are short and have none of `[]:*?/\`.
  private static func fit(_ name: String) -> String {
    String(name.filter { !"[]:*?/\\'".contains($0) }.prefix(nameLimit))
  }
}
