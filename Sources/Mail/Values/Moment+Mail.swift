import Base
import Foundation

extension Moment {
  /// `2026-11-21 14:32 UTC`: the same in every language, and it names its zone.
  var letterText: String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601).replacing("T", with: " ").prefix(16) + " UTC"
  }
}
