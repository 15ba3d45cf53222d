import Base
import Store

/// Who may open an account, and what the form asks (decision 17: data that an administrator edits).
public struct SignUpRules: Hashable, Sendable, Codable {
  public enum Demand: String, CaseIterable, Codable, Sendable { case required, optional, absent }

  /// As what somebody signs up.
  public enum Kind: String, CaseIterable, Codable, Sendable { case customer, expert }

  /// What is asked of one kind. Address and password always are.
  public struct Fields: Hashable, Sendable, Codable {
    public var firstName: Demand
    public var surname: Demand
    public var bio: Demand

    /// Nothing but the address.
    static let free = Fields(firstName: .optional, surname: .optional, bio: .optional)
  }

  public var isOpen: [Kind: Bool]
  public var fields: [Kind: Fields]

  /// Customers may stay without a name, experts have one.
  public static let standard = SignUpRules(
    isOpen: [.customer: true, .expert: true],
    fields: [
      .customer: Fields(firstName: .optional, surname: .optional, bio: .absent),
      .expert: Fields(firstName: .required, surname: .required, bio: .optional),
    ])

  public func isOpen(to kind: Kind) -> Bool { isOpen[kind] ?? false }

  public func fields(of kind: Kind) -> Fields {
    fields[kind] ?? Self.standard.fields[kind] ?? Fields(firstName: .optional, surname: .optional, bio: .absent)
  }

  /// What somebody may choose from.
  public var kinds: [Kind] { Kind.allCases.filter(isOpen(to:)) }
}

extension SignUpRules.Kind: CodingKeyRepresentable {}
