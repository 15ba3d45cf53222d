import Base
import ConversationsCore
import Live
import Sites
import Store
import Wire

/// What became of chats: a line of the log and a fact that is counted, each chat once of a kind (E91b).
extension Conversations {
  /// Queues it in the order of the calls for this conversation.
  func submit(
    _ outcome: ChatOutcome, isOn: Bool, in conversation: ConversationID, by doer: Doer,
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    submit(in: conversation, then: then) { session, now in
      try session.record(outcome, isOn: isOn, in: conversation, by: doer, at: now)
    }
  }
}

extension Line {
  func record(_ outcome: ChatOutcome, isOn: Bool, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: outcome == .won ? .agent : .either)
    if case .agent = doer { try requireTeam(in: conversation) }
    try admitMessage()
    connection.began()
    house.submit(outcome, isOn: isOn, in: conversation, by: doer, then: answer(id, on: connection))
  }
}

extension Session {
  /// - Throws: `noChatOpen` before anything was said, `featureOff` where the website hands chats over to nobody.
  func record(_ outcome: ChatOutcome, isOn: Bool, in conversation: ConversationID, by doer: Doer, at now: Moment) throws -> Performed {
    guard let held = try held(conversation, answerers: false) else { throw Refusal(.notFound) }
    // What is paid for stays here.
    guard held.deal == nil else { throw Refusal(.notAllowed) }
    guard let chat = held.state.chat else { throw Refusal(.noChatOpen) }
    guard try isRecorded(outcome, of: chat.id) != isOn else { return .nothing(in: held) }
    if outcome == .handedOver, try policy(at: held.site).handOver == nil { throw Refusal(.featureOff) }
    let performed = try perform(.record(outcome, isOn: isOn), in: conversation, by: doer, at: now)
    if isOn {
      try count(outcome, of: chat.id, in: held, by: doer.account, at: now)
    } else {
      try run("DELETE FROM conversions WHERE chat_id = $1 AND kind = $2", chat.id, outcome.rawValue)
    }
    return performed
  }

  private func isRecorded(_ outcome: ChatOutcome, of chat: ChatID) throws -> Bool {
    try row("SELECT 1 FROM conversions WHERE chat_id = $1 AND kind = $2", chat, outcome.rawValue) != nil
  }

  private func count(_ outcome: ChatOutcome, of chat: ChatID, in held: Held, by account: AccountID?, at now: Moment) throws {
    guard let site = try site(held.site) else { throw Refusal(.notFound) }
    let local = site.localTime(at: now)
    try run(
      """
      INSERT INTO conversions (chat_id, kind, conversation_id, site_id, account_id, at, local_day, local_hour)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """, chat, outcome.rawValue, held.id, held.site, account, now, local.day, local.hour)
  }
}
