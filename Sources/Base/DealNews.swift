/// What became of questions that wait for a paid answer: those up to one number of a log.
public struct DealNews: Hashable, Sendable {
  public enum Step: String, CaseIterable, Sendable {
    /// The answer takes longer than it should; there is still time.
    case late
    /// Nobody answered in time: what was set aside is the customer's again.
    case released
    /// The expert will answer what was left while they were not there.
    case accepted
    /// The expert will not: what was set aside is the customer's again.
    case declined
    /// What was to go to the expert's telephone did not get there: what was set aside for it is the customer's again.
    case undelivered
  }

  public let step: Step
  public let upTo: Int64
  /// How many units came back; nil where none did.
  public let units: Int64?

  public init(_ step: Step, upTo: Int64, units: Int64? = nil) {
    self.step = step
    self.upTo = upTo
    self.units = units
  }
}
