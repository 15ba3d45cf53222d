import Base
import Foundation

extension Moment {
  /// So many months later, at the same time of day in UTC; where that month is shorter, on its last day.
  func adding(months: Int64) -> Moment {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let start = Date(timeIntervalSince1970: Double(milliseconds / 1000))
    guard let later = calendar.date(byAdding: .month, value: Int(months), to: start) else {
      preconditionFailure("A month later is a moment")
    }
    return Moment(milliseconds: Int64(later.timeIntervalSince1970) * 1000 + milliseconds % 1000)
  }
}
