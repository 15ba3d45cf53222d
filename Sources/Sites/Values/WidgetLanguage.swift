import Web

/// The language in which a site's widget speaks.
public enum WidgetLanguage: Hashable, Sendable {
  /// The visitor's own where we have it.
  case visitors
  case always(Language)

  /// As the column and the form field say it: `auto`, or the code of a language.
  public init?(code: String) {
    if code == "auto" {
      self = .visitors
    } else if let language = Language(rawValue: code) {
      self = .always(language)
    } else {
      return nil
    }
  }

  public var code: String {
    switch self {
    case .visitors: "auto"
    case .always(let language): language.rawValue
    }
  }
}
