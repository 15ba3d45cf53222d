import Base
import CXLSX
import Foundation

/// A file of Office Open XML that grows row by row: libxlsxwriter keeps one row in memory, the rest lies on the disk. Everything is text, so
/// that nothing in it can be a formula.
///
/// A class, because it is one file. Unchecked, because the library knows no threads: one export writes it, one call after the other.
final class Spreadsheet: @unchecked Sendable {
  struct Unwritten: Error {}

  /// One less than Excel takes: the head stands above.
  static let rowsOnSheet = 1_048_575
  private static let cellCharacters = 32_767
  private static let columnWidth = 22.0

  private let folder: URL
  private let book: UnsafeMutablePointer<lxw_workbook>
  private let bold: UnsafeMutablePointer<lxw_format>?
  private let head: [String]
  private let isRightToLeft: Bool
  private var page: UnsafeMutablePointer<lxw_worksheet>?
  private var rowsWritten = 0
  private var isClosed = false

  var file: URL { folder.appendingPathComponent("chats.xlsx") }

  /// It lies in a folder that nobody else can read, and goes with this object.
  init(head: [String], isRightToLeft: Bool) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(Secret().text)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    var options = lxw_workbook_options()
    options.constant_memory = 1
    let path = folder.appendingPathComponent("chats.xlsx").path
    // What is put away for later lies in the same folder. The library copies the name of it and changes nothing.
    let opened = folder.path.withCString { place in
      options.tmpdir = UnsafeMutablePointer(mutating: place)
      return workbook_new_opt(path, &options)
    }
    guard let opened else { throw Unwritten() }
    book = opened
    bold = workbook_add_format(opened)
    format_set_bold(bold)
    self.head = head
    self.isRightToLeft = isRightToLeft
    addPage()
  }

  deinit {
    // A book that is left open would keep its files.
    if !isClosed { workbook_close(book) }
    try? FileManager.default.removeItem(at: folder)
  }

  func append(_ rows: [[String]]) {
    for row in rows {
      if rowsWritten == Self.rowsOnSheet { addPage() }
      rowsWritten += 1
      for (column, words) in row.enumerated() {
        let text = String(words.prefix(Self.cellCharacters))
        worksheet_write_string(page, lxw_row_t(rowsWritten), lxw_col_t(column), text, nil)
      }
    }
  }

  func close() throws {
    isClosed = true
    guard workbook_close(book) == LXW_NO_ERROR else { throw Unwritten() }
  }

  private func addPage() {
    page = workbook_add_worksheet(book, nil)
    rowsWritten = 0
    if isRightToLeft { worksheet_right_to_left(page) }
    worksheet_freeze_panes(page, 1, 0)
    worksheet_set_column(page, 0, lxw_col_t(max(0, head.count - 1)), Self.columnWidth, nil)
    for (column, word) in head.enumerated() { worksheet_write_string(page, 0, lxw_col_t(column), word, bold) }
  }
}
