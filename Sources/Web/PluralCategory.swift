/// The forms that a counted text can have, as the Unicode CLDR names them.
public enum PluralCategory: String, CaseIterable, Sendable {
  case zero, one, two, few, many, other
}

extension Language {
  /// The form for a whole number. The client asks the browser's `Intl.PluralRules`; a test holds both to the same table.
  public func plural(_ count: Int) -> PluralCategory {
    let number = count.magnitude
    switch self {
    case .english: return number == 1 ? .one : .other
    case .french:
      if number <= 1 { return .one }
      return number % 1_000_000 == 0 ? .many : .other
    case .italian:
      if number == 1 { return .one }
      return number != 0 && number % 1_000_000 == 0 ? .many : .other
    case .arabic: return Self.arabicPlural(number)
    }
  }

  /// The forms that a counted text must have. French and Italian use `many` for round millions only, and fall back to `other`.
  public var pluralCategories: Set<PluralCategory> {
    self == .arabic ? Set(PluralCategory.allCases) : [.one, .other]
  }

  private static func arabicPlural(_ number: UInt) -> PluralCategory {
    switch (number, number % 100) {
    case (0, _): .zero
    case (1, _): .one
    case (2, _): .two
    case (_, 3...10): .few
    case (_, 11...99): .many
    default: .other
    }
  }
}
