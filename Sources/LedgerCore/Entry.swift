import Base

/// An entry of the books: lines that are written together, whole or not at all. Every line debits one account and credits another with the same
/// amount, so the sum over all accounts is zero in each unit, always.
///
/// The model and its words are TigerBeetle's: transfers that are posted, or held and later captured or voided.
public struct Entry: Equatable, Sendable {
  /// What makes it happen once.
  public let key: String
  public let kind: Kind
  /// What it is about: "purchase.123", "chat.45.6".
  public let about: String
  public let lines: [Line]

  public enum Kind: String, CaseIterable, Sendable {
    case sale, gift, hold, capture, release, tip, expiry, refund, compensation, chargeback, chargebackWon, chargebackLost
    case month, included, includedBack
    case payout, payoutPaid, payoutReturned, payoutFailed
  }

  public struct Line: Equatable, Sendable {
    public enum Phase: String, CaseIterable, Sendable {
      case posted
      /// Set aside: the amount stays where it is and cannot be used otherwise.
      case held
      /// What was held moves now.
      case captured
      /// What was held is free again.
      case voided
    }

    public let phase: Phase
    /// A credit unit, or the code of a currency.
    public let unit: String
    public let debit: BookAccount
    public let credit: BookAccount
    public let amount: Int64
  }

  /// - Precondition: there is a line, and each moves something between two accounts.
  init(_ kind: Kind, key: String, about: String, _ lines: [Line?]) {
    self.key = key
    self.kind = kind
    self.about = about
    self.lines = lines.compactMap(\.self)
    precondition(!self.lines.isEmpty, "An entry moves something")
    precondition(self.lines.allSatisfy { $0.amount > 0 && $0.debit != $0.credit }, "A line moves an amount between two accounts")
  }
}

extension Entry {
  /// A customer bought units: they are worth what was paid for them, bonus included.
  public static func sale(_ units: Units, for price: Money, to buyer: AccountID, through provider: String, key: String, about: String)
    -> Entry
  {
    Entry(
      .sale, key: key, about: about, [.moved(units, .issued, .wallet(buyer)), .moved(price, .clearing(provider), .prepaid)])
  }

  /// The house gives units away; what they are worth is paid from the marketing account, so that an answer earns the same for them.
  public static func gift(_ units: Units, worth: Money, to owner: AccountID, key: String, about: String) -> Entry {
    Entry(.gift, key: key, about: about, [.moved(units, .issued, .wallet(owner)), .moved(worth, .marketing, .prepaid)])
  }

  public static func hold(_ units: Units, of payer: AccountID, key: String, about: String) -> Entry {
    Entry(.hold, key: key, about: about, [.line(.held, units, .wallet(payer), .spent)])
  }

  /// What was held is paid: the units are used, and their worth is shared between the expert and the platform.
  ///
  /// - Parameters:
  ///   - worth: one amount for each currency that the units were bought in.
  ///   - commission: the platform's part in 1/10,000; the rest is the expert's. Divided by largest remainder.
  public static func capture(
    _ units: Units, of payer: AccountID, worth: [Money], to payee: AccountID, commission: Int64, key: String, about: String
  ) -> Entry {
    Entry(
      .capture, key: key, about: about,
      [.line(.captured, units, .wallet(payer), .spent)] + shared(worth, with: payee, commission: commission))
  }

  /// Units on top of what was agreed: set aside and taken in one step, so that nothing waits and nothing comes back by itself.
  public static func tip(
    _ units: Units, of payer: AccountID, worth: [Money], to payee: AccountID, commission: Int64, key: String, about: String
  ) -> Entry {
    Entry(
      .tip, key: key, about: about,
      [.line(.held, units, .wallet(payer), .spent), .line(.captured, units, .wallet(payer), .spent)]
        + shared(worth, with: payee, commission: commission))
  }

  private static func shared(_ worth: [Money], with payee: AccountID, commission: Int64) -> [Line?] {
    worth.flatMap { amount -> [Line?] in
      let shares = Self.shares(of: amount, commission: commission)
      return [.moved(shares.payee, .prepaid, .earnings(payee)), .moved(shares.platform, .prepaid, .revenue)]
    }
  }

  public static func release(_ units: Units, of payer: AccountID, key: String, about: String) -> Entry {
    Entry(.release, key: key, about: about, [.line(.voided, units, .wallet(payer), .spent)])
  }

  /// Units that nobody used in time.
  public static func expiry(_ units: Units, worth: Money, of owner: AccountID, key: String, about: String) -> Entry {
    Entry(.expiry, key: key, about: about, [.moved(units, .wallet(owner), .expired), .moved(worth, .prepaid, .breakage)])
  }

  /// A month of a subscription without a limit is over: what was paid for it is earned.
  public static func month(_ units: Units, worth: Money, of owner: AccountID, key: String, about: String) -> Entry {
    Entry(.month, key: key, about: about, [.moved(units, .wallet(owner), .spent), .moved(worth, .prepaid, .revenue)])
  }

  /// A subscription includes what is asked for: the house brings the units and what they are worth, so that an answer earns the same.
  public static func included(_ units: Units, worth: Money, to owner: AccountID, key: String, about: String) -> Entry {
    Entry(.included, key: key, about: about, [.moved(units, .issued, .wallet(owner)), .moved(worth, .included, .prepaid)])
  }

  /// Nobody answered in time: what the house brought is the house's again.
  public static func includedBack(_ units: Units, worth: Money, of owner: AccountID, key: String, about: String) -> Entry {
    Entry(.includedBack, key: key, about: about, [.moved(units, .wallet(owner), .issued), .moved(worth, .prepaid, .included)])
  }

  /// A purchase goes back to where it was paid from.
  public static func refund(_ units: Units, worth: Money, of owner: AccountID, through provider: String, key: String, about: String)
    -> Entry
  {
    Entry(.refund, key: key, about: about, [.moved(units, .wallet(owner), .issued), .moved(worth, .prepaid, .clearing(provider))])
  }

  /// A service that was paid is given back to the wallet, whole or in part, from those who had earned it.
  ///
  /// - Parameter before: what was given back of it already. The parts of a service take from each exactly what the whole would.
  public static func compensation(
    _ units: Units, worth: Money, before: Money? = nil, to payer: AccountID, from payee: AccountID, commission: Int64, key: String,
    about: String
  ) -> Entry {
    let earlier = Self.shares(of: before ?? Money(0, worth.currency), commission: commission)
    let until = Self.shares(of: (before ?? Money(0, worth.currency)) + worth, commission: commission)
    let shares = (payee: until.payee - earlier.payee, platform: until.platform - earlier.platform)
    return Entry(
      .compensation, key: key, about: about,
      [
        .moved(units, .spent, .wallet(payer)), .moved(shares.payee, .earnings(payee), .prepaid),
        .moved(shares.platform, .revenue, .prepaid),
      ])
  }

  /// A payment was taken back by its bank: what is left of it goes, and what was used is owed by the customer.
  public static func chargeback(
    _ units: Units, worth: Money, used: Money, of owner: AccountID, through provider: String, key: String, about: String
  ) -> Entry {
    Entry(
      .chargeback, key: key, about: about,
      [
        .moved(units, .wallet(owner), .issued), .moved(worth, .prepaid, .clearing(provider)),
        .moved(used, .receivable(owner), .clearing(provider)),
      ])
  }

  /// The bank gave the payment back: everything is as it was.
  public static func chargebackWon(
    _ units: Units, worth: Money, used: Money, of owner: AccountID, through provider: String, key: String, about: String
  ) -> Entry {
    Entry(
      .chargebackWon, key: key, about: about,
      [
        .moved(units, .issued, .wallet(owner)), .moved(worth, .clearing(provider), .prepaid),
        .moved(used, .clearing(provider), .receivable(owner)),
      ])
  }

  /// What the customer owes is borne by those who earned it, as far as they were not yet paid, and for the rest by the house.
  public static func chargebackLost(
    _ owed: Money, by owner: AccountID, from earners: [(payee: AccountID, part: Money)], key: String, about: String
  ) -> Entry {
    let borne = earners.reduce(Money(0, owed.currency)) { $0 + $1.part }
    precondition(borne <= owed, "Nobody bears more than what is owed")
    return Entry(
      .chargebackLost, key: key, about: about,
      earners.map { .moved($0.part, .earnings($0.payee), .receivable(owner)) } + [.moved(owed - borne, .losses, .receivable(owner))])
  }

  /// An expert's earnings are on their way to the bank.
  ///
  /// - Parameter tax: value added tax that the house pays on top.
  public static func payout(_ share: Money, tax: Money, to payee: AccountID, key: String, about: String) -> Entry {
    Entry(
      .payout, key: key, about: about, [.moved(share, .earnings(payee), .underway(payee)), .moved(tax, .inputTax, .underway(payee))])
  }

  /// They arrived; what was withheld is owed to the tax office.
  public static func payoutPaid(_ net: Money, withheld: Money, to payee: AccountID, key: String, about: String) -> Entry {
    Entry(
      .payoutPaid, key: key, about: about, [.moved(net, .underway(payee), .paidOut), .moved(withheld, .underway(payee), .withheld)])
  }

  /// They had arrived, and the bank sent them back: they are on their way as before, and what was withheld is owed to nobody.
  public static func payoutReturned(_ net: Money, withheld: Money, to payee: AccountID, key: String, about: String) -> Entry {
    Entry(
      .payoutReturned, key: key, about: about, [.moved(net, .paidOut, .underway(payee)), .moved(withheld, .withheld, .underway(payee))])
  }

  /// They did not arrive: they are earnings again.
  public static func payoutFailed(_ share: Money, tax: Money, to payee: AccountID, key: String, about: String) -> Entry {
    Entry(
      .payoutFailed, key: key, about: about,
      [.moved(share, .underway(payee), .earnings(payee)), .moved(tax, .underway(payee), .inputTax)])
  }

  /// The expert's part and the platform's, which together are the whole.
  public static func shares(of worth: Money, commission: Int64) -> (payee: Money, platform: Money) {
    precondition((0...10_000).contains(commission), "A commission is a part of the whole")
    let parts = divided(worth.minor, by: [10_000 - commission, commission])
    return (Money(parts[0], worth.currency), Money(parts[1], worth.currency))
  }
}

extension Entry.Line {
  fileprivate static func line(_ phase: Phase, _ units: Units, _ debit: BookAccount, _ credit: BookAccount) -> Entry.Line? {
    guard units.count > 0 else { return nil }
    return Entry.Line(phase: phase, unit: units.unit.rawValue, debit: debit, credit: credit, amount: units.count)
  }

  fileprivate static func moved(_ units: Units, _ debit: BookAccount, _ credit: BookAccount) -> Entry.Line? {
    line(.posted, units, debit, credit)
  }

  /// Nothing where the amount is zero: a gift may be worth nothing.
  fileprivate static func moved(_ money: Money, _ debit: BookAccount, _ credit: BookAccount) -> Entry.Line? {
    guard money.minor > 0 else { return nil }
    return Entry.Line(phase: .posted, unit: money.currency.code, debit: debit, credit: credit, amount: money.minor)
  }
}
