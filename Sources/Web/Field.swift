import Base

/// A line of a form as the partial `field` shows it: what was typed stays, what is wrong stands below.
public struct Field: Sendable {
  public let name: String
  public let label: String
  public let type: String
  /// The keyboard of a telephone. A number is typed as text: browsers take no digits but their own in fields of numbers.
  public let inputMode: String?
  public let value: String
  public let isRequired: Bool
  public let isOptional: Bool
  public let hint: String?
  public let autocomplete: String?
  public let error: String?
  /// The ids of hint and error, for readers who do not see where they stand.
  public let describedBy: String?

  public init(
    _ name: String, label: String, type: String = "text", value: String = "", isRequired: Bool = true, hint: String? = nil,
    autocomplete: String? = nil, errors: FieldErrors = .none
  ) {
    self.name = name
    self.label = label
    self.type = type == "number" ? "text" : type
    inputMode = type == "number" ? "numeric" : nil
    self.value = value
    self.isRequired = isRequired
    isOptional = !isRequired
    self.hint = hint
    self.autocomplete = autocomplete
    error = errors[name]
    let ids = [hint.map { _ in "\(name)-hint" }, error.map { _ in "\(name)-error" }].compactMap(\.self)
    describedBy = ids.isEmpty ? nil : ids.joined(separator: " ")
  }
}

/// What is wrong with the fields of a form, in the reader's words.
public struct FieldErrors: Sendable {
  public static let none = FieldErrors(texts: [:])
  private let texts: [String: String]

  private init(texts: [String: String]) { self.texts = texts }

  public init(_ refusal: Refusal?, _ words: Texts) { texts = refusal?.fields.mapValues { words[$0] } ?? [:] }

  public subscript(name: String) -> String? { texts[name] }
}
