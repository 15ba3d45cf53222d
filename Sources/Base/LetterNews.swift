/// What became of the letter that took the answers above one number of a log and up to another to the visitor.
public struct LetterNews: Hashable, Sendable {
  public enum Step: String, CaseIterable, Sendable {
    /// A mail server took it.
    case emailed
    /// The visitor came back by its link.
    case opened
    /// The address takes no mail.
    case returned
  }

  public let step: Step
  public let above: Int64
  public let upTo: Int64

  public init(_ step: Step, above: Int64, upTo: Int64) {
    self.step = step
    self.above = above
    self.upTo = upTo
  }
}
