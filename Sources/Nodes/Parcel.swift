import Live

/// Some messages under one number. A node numbers its parcels without a hole, so that every other can tell that one is missing.
struct Parcel {
  /// Nodes of another form do not listen to each other: they read the database instead.
  static let form = "p1"

  let sender: Presence.Peer
  let number: Int64

  func encoded(_ messages: some Sequence<[UInt8]>) -> [UInt8] {
    var line = WordLine()
    line.write(Self.form, sender.number, sender.run, number, frames: [])
    var bytes = line.bytes
    for message in messages { bytes.append(contentsOf: message) }
    return bytes
  }

  /// The longest head of a parcel.
  static let headBytes = 64

  init(sender: Presence.Peer, number: Int64) {
    self.sender = sender
    self.number = number
  }

  init(_ bytes: inout WordReader) throws(NotUnderstood) {
    guard try bytes.word() == Self.form, let node = try bytes.number(), let run = try bytes.number(), let number = try bytes.number(),
      node >= 0, node < 1 << 20
    else { throw NotUnderstood() }
    try bytes.endLine()
    sender = Presence.Peer(number: Int(node), run: run)
    self.number = number
  }
}
