extension Moment {
  /// So many months later, at the same time of day in UTC; where that month is shorter, on its last day.
  ///
  /// Days and dates by Howard Hinnant's `days_from_civil` and `civil_from_days` (proleptic Gregorian calendar).
  public func adding(months: Int64) -> Moment {
    let dayLength: Int64 = 86_400_000
    let day = milliseconds >= 0 ? milliseconds / dayLength : (milliseconds - dayLength + 1) / dayLength
    let date = CivilDate(day: day)
    let month = date.year * 12 + (date.month - 1) + months
    let (year, index) = month.quotientAndRemainder(dividingBy: 12)
    let target = CivilDate(year: year, month: index + 1, dayOfMonth: 1)
    let length = CivilDate(year: index == 11 ? year + 1 : year, month: index == 11 ? 1 : index + 2, dayOfMonth: 1).day - target.day
    let later = target.day + min(date.dayOfMonth, length) - 1
    return Moment(milliseconds: later * dayLength + (milliseconds - day * dayLength))
  }
}

/// A day of the calendar. Days are counted from 1970-01-01.
private struct CivilDate {
  let year: Int64
  let month: Int64
  let dayOfMonth: Int64

  init(year: Int64, month: Int64, dayOfMonth: Int64) {
    (self.year, self.month, self.dayOfMonth) = (year, month, dayOfMonth)
  }

  init(day: Int64) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let index = (5 * dayOfYear + 2) / 153
    dayOfMonth = dayOfYear - (153 * index + 2) / 5 + 1
    month = index < 10 ? index + 3 : index - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var day: Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
