import CPango

/// Writes on a page: text by Pango, which shapes and orders it, on the paper of Cairo. Places are in points from the top and from the side on
/// which reading begins.
///
/// A class, because it owns what C gave it.
final class Pen {
  struct Colour: Sendable {
    let (red, green, blue): (Double, Double, Double)

    static let ink = Colour(red: 0.09, green: 0.145, blue: 0.13)
    static let soft = Colour(red: 0.3, green: 0.36, blue: 0.345)
    static let hairline = Colour(red: 0.84, green: 0.87, blue: 0.86)
    static let brand = Colour(red: 0.003, green: 0.442, blue: 0.378)
    static let warning = Colour(red: 0.45, green: 0.27, blue: 0.05)
    static let warningWash = Colour(red: 0.998, green: 0.95, blue: 0.853)
  }

  struct Style: Sendable {
    let size: Double
    var isBold = false
    var colour = Colour.ink

    static let house = Style(size: 11, isBold: true, colour: .brand)
    static let title = Style(size: 27, isBold: true)
    static let label = Style(size: 8.5, colour: .soft)
    static let plain = Style(size: 10.5)
    static let total = Style(size: 12.5, isBold: true)
    static let warning = Style(size: 9.5, colour: .warning)
    static let foot = Style(size: 8, colour: .soft)
  }

  /// The side of a place at which its text stands.
  enum Side { case start, end }

  /// Of A4.
  static let (paperWidth, paperHeight) = (595.276, 841.89)
  /// Arabic letters of the same size are smaller.
  private static let rightToLeftScale = 1.1
  /// Latin and Arabic letters of one design; others are found by fontconfig.
  private static let fonts = "Noto Sans, Noto Sans Arabic, DejaVu Sans, sans-serif"

  private let cairo: OpaquePointer
  private let isRightToLeft: Bool
  private let language: OpaquePointer?

  init(_ cairo: OpaquePointer, _ sheet: Sheet) {
    self.cairo = cairo
    isRightToLeft = sheet.isRightToLeft
    language = pango_language_from_string(sheet.language)
  }

  /// A text that is laid out, and not yet on paper.
  final class Text {
    fileprivate let layout: OpaquePointer
    fileprivate let colour: Colour
    let height: Double
    /// From the top to the line that letters stand on.
    let baseline: Double

    fileprivate init(_ layout: OpaquePointer, _ colour: Colour) {
      self.layout = layout
      self.colour = colour
      var (width, height) = (Int32(0), Int32(0))
      pango_layout_get_size(layout, &width, &height)
      self.height = Double(height) / Double(PANGO_SCALE)
      baseline = Double(pango_layout_get_baseline(layout)) / Double(PANGO_SCALE)
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }
  }

  /// Lays a text out, in as many lines as it needs.
  func text(_ words: String, _ style: Style, width: Double, _ side: Side = .start) -> Text {
    guard let layout = pango_cairo_create_layout(cairo), let font = pango_font_description_from_string(Self.fonts) else {
      fatalError("Pango has no memory")
    }
    defer { pango_font_description_free(font) }
    let size = isRightToLeft ? style.size * Self.rightToLeftScale : style.size
    pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
    if style.isBold { pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD) }
    // A name in other letters is ordered as its own, and stands where the page's begin.
    let direction = Self.beginsFromRight(words) ?? isRightToLeft ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR
    let context = pango_layout_get_context(layout)
    pango_context_set_base_dir(context, direction)
    pango_context_set_language(context, language)
    // To whole points, as on a screen of old, letters would stand unevenly.
    pango_context_set_round_glyph_positions(context, 0)
    pango_layout_context_changed(layout)
    pango_layout_set_auto_dir(layout, 0)
    pango_layout_set_font_description(layout, font)
    pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_alignment(layout, (side == .start) == isRightToLeft ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
    pango_layout_set_text(layout, words, -1)
    return Text(layout, style.colour)
  }

  /// Puts a text on the paper, `width` wide as it was laid out.
  func put(_ text: Text, start: Double, top: Double, width: Double) {
    set(text.colour)
    cairo_move_to(cairo, left(start, width), top)
    pango_cairo_show_layout(cairo, text.layout)
  }

  func rule(top: Double, start: Double, width: Double, thickness: Double, _ colour: Colour) {
    set(colour)
    cairo_rectangle(cairo, left(start, width), top, width, thickness)
    cairo_fill(cairo)
  }

  func box(top: Double, start: Double, width: Double, height: Double, _ colour: Colour) {
    let (x, radius) = (left(start, width), 5.0)
    set(colour)
    cairo_new_sub_path(cairo)
    cairo_arc(cairo, x + width - radius, top + radius, radius, -.pi / 2, 0)
    cairo_arc(cairo, x + width - radius, top + height - radius, radius, 0, .pi / 2)
    cairo_arc(cairo, x + radius, top + height - radius, radius, .pi / 2, .pi)
    cairo_arc(cairo, x + radius, top + radius, radius, .pi, .pi * 1.5)
    cairo_close_path(cairo)
    cairo_fill(cairo)
  }

  /// The direction of the first letter, or mark, that has one; nil for what has none: numbers.
  private static func beginsFromRight(_ words: String) -> Bool? {
    for scalar in words.unicodeScalars {
      switch scalar.value {
      case 0x200F: return true
      case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
        if scalar.properties.isAlphabetic { return true }
      default: if scalar.properties.isAlphabetic { return false }
      }
    }
    return nil
  }

  func turnPage() { cairo_show_page(cairo) }

  private func set(_ colour: Colour) { cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue) }

  /// Where a place begins from the left edge of the paper.
  private func left(_ start: Double, _ width: Double) -> Double { isRightToLeft ? Self.paperWidth - start - width : start }
}
