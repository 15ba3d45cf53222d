import Base
import Conversations
import Ledger
import Notifications
import Store
import Texting

extension NoticeKind {
  /// What was to go to the expert's telephone did not get there: the credit is back.
  public static let messageUndelivered = NoticeKind("messageUndelivered", push: true, mail: true)
}

extension JobKind {
  static let giveBackLost = JobKind("texts.giveBack")
}

/// Who pays for a telephone and does not reach it pays nothing (C14). The message stays in the thread; whoever answers it there does so for free.
extension MessageToll {
  /// A job decides what becomes of the money, under the lock of the conversation: an answer may come at the same moment.
  func expectLoss(in conversation: ConversationID, at now: Moment, _ session: any Session) throws {
    try jobs.enqueue(
      .giveBackLost, uniqueKey: conversation.description, payload: Conversations.payload(about: conversation), dueAt: now, in: session)
  }

  /// What was answered first is paid, and waits no more.
  func giveBackLost(in conversation: ConversationID, at now: Moment, in session: any Session) throws -> [DealNews] {
    try session.openHolds(in: conversation).filter { try isLost($0, in: session) }.map { hold in
      let units = try ledger.release(hold, at: now, in: session)
      try notifications.tell(
        Tidings(.messageUndelivered, about: "deal.\(conversation)", data: ["conversation": "\(conversation)"], count: hold.n, at: now),
        to: hold.payer, in: session)
      return DealNews(.undelivered, upTo: hold.n, units: units)
    }
  }

  private func isLost(_ hold: Hold, in session: any Session) throws -> Bool {
    guard let texting, try session.way(of: hold.id) == .sms else { return false }
    return try texting.isLost(Self.textKey(hold.conversation, hold.n), in: session)
  }
}

extension Deals {
  var textHandlers: [JobHandler] {
    [
      conversations.dealJob(.giveBackLost) { [toll] session, conversation, now in
        try toll.giveBackLost(in: conversation, at: now, in: session)
      }
    ]
  }
}
