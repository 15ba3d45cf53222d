/// A language of the interface.
public enum Language: String, CaseIterable, Codable, Sendable {
  case english = "en"
  case french = "fr"
  case italian = "it"
  case arabic = "ar"

  public var code: String { rawValue }

  /// For the attribute `dir`.
  public var direction: String { self == .arabic ? "rtl" : "ltr" }

  /// As its speakers write it, whatever language the page is in.
  public var ownName: String {
    switch self {
    case .english: "English"
    case .french: "Français"
    case .italian: "Italiano"
    case .arabic: "العربية"
    }
  }

  /// The best of ours for a browser's `Accept-Language`; English when it names none of them.
  public init(preferredIn header: String) {
    self = Self.known(in: header) ?? .english
  }

  /// Nil when the browser asks for none of ours, so that something else may decide.
  public static func known(in header: String) -> Language? {
    let listLimit = 32
    let wishes = header.split(separator: ",").prefix(listLimit).compactMap { part -> (Language, Double)? in
      let pieces = part.split(separator: ";").map { $0.filter { $0 != " " } }
      guard let tag = pieces.first?.lowercased(), let primary = tag.split(separator: "-").first else { return nil }
      guard let language = Language(rawValue: String(primary)) else { return nil }
      let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      return weight > 0 ? (language, weight) : nil
    }
    // Of two with the same weight the first one named wins, which `max` alone does not promise.
    return wishes.enumerated().max { ($0.element.1, -$0.offset) < ($1.element.1, -$1.offset) }?.element.0
  }
}
