import Base
import Store

extension Session {
  /// Blanks who an erased account was in the threads: what was said stays, and stands under the name of its website.
  public func eraseAnswerer(_ account: AccountID) throws {
    let house =
      "(SELECT sites.name FROM conversations JOIN sites ON sites.id = conversations.site_id WHERE conversations.id = conversation_id)"
    try run("UPDATE entries SET by_name = \(house), by_avatar = 'fern' WHERE by_account = $1", account)
    try run("UPDATE participants SET name = \(house), avatar = 'fern' WHERE account_id = $1", account)
    try run(
      """
      UPDATE conversations
      SET last_name = (SELECT name FROM sites WHERE sites.id = conversations.site_id)
      WHERE last_n IS NOT NULL AND EXISTS (
        SELECT 1 FROM entries WHERE entries.conversation_id = conversations.id AND entries.n = conversations.last_n AND entries.by_account = $1)
      """, account)
  }
}
