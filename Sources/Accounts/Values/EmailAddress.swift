import Base

/// An address that mail can be sent to, as somebody wrote it.
struct EmailAddress: Hashable, Sendable {
  static let lengthLimit = 254
  let text: String

  init(_ text: String) throws(FieldProblem) {
    guard !text.isEmpty else { throw FieldProblem(.fieldMissing) }
    guard text.unicodeScalars.count <= Self.lengthLimit else { throw FieldProblem(.fieldTooLong) }
    // By scalars: an @ with an accent on it is another letter to people, and still an @ to mail servers.
    let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !text.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x21 })
    else {
      throw FieldProblem(.emailInvalid)
    }
    let names = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard names.count >= 2, names.allSatisfy({ !$0.isEmpty && $0.first != "-" }) else { throw FieldProblem(.emailInvalid) }
    self.text = text
  }

  /// By which an account is found: upper and lower case are the same address.
  var key: String { Self.key(of: text) }

  static func key(of text: String) -> String { text.lowercased() }
}

/// What is wrong with one field of a form.
struct FieldProblem: Error {
  let reason: Refusal.Reason
  init(_ reason: Refusal.Reason) { self.reason = reason }
}
