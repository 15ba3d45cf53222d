/// What a customer says about an answer that was paid for, or a visitor about a chat that ended.
public struct Rating: Hashable, Sendable {
  public static let starRange: ClosedRange<Int64> = 1...5
  /// From so many on somebody is content.
  public static let goodStars: Int64 = 4
  /// Of the sentence that may come with it, in Unicode scalars.
  public static let textLimit = 300
  /// For how long an answer can be rated, and its rating be changed.
  public static let openSeconds: Int64 = 48 * 3600
  /// The same for a chat of a website, after its end.
  public static let chatOpenSeconds: Int64 = 24 * 3600

  /// The number of the answer, or of the line that ended the chat. 0 where only the fact is left that something was rated: who said it had it erased.
  public let of: Int64
  public let stars: Int64
  /// Empty for none.
  public let text: String

  public init(of n: Int64, stars: Int64, text: String) {
    self.of = n
    self.stars = stars
    self.text = text
  }
}

/// Units on top of what an answer cost.
public struct Tip: Hashable, Sendable {
  public static let unitRange: ClosedRange<Int64> = 1...1000

  /// The number of the answer.
  public let of: Int64
  public let units: Units
  /// The sender's own id: the same at every retry. Empty where it is not known any more.
  public let client: String

  public init(of n: Int64, units: Units, client: String) {
    self.of = n
    self.units = units
    self.client = client
  }
}

/// What comes after an answer.
public enum Thanks: Hashable, Sendable {
  case rating(Rating)
  case tip(Tip)

  /// The number of the answer.
  public var of: Int64 {
    switch self {
    case .rating(let rating): rating.of
    case .tip(let tip): tip.of
    }
  }
}
