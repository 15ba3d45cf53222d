/// How a stay on a website began (E7, E49).
public struct Visit: Hashable, Sendable {
  /// Empty where it is not known.
  public let referrer: String
  public let landingPage: String
  /// Nil where it was never told, or must not be kept.
  public let source: VisitSource?
}
