import Base

/// What a visitor told about themself in the form, checked against what the site asks. Nil: not asked, or left out.
public struct Lead: Hashable, Sendable {
  public static let nameLimit = 100
  public static let emailLimit = 254
  public static let phoneLimit = 40

  public let name: String?
  public let email: String?
  public let phone: String?
  public let service: String?
}

extension LeadForm {
  /// Checks what was typed. Fields that the form does not ask are ignored: an old panel may still send them.
  public func check(_ typed: [String: String]) throws(Refusal) -> Lead {
    var problems: [String: Refusal.Reason] = [:]
    let name = checked(.name, typed, &problems)
    let email = checked(.email, typed, &problems)
    let phone = checked(.phone, typed, &problems)
    let service = checked(.service, typed, &problems)
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    return Lead(name: name, email: email, phone: phone, service: service)
  }

  private func checked(_ field: Field, _ typed: [String: String], _ problems: inout [String: Refusal.Reason]) -> String? {
    let demand = demand(of: field)
    guard demand != .absent else { return nil }
    let text = (typed[field.rawValue].map { field == .name ? $0.onOneLine : $0 } ?? "").trimmed
    if text.isEmpty {
      if demand == .required { problems[field.rawValue] = .fieldMissing }
      return nil
    }
    problems[field.rawValue] = problem(of: text, as: field)
    return text
  }

  private func problem(of text: String, as field: Field) -> Refusal.Reason? {
    if text.utf8.contains(0) { return .textHasNull }
    switch field {
    case .name: return text.unicodeScalars.count > Lead.nameLimit ? .fieldTooLong : nil
    case .email: return text.unicodeScalars.count > Lead.emailLimit ? .fieldTooLong : isMailAddress(text) ? nil : .emailInvalid
    case .phone: return text.unicodeScalars.count > Lead.phoneLimit ? .fieldTooLong : isPhoneNumber(text) ? nil : .phoneInvalid
    case .service: return services.contains(text) ? nil : .optionUnknown
    }
  }
}

/// Whether mail could be sent there. Only the mail itself proves an address, so this catches slips and no more.
func isMailAddress(_ text: String) -> Bool {
  let parts = text.split(separator: "@", omittingEmptySubsequences: false)
  guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 64 else { return false }
  let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
  return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty }
    && text.unicodeScalars.allSatisfy {
      !$0.properties.isWhitespace && $0.value > 32 && $0.value != 127 && !"<>(),;:\"".unicodeScalars.contains($0)
    }
}

/// Digits of any script with the signs that people put between them.
private func isPhoneNumber(_ text: String) -> Bool {
  var digits = 0
  for character in text {
    if character.isWholeNumber {
      digits += 1
    } else if !"+-()./ \u{A0}\u{200E}\u{200F}\u{202F}".contains(character) {
      return false
    }
  }
  return (5...20).contains(digits)
}
