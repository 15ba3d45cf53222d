import Base
import Files
import Web

/// The policy of a website as it is typed.
struct PolicyForm: Sendable {
  static let words = ["offPlatform", "whatsAppNumber", "whatsAppText", "fileMegabytes", "cookieDomain", "visitorKey"]

  let typed: [String: String]
  let kinds: Set<FileKind>

  init(_ policy: SitePolicy) {
    typed = [
      "offPlatform": policy.offPlatform.rawValue, "whatsAppNumber": policy.whatsAppNumber.isEmpty ? "" : "+\(policy.whatsAppNumber)",
      "whatsAppText": policy.whatsAppText, "fileMegabytes": "\(policy.fileMegabytes)", "cookieDomain": policy.cookieDomain,
      "visitorKey": policy.visitorKey.rawValue,
    ]
    kinds = policy.fileKinds
  }

  init(_ form: Form) {
    typed = Dictionary(uniqueKeysWithValues: Self.words.map { ($0, form[$0].trimmed) })
    kinds = Set(FileKind.allCases.filter { form.has("kind-\($0)") })
  }

  /// - Throws: `formInvalid` with a reason for each field.
  func policy(over origins: [Origin]) throws(Refusal) -> SitePolicy {
    var problems: [String: Refusal.Reason] = [:]
    func value(_ name: String) -> String { typed[name] ?? "" }
    func choice<Word: RawRepresentable>(_ name: String, or other: Word) -> Word where Word.RawValue == String {
      if let word = Word(rawValue: value(name)) { return word }
      problems[name] = .optionUnknown
      return other
    }
    var policy = SitePolicy()
    policy.offPlatform = choice("offPlatform", or: .allow)
    policy.visitorKey = choice("visitorKey", or: .always)
    policy.whatsAppText = value("whatsAppText")
    if policy.whatsAppText.utf8.contains(0) { problems["whatsAppText"] = .textHasNull }
    if policy.whatsAppText.unicodeScalars.count > SitePolicy.textLimit { problems["whatsAppText"] = .fieldTooLong }
    if let digits = Self.digits(of: value("whatsAppNumber")) {
      policy.whatsAppNumber = digits
    } else {
      problems["whatsAppNumber"] = .phoneInvalid
    }
    if let domain = Self.domain(value("cookieDomain"), over: origins) {
      policy.cookieDomain = domain
    } else {
      problems["cookieDomain"] = .domainUnfit
    }
    policy.fileKinds = kinds
    if kinds.isEmpty { problems["kinds"] = .fieldMissing }
    if let megabytes = Int64(typed: value("fileMegabytes")), SitePolicy.megabytes.contains(megabytes) {
      policy.fileMegabytes = megabytes
    } else {
      problems["fileMegabytes"] = .numberInvalid
    }
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return policy
  }

  /// A number as people write it, with the country's code; empty for none, nil for what is no number.
  private static func digits(of text: String) -> String? {
    guard !text.isEmpty else { return "" }
    let bare = text.typedNumber.filter { !" -.()/".contains($0) }
    let digits = bare.hasPrefix("+") ? bare.dropFirst() : bare.hasPrefix("00") ? bare.dropFirst(2) : ""
    guard SitePolicy.numberDigits.contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return String(digits)
  }

  /// A browser takes a cookie for a domain from its own names alone: from any other page each view would be somebody new.
  private static func domain(_ text: String, over origins: [Origin]) -> String? {
    let domain = text.lowercased()
    guard !domain.isEmpty else { return "" }
    guard Origin("https://\(domain)")?.host == domain, domain.contains(".") else { return nil }
    return origins.allSatisfy { $0.isUnder(domain) } ? domain : nil
  }
}
