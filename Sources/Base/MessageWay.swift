/// How a message that is paid for on its own reaches its expert.
public enum MessageWay: String, CaseIterable, Sendable {
  /// Answered within the time that the website promises.
  case question
  /// Left while the expert is not there, who takes it or declines it.
  case offline
  /// The same, and it goes to the expert's telephone at once.
  case sms

  public var isLeft: Bool { self != .question }
}
