import Access
import Base
import ConversationsCore
import Sites
import Store
import Wire

extension Conversations {
  /// Asks a colleague to take a chat over, in the order of the calls for this conversation.
  func transfer(
    _ conversation: ConversationID, to colleague: AccountID, leaves: Bool, reason: String, by doer: Doer,
    then: @escaping @Sendable (Result<Performed, any Error>) -> Void
  ) {
    submit(in: conversation, then: then) { session, now in
      let asked = try session.colleague(colleague, in: conversation)
      return try session.perform(.transfer(to: asked, leaves: leaves, reason: reason), in: conversation, by: doer, at: now)
    }
  }
}

extension Performed {
  /// Puts down until when the colleague may come, in the transaction that asked. Of each time somebody is asked: an earlier one may be over.
  func expectColleague(_ jobs: Jobs, in session: any Session) throws {
    for entry in entries {
      let until: Moment
      switch entry.body {
      case .transferred: until = entry.at.adding(seconds: Chat.transferLimitSeconds)
      case .offered(_, _, let end): until = end
      default: continue
      }
      try jobs.enqueue(
        .endTransfer, uniqueKey: "\(conversation).\(entry.n)", payload: #"{"conversation":"\#(conversation)"}"#,
        dueAt: until, in: session)
    }
  }
}

extension Session {
  /// Somebody who may come into the chat, under the name of the website.
  ///
  /// - Throws: `notAllowed` for a paid thread, which nobody else may read; `colleagueGone` for who does not answer there.
  func colleague(_ account: AccountID, in conversation: ConversationID) throws -> Colleague {
    guard let held = try held(conversation, answerers: false) else { throw Refusal(.notFound) }
    guard held.deal == nil else { throw Refusal(.notAllowed) }
    guard let owner = try deskOwner(account), owner.actor.may(.join, .chat(site: held.site, asker: held.visitor)),
      let face = try face(of: account, on: held.site)
    else { throw Refusal(.colleagueGone) }
    return Colleague(id: account, name: face.name)
  }
}
