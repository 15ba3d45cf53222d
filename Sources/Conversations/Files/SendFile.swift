import Base
import ConversationsCore
import Store
import Wire

extension Conversations {
  /// Sends an uploaded file as a message, in the order of the calls for this conversation.
  func submit(
    _ file: FileID, client: String, in conversation: ConversationID, by doer: Doer, agreed: Agreement, locking locks: [Lock],
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    let chat = newChat()
    submit(in: conversation, agreed: agreed, locking: locks, then: then) { session, now in
      try session.send(file, client: client, newChat: chat, in: conversation, by: doer, at: now)
    }
  }
}

extension Session {
  /// A file is sent once, by who uploaded it, where it was uploaded. The same message again is acknowledged again, whatever became of the file.
  func send(
    _ id: FileID, client: String, newChat: ChatID, in conversation: ConversationID, by doer: Doer, at now: Moment
  ) throws -> Performed {
    guard let row = try file(id), row.conversation == conversation, row.account == doer.account,
      row.n == nil ? row.deletedAt == nil && row.expiresAt > now : row.client == client
    else { throw Refusal(.fileNotFound) }
    let message = Message(clientID: client, content: .file(row.file))
    let performed = try perform(.send(newChat: newChat, message), in: conversation, by: doer, at: now)
    if row.n == nil, let n = performed.acknowledged?.n, !performed.entries.isEmpty {
      try attach(id, to: n, client: client, until: fileExpiry(in: performed.site, from: now))
    }
    return performed
  }

  /// The first three o'clock of the site's night after the days for which it keeps files (E44a).
  private func fileExpiry(in site: SiteID, from now: Moment) throws -> Moment {
    guard let row = try row("SELECT file_days, time_zone FROM sites WHERE id = $1", site) else { throw Refusal(.notFound) }
    return nextNight(after: now.adding(seconds: (row[0] as Int64) * 86_400), in: row[1])
  }
}
