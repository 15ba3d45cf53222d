import Base
import ConversationsCore
import Store
import Wire

extension JobKind {
  /// Ends a chat whose form was opened and left.
  static let closeUnwritten = JobKind("chat.closeUnwritten")
}

extension Performed {
  /// Puts down the end of the time for the form, in the transaction that opened it.
  func expectForm(_ jobs: Jobs, in session: any Session) throws {
    guard let opening = entries.first, case .opened(let form, _) = opening.body else { return }
    // An invitation opens it with words of the website alone.
    guard form == .needed && entries.count == 1 || opening.by.kind == .system else { return }
    try jobs.enqueue(
      .closeUnwritten, uniqueKey: opening.chat.description, payload: #"{"conversation":"\#(conversation)"}"#,
      dueAt: opening.at.adding(seconds: Chat.formLimitSeconds), in: session)
  }
}

extension Conversations {
  public var jobHandlers: [JobHandler] {
    [
      JobHandler(
        .closeUnwritten, locking: { payload in Self.conversation(in: payload).map { [.conversation($0)] } ?? [] },
        { [clock, jobs] session, payload in
          // Written in the meantime, closed already, or erased with its visitor: then there is nothing to do.
          guard let conversation = Self.conversation(in: payload), try session.held(conversation) != nil else { return nil as Performed? }
          let performed = try session.perform(.expire, in: conversation, by: .clock, at: clock.now)
          try performed.expectNotices(jobs, at: clock.now, in: session)
          return performed
        },
        committed: { [weak self] performed in
          if let performed { self?.announce(performed) }
        }),
      JobHandler(
        .tellTeam, locking: { payload in Self.conversation(in: payload).map { [.conversation($0)] } ?? [] },
        { [self] session, payload in
          if let conversation = Self.conversation(in: payload) { try tellTeam(of: conversation, in: session) }
        }),
    ] + turnHandlers + letterHandlers
  }

  static func conversation(in payload: String) -> ConversationID? {
    let digits = payload.filter(\.isNumber)
    return ConversationID(digits)
  }
}
