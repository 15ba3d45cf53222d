import Web

/// A list of the form of which one is chosen, as the partial `site-select` shows it.
public struct SelectField: Sendable {
  public struct Option: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  let name: String
  let label: String
  let hint: String?
  let error: String?
  let describedBy: String?
  let options: [Option]

  public init(
    _ name: String, label: String, hint: String? = nil, chosen: String, options: [(value: String, label: String)], errors: FieldErrors
  ) {
    self.name = name
    self.label = label
    self.hint = hint
    error = errors[name]
    describedBy = described(name, hint: hint, error: error)
    self.options = options.map { Option(value: $0.value, label: $0.label, isChosen: $0.value == chosen) }
  }
}

/// A field with one answer a line, as the partial `text-field` shows it.
struct LinesField: Sendable {
  let name: String
  let label: String
  let value: String
  let isRequired: Bool
  let isOptional: Bool
  let hint: String?
  let error: String?
  let describedBy: String?

  init(_ name: String, label: String, value: String, isRequired: Bool, hint: String, errors: FieldErrors) {
    self.name = name
    self.label = label
    self.value = value
    self.isRequired = isRequired
    isOptional = !isRequired
    self.hint = hint
    error = errors[name]
    describedBy = described(name, hint: hint, error: error)
  }
}

/// The ids of hint and error of a field, for readers who do not see where they stand.
func described(_ id: String, hint: String?, error: String?) -> String? {
  let ids = [hint.map { _ in "\(id)-hint" }, error.map { _ in "\(id)-error" }].compactMap(\.self)
  return ids.isEmpty ? nil : ids.joined(separator: " ")
}
