import Base

/// How long somebody stays signed in.
public enum SessionLifetime {
  private static let daySeconds: Int64 = 86_400
  /// Without being used.
  static let idleSeconds = 30 * daySeconds
  /// However much it is used.
  public static let absoluteSeconds = 90 * daySeconds
  /// How old `used_at` may get before it is written again: not every request is a write.
  static let touchSeconds: Int64 = 600

  static func end(createdAt: Moment, usedAt: Moment) -> Moment {
    min(createdAt.adding(seconds: absoluteSeconds), usedAt.adding(seconds: idleSeconds))
  }
}
