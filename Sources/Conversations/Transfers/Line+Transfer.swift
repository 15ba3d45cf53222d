import Base
import Live
import Wire

extension Line {
  /// The longest reason, in Unicode scalars.
  static let reasonLimit = 500

  func transfer(
    _ topic: Topic, to colleague: AccountID, leaves: Bool, reason: String, id: String?, on connection: Connection
  ) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .agent)
    guard reason.unicodeScalars.count <= Self.reasonLimit else {
      throw Refusal(.textTooLong, arguments: ["limit": String(Self.reasonLimit)])
    }
    guard !reason.utf8.contains(0) else { throw Refusal(.textHasNull) }
    let isBlank = !reason.unicodeScalars.contains { !$0.properties.isWhitespace }
    connection.began()
    house.transfer(
      conversation, to: colleague, leaves: leaves, reason: isBlank ? "" : reason, by: doer, then: answer(id, on: connection))
  }
}
