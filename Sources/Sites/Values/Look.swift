/// What a site sets about the widget's looks. Everything else follows from the hue, so that contrast stays right.
public struct Look: Hashable, Sendable {
  /// An OKLCH hue in degrees.
  public static let hues = 0...359

  public var hue: Int
  /// The lower corner in which the button stands.
  public var position: Side
  /// The side on which the agents' bubbles stand (decision 11); the visitor's stand opposite.
  public var ours: Side

  public init(hue: Int = 178, position: Side = .end, ours: Side = .end) {
    precondition(Self.hues.contains(hue), "A hue is an angle of 0 to 359 degrees")
    self.hue = hue
    self.position = position
    self.ours = ours
  }

  /// Start and end of a line: left and right are decided by the language.
  public enum Side: String, CaseIterable, Sendable {
    case start, end
  }
}
