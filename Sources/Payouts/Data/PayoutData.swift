import Base
import Crypto
import FoundationEssentials
import LedgerCore

/// Where an expert is paid, and what the tax office asks: typed in by the expert, opened only for the file that goes to the bank.
struct PayoutData: Hashable, Sendable, Codable {
  static let holderLimit = 70

  /// In letters that banks pass on.
  var holder: String
  var iban: String
  /// Of the bank; empty where the IBAN says it.
  var bic: String
  /// Of the identity card (CIN), or what takes its place elsewhere.
  var identity: String
  /// Empty for who has none.
  var vatNumber: String

  var account: AccountNumber? { AccountNumber(iban) }

  /// Bound to its owner: a row that was copied to somebody else opens nothing.
  func sealed(for owner: AccountID, with key: SymmetricKey) throws -> [UInt8] {
    let box = try AES.GCM.seal(JSONEncoder().encode(self), using: key, authenticating: Array(Self.purpose(owner).utf8))
    guard let combined = box.combined else { preconditionFailure("A nonce of the usual length is part of the box") }
    return Array(combined)
  }

  init(unsealing sealed: [UInt8], for owner: AccountID, with key: SymmetricKey) throws {
    let box = try AES.GCM.SealedBox(combined: sealed)
    self = try JSONDecoder().decode(
      Self.self, from: AES.GCM.open(box, using: key, authenticating: Array(Self.purpose(owner).utf8)))
  }

  private static func purpose(_ owner: AccountID) -> String { "payout.\(owner)" }

  private init(holder: String, iban: String, bic: String, identity: String, vatNumber: String) {
    self.holder = holder
    self.iban = iban
    self.bic = bic
    self.identity = identity
    self.vatNumber = vatNumber
  }

  /// Reads what was typed.
  ///
  /// - Throws: `formInvalid` with what is wrong at each field.
  init(holder: String, account: String, bic: String, identity: String, vatNumber: String) throws(Refusal) {
    var problems: [String: Refusal.Reason] = [:]
    let name = holder.unicodeScalars.count <= Self.holderLimit ? BankText.of(holder) : nil
    if name.map({ !$0.contains(where: \.isLetter) || $0.utf8.count > Self.holderLimit }) ?? true { problems["holder"] = .holderInvalid }
    let number = AccountNumber(account)
    if number == nil { problems["account"] = .accountNumberInvalid }
    let bank = bic.uppercased().filter { !$0.isWhitespace }
    if !bank.isEmpty, !Self.isBIC(bank) { problems["bic"] = .bankCodeInvalid }
    let card = Self.plain(identity)
    // The Tunisian card has eight digits.
    let isCard = number?.country == "TN" ? card.utf8.count == 8 && card.allSatisfy(\.isNumber) : (4...20).contains(card.utf8.count)
    if !isCard { problems["identity"] = .taxNumberInvalid }
    let vat = Self.plain(vatNumber)
    if !vat.isEmpty, !(5...20).contains(vat.utf8.count) { problems["vatNumber"] = .taxNumberInvalid }
    guard problems.isEmpty, let name, let number else { throw Refusal(.formInvalid, fields: problems) }
    self.init(holder: name, iban: number.iban, bic: bank, identity: card, vatNumber: vat)
  }

  static func isBIC(_ text: String) -> Bool { text.wholeMatch(of: /[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?/) != nil }

  /// Digits and Latin letters alone, as registers keep a number.
  private static func plain(_ typed: String) -> String {
    let text = typed.uppercased().filter { !$0.isWhitespace && !"-/.".contains($0) }
    return text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) } ? text : ""
  }
}

/// What of it is shown, and how its owner is paid.
struct PayoutProfile: Hashable, Sendable {
  let method: PayoutMethod
  let chargesVAT: Bool
  let hint: String
  let sealed: [UInt8]
  let changedAt: Moment
}
