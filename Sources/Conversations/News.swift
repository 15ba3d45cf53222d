import Base

/// What changed about a conversation that has to be read before it can be told.
///
/// It is gathered for a moment, so that a busy conversation costs the lists thirty reads a second and not one a message.
struct News: OptionSet, Sendable {
  static let gatherMilliseconds: Int64 = 30
  /// Conversations in one read.
  static let atOnce = 100

  let rawValue: Int
  static let row = News(rawValue: 1)
  /// Somebody rings: the row is announced as new.
  static let ring = News(rawValue: 2)
  static let people = News(rawValue: 4)
  /// Nobody knows whether the last write is in the log: its end is told once more.
  static let log = News(rawValue: 8)
  /// What waits for a paid answer changed, or whether the expert is there.
  static let deal = News(rawValue: 16)
  // What every node learns by itself, it tells its own connections.
  static let peopleHere = News(rawValue: 32)
  static let dealHere = News(rawValue: 64)
  static let marksHere = News(rawValue: 128)
  /// What a conversation has that its log does not.
  static let besideTheLog: News = [.peopleHere, .dealHere, .marksHere]
}
