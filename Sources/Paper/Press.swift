import CPango

/// Lays a sheet out on as many pages of A4 as it needs.
struct Press {
  private static let margin = 62.0
  private static let top = 60.0
  private static let width = Pen.paperWidth - 2 * margin
  /// Where the foot of a page stands, and what may not be written below.
  private static let foot = Pen.paperHeight - 52
  private static let bottom = foot - 24
  private static let gap = 24.0
  private static let amountWidth = 130.0
  private static let rowPadding = 8.0

  private let pen: Pen
  private let sheet: Sheet

  static func print(_ sheet: Sheet) throws -> [UInt8] {
    guard hasFonts else { throw Printer.NoFonts() }
    var bytes: [UInt8] = []
    withUnsafeMutablePointer(to: &bytes) { bytes in
      let surface = cairo_pdf_surface_create_for_stream(
        { bytes, piece, count in
          guard let bytes, let piece else { return CAIRO_STATUS_WRITE_ERROR }
          bytes.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: UnsafeBufferPointer(start: piece, count: Int(count)))
          return CAIRO_STATUS_SUCCESS
        }, bytes, Pen.paperWidth, Pen.paperHeight)
      defer { cairo_surface_destroy(surface) }
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, sheet.name)
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, sheet.house)
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, sheet.time)
      guard let cairo = cairo_create(surface) else { fatalError("Cairo has no memory") }
      defer { cairo_destroy(cairo) }
      Press(pen: Pen(cairo, sheet), sheet: sheet).write()
      cairo_surface_finish(surface)
    }
    return bytes
  }

  /// Pango ends the process when it is asked to write without any font.
  private static var hasFonts: Bool {
    var count = Int32(0)
    var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
    pango_font_map_list_families(pango_cairo_font_map_get_default(), &families, &count)
    g_free(families)
    return count > 0
  }

  private func write() {
    var top = writeHead()
    let pages = self.pages(from: top + headHeight)
    for (index, rows) in pages.enumerated() {
      top = writeTableHead(top: top)
      for row in rows { top = row.write(self, top) }
      writeFoot(page: index + 1, of: pages.count)
      pen.turnPage()
      top = Self.top
    }
  }

  // MARK: The head

  private func writeHead() -> Double {
    var top = Self.top
    top += put(pen.text(sheet.house, .house, width: Self.width), top) + 34
    top += put(pen.text(sheet.title, .title, width: Self.width), top) + 20
    if let warning = sheet.warning {
      let (side, above) = (12.0, 7.0)
      let text = pen.text(warning, .warning, width: Self.width - 2 * side)
      pen.box(top: top, start: Self.margin, width: Self.width, height: text.height + 2 * above, .warningWash)
      pen.put(text, start: Self.margin + side, top: top + above, width: Self.width - 2 * side)
      top += text.height + 2 * above + 20
    }
    return writeFacts(top) + 26
  }

  /// Two columns, so that a receipt is taken in at one look.
  private func writeFacts(_ first: Double) -> Double {
    var top = first
    let width = (Self.width - Self.gap) / 2
    for start in stride(from: 0, to: sheet.facts.count, by: 2) {
      let pairs = sheet.facts[start..<min(start + 2, sheet.facts.count)].map {
        (label: pen.text($0.label, .label, width: width), text: pen.text($0.text, .plain, width: width))
      }
      // Letters of two scripts stand on one line.
      let (label, text) = (pairs.map(\.label.baseline).max() ?? 0, pairs.map(\.text.baseline).max() ?? 0)
      let labels = pairs.map(\.label.height).max() ?? 0
      var height = 0.0
      for (column, pair) in pairs.enumerated() {
        let place = Self.margin + Double(column) * (width + Self.gap)
        pen.put(pair.label, start: place, top: top + label - pair.label.baseline, width: width)
        pen.put(pair.text, start: place, top: top + labels + 2 + text - pair.text.baseline, width: width)
        height = max(height, labels + 2 + text - pair.text.baseline + pair.text.height)
      }
      top += height + 14
    }
    return top
  }

  // MARK: The lines

  /// A line of the table, laid out.
  private struct Row {
    let (what, amount): (Pen.Text, Pen.Text)
    let isTotal: Bool

    var baseline: Double { max(what.baseline, amount.baseline) }
    var height: Double { max(what.height - what.baseline, amount.height - amount.baseline) + baseline + 2 * Press.rowPadding + 1 }

    /// - Returns: where it ends.
    func write(_ press: Press, _ top: Double) -> Double {
      let (start, pen) = (Press.margin, press.pen)
      let text = top + Press.rowPadding + baseline
      if isTotal { pen.rule(top: top - 1, start: start, width: Press.width, thickness: 1.2, .ink) }
      pen.put(what, start: start, top: text - what.baseline, width: Press.whatWidth)
      pen.put(amount, start: start + Press.width - Press.amountWidth, top: text - amount.baseline, width: Press.amountWidth)
      if !isTotal { pen.rule(top: top + height - 0.5, start: start, width: Press.width, thickness: 0.5, .hairline) }
      return top + height
    }
  }

  private static let whatWidth = width - amountWidth - gap

  private func row(_ line: Sheet.Line, _ style: Pen.Style, isTotal: Bool = false) -> Row {
    Row(
      what: pen.text(line.what, style, width: Self.whatWidth), amount: pen.text(line.amount, style, width: Self.amountWidth, .end),
      isTotal: isTotal)
  }

  private var headHeight: Double { row(sheet.head, .label).height }

  private func writeTableHead(top: Double) -> Double { row(sheet.head, .label).write(self, top) }

  /// The rows of each page; the total stands below its last line, never alone.
  private func pages(from first: Double) -> [[Row]] {
    let rows = sheet.lines.map { row($0, .plain) } + [row(sheet.total, .total, isTotal: true)]
    var pages: [[Row]] = [[]]
    var top = first
    for (index, row) in rows.enumerated() {
      let needed = index == rows.count - 2 ? row.height + rows[index + 1].height : row.height
      if top + needed > Self.bottom, !pages[pages.count - 1].isEmpty {
        pages.append([])
        top = Self.top + headHeight
      }
      pages[pages.count - 1].append(row)
      top += row.height
    }
    return pages
  }

  private func writeFoot(page: Int, of count: Int) {
    let side = 60.0
    pen.put(pen.text(sheet.foot, .foot, width: Self.width - side), start: Self.margin, top: Self.foot, width: Self.width - side)
    guard count > 1 else { return }
    let number = pen.text("\(page) / \(count)", .foot, width: side, .end)
    pen.put(number, start: Self.margin + Self.width - side, top: Self.foot, width: side)
  }

  private func put(_ text: Pen.Text, _ top: Double) -> Double {
    pen.put(text, start: Self.margin, top: top, width: Self.width)
    return text.height
  }
}
