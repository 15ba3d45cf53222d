import Base

/// What another system, such as a telephone or a host marketplace, says about somebody: with its time and its end, so that nobody stays what
/// a system said that went silent.
public struct Report: Hashable, Sendable {
  public enum State: String, CaseIterable, Codable, Sendable {
    case available, busy, unreachable
  }

  public static let lifeSeconds: Int64 = 15 * 60
  public static let longestSeconds: Int64 = 24 * 3600
  /// How far the clock of another system may be ahead.
  public static let aheadSeconds: Int64 = 60

  public let source: String
  public let state: State
  /// By the clock of the source.
  public let at: Moment
  public let expiresAt: Moment

  public init(source: String, state: State, at: Moment, expiresAt: Moment) {
    self.source = source
    self.state = state
    self.at = at
    self.expiresAt = expiresAt
  }

  /// As it came from a program.
  ///
  /// - Parameters:
  ///   - at: when it was so; now where the program does not say.
  ///   - expiresAt: until when it counts; a quarter of an hour later where the program does not say.
  public init(source: String, state: State, at: Moment?, expiresAt: Moment?, heardAt now: Moment) throws(Refusal) {
    let at = at ?? now
    let end = expiresAt ?? at.adding(seconds: Self.lifeSeconds)
    guard Self.isName(source), at <= now.adding(seconds: Self.aheadSeconds), end > at, end <= at.adding(seconds: Self.longestSeconds)
    else { throw Refusal(.reportInvalid) }
    self.init(source: source, state: state, at: at, expiresAt: end)
  }

  public func counts(at now: Moment) -> Bool { now < expiresAt }

  /// Of one source what is newer by its own clock; what comes late or twice changes nothing.
  public func replaces(_ known: Report) -> Bool { at > known.at }

  private static let nameLimit = 40

  private static func isName(_ source: String) -> Bool {
    (1...nameLimit).contains(source.utf8.count)
      && source.unicodeScalars.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".unicodeScalars.contains($0) }
  }
}
