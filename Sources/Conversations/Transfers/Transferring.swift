import Access
import Base
import ConversationsCore
import Sites
import Store
import Wire

extension JobKind {
  /// Takes a chat back from a colleague who did not come.
  static let endTransfer = JobKind("chat.endTransfer")
}

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

  var endTransferHandler: JobHandler {
    JobHandler(
      .endTransfer, locking: { payload in Self.conversation(in: payload).map { [.conversation($0)] } ?? [] },
      { [clock, jobs] session, payload in
        guard let conversation = Self.conversation(in: payload), try session.held(conversation) != nil else { return nil as Performed? }
        let performed = try session.perform(.endTransfer, in: conversation, by: .clock, at: clock.now)
        try performed.expectNotices(jobs, at: clock.now, in: session)
        return performed
      },
      committed: { [weak self] performed in
        if let performed { self?.announce(performed) }
      })
  }
}

extension Performed {
  /// Puts down until when the colleague may come, in the transaction that asked. Of each time somebody is asked: an earlier one may be over.
  func expectColleague(_ jobs: Jobs, in session: any Session) throws {
    for entry in entries {
      guard case .transferred = entry.body else { continue }
      try jobs.enqueue(
        .endTransfer, uniqueKey: "\(conversation).\(entry.n)", payload: #"{"conversation":"\#(conversation)"}"#,
        dueAt: entry.at.adding(seconds: Chat.transferLimitSeconds), in: session)
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
