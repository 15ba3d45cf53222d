import Base
import Store

/// Which of our numbers a conversation speaks from to a telephone.
///
/// It keeps its number for as long as it can. With more conversations than numbers the one that was silent for longest gives its number away;
/// an answer belongs to what the telephone and the number carried last.
extension Session {
  /// The number for a conversation, from now on its own.
  func number(
    of numbers: [String], from phone: Phone, for conversation: ConversationID, at now: Moment
  ) throws -> String {
    try claimPhone(of: phone.account, at: now)
    let pairs = try pairs(of: phone.digest).filter { numbers.contains($0.ours) }
    let own = pairs.first { $0.conversation == conversation }?.ours
    let ours = own ?? numbers.first { number in !pairs.contains { $0.ours == number } } ?? pairs.first?.ours ?? numbers[0]
    try carry(conversation, on: ours, to: phone.digest, of: phone.account, at: now)
    return ours
  }

  /// A number for what is not to be answered: an answer to it must not land in a conversation.
  func spareNumber(of numbers: [String], for digest: [UInt8]) throws -> String {
    let pairs = try pairs(of: digest)
    if let free = numbers.last(where: { number in !pairs.contains { $0.ours == number } }) { return free }
    let oldest = pairs.first { numbers.contains($0.ours) }?.ours ?? numbers[0]
    try run("DELETE FROM text_pairs WHERE number_digest = $1 AND ours = $2", digest, oldest)
    return oldest
  }

  /// The telephone and our number carry this conversation now.
  func carry(_ conversation: ConversationID, on ours: String, to digest: [UInt8], of account: AccountID, at now: Moment) throws {
    try run(
      "DELETE FROM text_pairs WHERE number_digest = $1 AND (ours = $2 OR conversation_id = $3)", digest, ours, conversation)
    try run(
      "INSERT INTO text_pairs (number_digest, ours, account_id, conversation_id, used_at) VALUES ($1, $2, $3, $4, $5)", digest, ours,
      account, conversation, now)
  }

  /// Makes others that choose for the same telephone wait.
  func claimPhone(of account: AccountID, at now: Moment) throws {
    try run("UPDATE phones SET used_at = $2 WHERE account_id = $1", account, now)
  }

  /// What an answer belongs to.
  func carried(on ours: String, to digest: [UInt8]) throws -> ConversationID? {
    try row("SELECT conversation_id FROM text_pairs WHERE number_digest = $1 AND ours = $2", digest, ours)?[0]
  }

  /// The one that was silent for longest first.
  private func pairs(of digest: [UInt8]) throws -> [(ours: String, conversation: ConversationID)] {
    try rows("SELECT ours, conversation_id FROM text_pairs WHERE number_digest = $1 ORDER BY used_at, ours", digest).map {
      ($0[0], $0[1])
    }
  }
}
