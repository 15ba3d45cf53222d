import Base

/// How what was paid for an expert's work becomes what the expert gets: the steps, their order and their rates. Data, so that another
/// country's rules are another row.
public struct SlipTerms: Hashable, Sendable {
  public enum Step: String, CaseIterable, Sendable {
    /// The platform's part, as the books have it: it was agreed with each question.
    case commission
    /// Value added tax, which the expert remits.
    case vat
    /// Income tax that is withheld at source, for who chose that.
    case withholding
  }

  public let steps: [Step]
  /// In 1/10,000, as all rates here.
  public let vat: Int64
  /// Paid on top of what the expert gets; otherwise contained in it.
  public let isVATOnTop: Bool
  public let withholding: Int64

  /// - Precondition: each step stands there once.
  public init(steps: [Step] = Step.allCases, vat: Int64 = 1900, isVATOnTop: Bool = false, withholding: Int64 = 1500) {
    precondition(Set(steps) == Set(Step.allCases) && steps.count == Step.allCases.count, "Each step is taken once")
    precondition((0...10_000).contains(vat) && (0..<10_000).contains(withholding), "A rate is a part of the whole")
    self.steps = steps
    self.vat = vat
    self.isVATOnTop = isVATOnTop
    self.withholding = withholding
  }

  /// Commission as agreed, 19 % contained, 15 % for those who chose it.
  public static let standard = SlipTerms()
}

/// How an expert is paid.
public enum PayoutMethod: String, CaseIterable, Sendable {
  /// The whole share; taxes are the expert's.
  case whole
  /// Less what is withheld at source.
  case withheld
}

/// What a payout comes to, step by step.
public struct Slip: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    public enum Effect: String, Sendable {
      /// Added to or taken from what came before.
      case moves
      /// Said, and nothing more: it is contained.
      case contained
    }

    public let step: SlipTerms.Step
    /// Nil for the commission, which was agreed with each question.
    public let rate: Int64?
    /// Negative where it is taken off.
    public let amount: Money
    public let effect: Effect
    /// What is left after it.
    public let after: Money
  }

  public let gross: Money
  public let commission: Money
  public let lines: [Line]
  public let net: Money

  /// The expert's part in the books.
  public var share: Money { gross - commission }
  public var vat: Money { amount(of: .vat) }
  /// What the house adds for value added tax.
  public var vatOnTop: Money { lines.contains { $0.step == .vat && $0.effect == .moves } ? vat : Money(0, gross.currency) }
  public var withheld: Money { amount(of: .withholding) }

  private func amount(of step: SlipTerms.Step) -> Money {
    Money(abs(lines.first { $0.step == step }?.amount.minor ?? 0), gross.currency)
  }

  /// - Parameter chargesVAT: whether the expert is liable to value added tax.
  public init(gross: Money, commission: Money, by method: PayoutMethod, chargesVAT: Bool, under terms: SlipTerms) {
    var (left, lines) = (gross, [Line]())
    for step in terms.steps {
      switch step {
      case .commission:
        left = left - commission
        lines.append(
          Line(step: step, rate: nil, amount: Money(-commission.minor, gross.currency), effect: .moves, after: left))
      case .vat where chargesVAT && terms.vat > 0:
        let tax = Self.part(terms.vat, of: left, outOf: terms.isVATOnTop ? 10_000 : 10_000 + terms.vat)
        if terms.isVATOnTop { left = left + tax }
        lines.append(Line(step: step, rate: terms.vat, amount: tax, effect: terms.isVATOnTop ? .moves : .contained, after: left))
      case .withholding where method == .withheld && terms.withholding > 0:
        let tax = Self.part(terms.withholding, of: left, outOf: 10_000)
        left = left - tax
        lines.append(
          Line(step: step, rate: terms.withholding, amount: Money(-tax.minor, gross.currency), effect: .moves, after: left))
      case .vat, .withholding: break
      }
    }
    self.gross = gross
    self.commission = commission
    self.lines = lines
    net = left
  }

  /// Rounded half up.
  public static func part(_ rate: Int64, of amount: Money, outOf whole: Int64) -> Money {
    precondition(amount.minor >= 0, "Nobody pays taxes on less than nothing")
    let (quotient, remainder) = whole.dividingFullWidth(amount.minor.multipliedFullWidth(by: rate))
    return Money(quotient + (remainder * 2 >= whole ? 1 : 0), amount.currency)
  }
}
