import Base

extension Moment {
  /// As every spreadsheet reads it.
  public var tableText: String { String(isoText.replacing("T", with: " ").prefix(19)) }
}
