import Live

/// How far each other node was heard.
struct PeerBook {
  enum Finding {
    case next
    /// Something before it is missing, or will come later.
    case afterGap
    /// It came before, or others that were sent after it did.
    case old
  }

  private var heard: [Presence.Peer: Int64] = [:]
  /// Nodes that ended are forgotten when there are too many.
  static let limit = 4096

  mutating func note(_ parcel: Parcel) -> Finding {
    if heard.count >= Self.limit { heard = [:] }
    guard let last = heard[parcel.sender] else {
      heard[parcel.sender] = parcel.number
      // What a node said before we listened is in the database.
      return parcel.number == 1 ? .next : .afterGap
    }
    guard parcel.number > last else { return .old }
    heard[parcel.sender] = parcel.number
    return parcel.number == last + 1 ? .next : .afterGap
  }
}
