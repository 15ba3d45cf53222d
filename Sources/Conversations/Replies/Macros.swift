import Base
import ConversationsCore
import Store
import Wire

/// Several things about a chat by one press: an answer, tags, and what becomes of it. One transaction, so that nobody finds half of it.
extension Conversations {
  /// Queues it in the order of the calls for this conversation.
  func submit(
    _ macro: Macro, in conversation: ConversationID, by doer: Doer, locking locks: [Lock],
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    let chat = newChat()
    submit(in: conversation, locking: macro.needsJoining ? locks : [], then: then) { session, now in
      guard let held = try session.held(conversation) else { throw Refusal(.notFound) }
      // A retry of one that was done: the rest of it was done, too.
      if try session.acknowledged(macro.client, in: conversation, byAccount: doer.account) != nil { return .nothing(in: held) }
      var parts: [Performed] = []
      if macro.needsJoining {
        try session.requireRight(of: doer, toWriteIn: conversation)
        parts.append(try session.perform(.join, in: conversation, by: doer, at: now))
      }
      if !macro.text.isEmpty {
        let said = ConversationsCore.Message(clientID: macro.client, content: .text(macro.text))
        parts.append(try session.perform(.send(newChat: chat, said), in: conversation, by: doer, at: now))
      }
      parts.append(try session.tag(conversation, adding: macro.tags, removing: [], by: doer, at: now))
      if let end = try session.end(of: macro, in: conversation) {
        parts.append(try session.perform(end, in: conversation, by: doer, at: now))
      }
      return parts.dropFirst().reduce(parts[0]) { $0.followed(by: $1) }
    }
  }
}

extension Macro {
  /// Tags need nobody in the chat.
  fileprivate var needsJoining: Bool { !text.isEmpty || end != .nothing }
}

extension Session {
  fileprivate func end(of macro: Macro, in conversation: ConversationID) throws -> ConversationsCore.Command? {
    switch macro.end {
    case .nothing: nil
    case .close: .close
    case .transfer(let account): .transfer(to: try colleague(account, in: conversation), leaves: true, reason: "")
    }
  }
}

extension Performed {
  /// Two commands that were one write.
  func followed(by later: Performed) -> Performed {
    Performed(
      conversation: conversation, site: site, visitor: visitor, entries: entries + later.entries,
      acknowledged: acknowledged ?? later.acknowledged, opened: opened || later.opened, saidByVisitor: later.saidByVisitor ?? saidByVisitor,
      answeredWith: later.answeredWith ?? answeredWith, hasKeeper: hasKeeper, peopleChanged: peopleChanged || later.peopleChanged,
      deal: deal,
      isClosed: isClosed || later.isClosed)
  }
}
