import Access
import Base
import Web

/// An account as somebody fills it in.
public struct AccountDraft: Hashable, Sendable {
  public static let nameLimit = 80
  public static let pseudonymLimit = 40

  public var name: String
  public var email: String
  /// Empty: the first word of the name.
  public var pseudonym: String
  public var avatar: Avatar
  public var roles: Set<Role>
  public var language: Language

  public init(
    name: String, email: String, pseudonym: String = "", avatar: Avatar = .fern, roles: Set<Role> = [.agent], language: Language = .english
  ) {
    self.name = name
    self.email = email
    self.pseudonym = pseudonym
    self.avatar = avatar
    self.roles = roles
    self.language = language
  }

  /// The draft with its gaps filled, or what is wrong with it.
  func checked() throws(Refusal) -> AccountDraft {
    var filled = self
    (filled.name, filled.pseudonym) = (name.onOneLine, pseudonym.onOneLine)
    var problems: [String: Refusal.Reason] = [:]
    problems["name"] = Self.problem(filled.name, limit: Self.nameLimit)
    problems["pseudonym"] = filled.pseudonym.isEmpty ? nil : Self.problem(filled.pseudonym, limit: Self.pseudonymLimit)
    do { _ = try EmailAddress(email) } catch { problems["email"] = error.reason }
    guard problems.isEmpty else { throw Refusal(.formInvalid, fields: problems) }
    if filled.pseudonym.isEmpty { filled.pseudonym = Self.pseudonym(from: filled.name) }
    return filled
  }

  /// - Throws: `formInvalid`, with everything that is wrong at once.
  func check(hasRole: Bool) throws(Refusal) {
    var fields: [String: Refusal.Reason] = [:]
    do { _ = try checked() } catch { fields = error.fields }
    if !hasRole { fields["roles"] = .roleMissing }
    guard fields.isEmpty else { throw Refusal(.formInvalid, fields: fields) }
  }

  static func problem(_ text: String, limit: Int) -> Refusal.Reason? {
    text.isEmpty ? .fieldMissing : text.unicodeScalars.count > limit ? .fieldTooLong : nil
  }

  static func pseudonym(from name: String) -> String {
    String((name.split(separator: " ").first.map(String.init) ?? name).unicodeScalars.prefix(pseudonymLimit).map(Character.init))
  }
}
