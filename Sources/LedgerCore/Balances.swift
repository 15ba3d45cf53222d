/// What every account holds, as the fold of the lines. `parley doctor` folds all of them and compares with the rows that are kept for speed.
public struct Balances: Equatable, Sendable {
  public struct Place: Hashable, Sendable {
    public let account: String
    public let unit: String

    public init(account: String, unit: String) {
      self.account = account
      self.unit = unit
    }
  }

  public struct Amount: Equatable, Sendable {
    /// Credited less debited.
    public var posted: Int64 = 0
    /// Of that, set aside to be debited.
    public var held: Int64 = 0
  }

  public private(set) var amounts: [Place: Amount] = [:]

  public init() {}

  public subscript(account: BookAccount, unit: String) -> Amount { amounts[Place(account: account.name, unit: unit)] ?? Amount() }

  public mutating func apply(_ line: Entry.Line) {
    apply(line.phase, line.unit, debit: line.debit.name, credit: line.credit.name, line.amount)
  }

  public mutating func apply(_ phase: Entry.Line.Phase, _ unit: String, debit: String, credit: String, _ amount: Int64) {
    let (from, to) = (Place(account: debit, unit: unit), Place(account: credit, unit: unit))
    switch phase {
    case .held: amounts[from, default: Amount()].held += amount
    case .voided: amounts[from, default: Amount()].held -= amount
    case .captured:
      amounts[from, default: Amount()].held -= amount
      fallthrough
    case .posted:
      amounts[from, default: Amount()].posted -= amount
      amounts[to, default: Amount()].posted += amount
    }
  }

  /// The sum of a unit over all accounts: zero, or the books are wrong.
  public func sums() -> [String: Int64] {
    amounts.reduce(into: [:]) { $0[$1.key.unit, default: 0] += $1.value.posted }
  }
}
