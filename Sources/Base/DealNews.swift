/// What became of questions that wait for a paid answer: those up to one number of a log.
public struct DealNews: Hashable, Sendable {
  public enum Step: String, CaseIterable, Sendable {
    /// The answer takes longer than it should; there is still time.
    case late
    /// Nobody answered in time: what was set aside is the customer's again.
    case released
  }

  public let step: Step
  public let upTo: Int64

  public init(_ step: Step, upTo: Int64) {
    self.step = step
    self.upTo = upTo
  }
}
