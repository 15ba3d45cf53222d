import Base
import ConversationsCore
import Live
import Sites
import Store
import Wire

extension Conversations {
  /// Somebody came, or has been gone for ten seconds. On the event loop of the presence, so what must read goes through `news`.
  ///
  /// On whichever node it was: each hears of it and tells its own connections, so that none is told what another node knew a moment ago.
  func presenceChanged(_ change: Presence.Change) {
    let parts = change.key.split(separator: ".").map(String.init)
    if parts.count == 5, let list = Topic("\(parts[2]).\(parts[3])"), let conversation = ConversationID(parts[4]) {
      tell(list, .presence(conversation, online: change.isHere), onlyHere: true)
      news.note(conversation, .peopleHere)
      if case .visitors(let site) = list, let visitor = VisitorID(parts[1]) { note(Stir(visitor: visitor, site: site)) }
    } else if parts.count == 2, let account = AccountID(parts[1]) {
      for site in desk.sites(of: account) { tellStatus(of: site) }
      arrivals.note(account, Arrival(isHere: change.isHere, isOurs: change.isOurs))
    }
  }

  /// Somebody said whether they are there, here or on a page.
  public func statusChanged(to status: AgentStatus, of account: AccountID) async {
    desk.set(status, of: account)
    for site in desk.sites(of: account) { tellStatus(of: site) }
    do {
      try await tellChats(of: account)
    } catch {
      logger.error("A status could not be told", metadata: ["error": .string(String(reflecting: error))])
    }
  }

  /// The desk of whoever said it, on every node: once, from where it was said.
  public func settleStatus(of account: AccountID) async {
    await trying("tell a desk") { [self] in try await tellDesk(of: account) }
  }

  /// The chats that somebody is in show whether they are there.
  func tellChats(of account: AccountID) async throws {
    for conversation in try await store.read({ try $0.conversations(with: account) }) {
      news.note(conversation, .peopleHere)
    }
    for conversation in try await store.read({ try $0.threads(with: account) }) { news.note(conversation, .dealHere) }
  }

  /// The end of what is typed, as the team is shown it.
  private static let previewLimit = 500

  /// - Parameter text: what they have typed so far. It is told where the website says so and kept nowhere.
  func visitorTyping(_ on: Bool, _ text: String?, guest: Line.Guest) {
    typing.set(on, in: guest.conversation, at: clock.now)
    visitorTyped.tellOthers(Typing(conversation: guest.conversation, on: on))
    let topic = Topic.chat(guest.conversation)
    let shown = on && guest.showsTyping ? text.map { String($0.suffix(Self.previewLimit)) } : nil
    // Said to the team alone: the visitor's other tabs know it themselves.
    hub.publish(.event(topic.description, everybody: nil, team: VisitorTyping(topic: topic, on: on, text: shown).json))
    tell(guest.list, .typing(guest.conversation, on: on))
  }

  func agentTyping(_ on: Bool, by agent: AgentParty, in conversation: ConversationID) {
    signs.note(conversation, at: clock.now)
    agentTyped.tellOthers(conversation)
    let topic = Topic.chat(conversation)
    hub.publish(.event(topic.description, json: AgentTyping(topic: topic, by: agent, on: on).json))
  }
}

extension Session {
  /// The chats that an account is in.
  func conversations(with account: AccountID) throws -> [ConversationID] {
    try rows("SELECT conversation_id FROM participants WHERE account_id = $1 AND here LIMIT 1000", account).map { $0[0] }
  }

  /// The paid threads of an expert, the latest first: each shows whether the expert is there.
  func threads(with expert: AccountID) throws -> [ConversationID] {
    try rows("SELECT id FROM conversations WHERE expert_id = $1 ORDER BY active_at DESC LIMIT 1000", expert).map { $0[0] }
  }

  /// As whom an account is in a conversation now.
  func answerer(_ account: AccountID, in conversation: ConversationID) throws -> AgentParty? {
    try row(
      "SELECT name, avatar, colour FROM participants WHERE conversation_id = $1 AND account_id = $2 AND here", conversation, account
    ).map { AgentParty(id: account, name: $0[0], avatar: $0[1], colour: $0[2]) }
  }
}
