/// What became of a message after it was sent: written again by its author, or deleted.
public struct Revision: Hashable, Sendable {
  /// The number of the message.
  public let of: Int64
  /// Nil where it was deleted.
  public let text: String?

  public init(of n: Int64, text: String?) {
    self.of = n
    self.text = text
  }
}
