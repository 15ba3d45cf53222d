import Base
import Store
import Wire

/// A place in a list that is ordered newest first: after it the next page begins.
struct ChatPlace: Hashable, Comparable, Sendable, LosslessStringConvertible {
  let at: Moment
  let id: ConversationID

  init(at: Moment, id: ConversationID) {
    self.at = at
    self.id = id
  }

  init?(_ description: String) {
    let parts = description.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let at = Int64(parts[0]), let id = ConversationID(String(parts[1])) else { return nil }
    self.init(at: Moment(milliseconds: at), id: id)
  }

  var description: String { "\(at.milliseconds).\(id)" }

  static func < (left: Self, right: Self) -> Bool { (left.at, left.id) < (right.at, right.id) }
}
