import Base
import CXLSX
import Foundation

/// A file of Office Open XML that grows row by row: libxlsxwriter keeps one row in memory, the rest lies on the disk. Numbers are numbers, so
/// that whoever opens it can go on reckoning; words are words, and never a formula.
///
/// A class, because it is one file. Unchecked, because the library knows no threads: one report writes it, one call after the other, and
/// waits for the disk meanwhile.
public final class Spreadsheet: @unchecked Sendable {
  public enum Cell: Hashable, Sendable {
    case text(String)
    case count(Int64)
    case money(Money)
    /// With one decimal.
    case tenths(Int64)

    /// As text: with a point, as every program reads it.
    public var plainText: String {
      switch self {
      case .text(let words): words
      case .count(let number): String(number)
      case .money(let money): money.decimal
      case .tenths(let number): "\(number < 0 ? "-" : "")\(number.magnitude / 10).\(number.magnitude % 10)"
      }
    }
  }

  public struct Unwritten: Error {}

  /// One less than Excel takes: the head stands above. What is more goes on in another sheet.
  private static let rowsOnSheet = 1_048_575
  private static let cellCharacters = 32_767
  private static let nameCharacters = 31
  private static let columnWidth = 20.0

  private let folder: URL
  private let book: UnsafeMutablePointer<lxw_workbook>
  private let bold: UnsafeMutablePointer<lxw_format>?
  private let isRightToLeft: Bool
  /// By the number of decimals.
  private var formats: [Int: UnsafeMutablePointer<lxw_format>?] = [:]
  private var head: [String] = []
  private var page: UnsafeMutablePointer<lxw_worksheet>?
  private var rowsWritten = 0
  private var isClosed = false

  /// Where it lies until this object goes; whole once it is closed.
  public var file: URL { folder.appendingPathComponent("sheets.xlsx") }

  /// In a folder that nobody else can read, which goes with this object.
  public init(isRightToLeft: Bool) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(Secret().text)")
    self.isRightToLeft = isRightToLeft
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    var options = lxw_workbook_options()
    options.constant_memory = 1
    let path = folder.appendingPathComponent("sheets.xlsx").path
    // What is put away for later lies in the same folder. The library copies the name of it and changes nothing.
    let opened = folder.path.withCString { place in
      options.tmpdir = UnsafeMutablePointer(mutating: place)
      return workbook_new_opt(path, &options)
    }
    guard let opened else { throw Unwritten() }
    book = opened
    bold = workbook_add_format(opened)
    format_set_bold(bold)
  }

  deinit {
    // A book that is left open would keep its files.
    if !isClosed { workbook_close(book) }
    try? FileManager.default.removeItem(at: folder)
  }

  /// The rows from here on stand in a sheet of their own.
  ///
  /// - Parameter name: nil for the library's own.
  public func begin(_ name: String? = nil, head: [String]) throws {
    self.head = head
    page = workbook_add_worksheet(book, name.map(Self.fit))
    guard page != nil else { throw Unwritten() }
    rowsWritten = 0
    if isRightToLeft { worksheet_right_to_left(page) }
    worksheet_freeze_panes(page, 1, 0)
    worksheet_set_column(page, 0, lxw_col_t(max(0, head.count - 1)), Self.columnWidth, nil)
    for (column, word) in head.enumerated() { worksheet_write_string(page, 0, lxw_col_t(column), word, bold) }
  }

  public func append(_ rows: [[Cell]]) throws {
    for row in rows {
      if rowsWritten == Self.rowsOnSheet { try begin(head: head) }
      rowsWritten += 1
      for (column, cell) in row.enumerated() { write(cell, lxw_row_t(rowsWritten), lxw_col_t(column)) }
    }
  }

  public func close() throws {
    isClosed = true
    guard workbook_close(book) == LXW_NO_ERROR else { throw Unwritten() }
  }

  private func write(_ cell: Cell, _ row: lxw_row_t, _ column: lxw_col_t) {
    switch cell {
    case .text(let words): worksheet_write_string(page, row, column, Self.written(words), nil)
    case .count(let number): worksheet_write_number(page, row, column, Double(number), nil)
    case .money(let money):
      // What is read back from the decimal text is the nearest number there is: nothing is reckoned in it here.
      worksheet_write_number(page, row, column, Double(money.decimal) ?? 0, format(of: money.currency.decimals))
    case .tenths(let number): worksheet_write_number(page, row, column, Double(number) / 10, format(of: 1))
    }
  }

  /// As the file may hold it: one U+FFFF, which XML does not know, would spoil all of it; and what looks like an escape of the format is none.
  private static func written(_ words: String) -> String {
    let plain = words.contains("_x") ? words.replacing(/_(?=x[0-9A-Fa-f]{4}_)/, with: "_x005F_") : words
    let known = plain.unicodeScalars.prefix(cellCharacters).map { $0 == "\u{FFFE}" || $0 == "\u{FFFF}" ? "\u{FFFD}" : $0 }
    return String(String.UnicodeScalarView(known))
  }

  private func format(of decimals: Int) -> UnsafeMutablePointer<lxw_format>? {
    if let known = formats[decimals] { return known }
    let format = workbook_add_format(book)
    format_set_num_format(format, "#,##0" + (decimals > 0 ? "." + String(repeating: "0", count: decimals) : ""))
    formats[decimals] = format
    return format
  }

  /// Names of sheets are short and have none of `[]:*?/\`.
  private static func fit(_ name: String) -> String {
    String(name.filter { !"[]:*?/\\'".contains($0) }.prefix(nameCharacters))
  }
}
