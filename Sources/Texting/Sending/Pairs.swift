import Base
import Store

/// Which of our numbers a conversation speaks from to a telephone.
///
/// It keeps its number until nothing went over it for a week, so that what a telephone answers never lands in another thread. With more
/// conversations to one telephone than numbers, the next one finds none.
extension Session {
  /// The number for a conversation, from now on its own; nil where none is free.
  func number(
    of numbers: [String], from phone: Phone, for conversation: ConversationID, at now: Moment
  ) throws -> String? {
    try claimPhone(of: phone.account, at: now)
    let own = try pairs(of: phone.digest).first { $0.conversation == conversation && numbers.contains($0.ours) }?.ours
    guard let ours = try own ?? freeNumbers(of: numbers, for: phone.digest, at: now).first else { return nil }
    try carry(conversation, on: ours, to: phone.digest, of: phone.account, at: now)
    return ours
  }

  /// A number for what is not to be answered: an answer to it must not land in a conversation. Nil where none is free.
  func spareNumber(of numbers: [String], for digest: [UInt8], at now: Moment) throws -> String? {
    guard let free = try freeNumbers(of: numbers, for: digest, at: now).last else { return nil }
    try run("DELETE FROM text_pairs WHERE number_digest = $1 AND ours = $2", digest, free)
    return free
  }

  private func freeNumbers(of numbers: [String], for digest: [UInt8], at now: Moment) throws -> [String] {
    let live = try pairs(of: digest).filter { $0.usedAt.adding(seconds: Texting.pairSeconds) > now }
    return numbers.filter { number in !live.contains { $0.ours == number } }
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

  private func pairs(of digest: [UInt8]) throws -> [(ours: String, conversation: ConversationID, usedAt: Moment)] {
    try rows("SELECT ours, conversation_id, used_at FROM text_pairs WHERE number_digest = $1", digest).map { ($0[0], $0[1], $0[2]) }
  }
}
