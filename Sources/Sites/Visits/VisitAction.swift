import Base

/// Something that a visitor did on a page (E51).
public struct VisitAction: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// A form came into sight.
    case form
    /// Something was pressed that the website marked.
    case action
    case download
    case cart
    /// The website told it by itself.
    case event
  }

  static let labelLimit = 120
  static let valueLimit = 200
  /// Of one page view, and of one visit.
  static let countInView: Int64 = 50
  static let countInVisit: Int64 = 300

  public let kind: Kind
  public let label: String
  public let value: String

  public init(kind: Kind, label: String, value: String) {
    self.kind = kind
    self.label = label
    self.value = value
  }
}

/// What a page tells of itself while it is looked at.
struct Beat: Sendable {
  let view: PageViewID
  let seconds: Int
  /// How far down it was seen, in per cent.
  var depth = 0
  /// Each with its number in this page view.
  var actions: [(n: Int64, action: VisitAction)] = []
  /// The page is being left.
  var isLast = false
}

extension String {
  /// On one line, without what nobody can see, and not too long.
  func oneLine(to limit: Int) -> String {
    let seen = unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
    return String(String.UnicodeScalarView(seen)).trimmed.cut(to: limit)
  }
}
