import Base
import Conversations
import Ledger
import Notifications
import Pricing
import Sites
import Store
import Texting
import Web

extension NoticeKind {
  /// The expert will answer what was left for them, or will not.
  public static let messageAccepted = NoticeKind("messageAccepted", push: true, mail: false)
  public static let messageDeclined = NoticeKind("messageDeclined", push: true, mail: true)
}

/// What a customer leaves for an expert who is not there is paid as a question is, at a price and with a promise of its own. The expert accepts
/// it, and what follows in that round of the thread; or declines it, and the customer has the credit back (C13, C15, C16).
extension MessageToll {
  /// - Throws: `wayChanged` where the sender was shown another way: the expert has come or gone since.
  func way(of question: PaidQuestion, _ terms: Terms, takesOffline: Bool, in session: any Session) throws -> MessageWay {
    if question.agreed.way?.isLeft == true { try session.require(.offlineMessages, at: question.site) }
    let now = try session.way(terms, isThere: question.isThere)
    guard !now.isLeft || takesOffline else { throw Refusal(.expertUnavailable) }
    switch question.agreed.way {
    case nil, now: return now
    case .sms where now == .offline:
      guard try reaches(question.expert, terms, in: session) else { throw Refusal(.wayChanged) }
      return .sms
    default: throw Refusal(.wayChanged)
    }
  }

  func reaches(_ expert: AccountID, _ terms: Terms, in session: any Session) throws -> Bool {
    try terms.smsPrice != nil && texting?.canReach(expert, in: session) == true
  }

  func leave(_ question: PaidQuestion, by way: MessageWay, for hold: HoldID, in session: any Session) throws {
    let accepted = try session.acceptsSince(question.conversation)
    try session.run(
      "INSERT INTO offline_messages (hold_id, conversation_id, way, accepted_at) VALUES ($1, $2, $3, $4)", hold, question.conversation,
      way.rawValue, accepted)
    if way == .sms { try ring(question, in: session) }
  }

  /// Takes a message to the expert's telephone, in the expert's language; neither sees the other's number (C14).
  private func ring(_ question: PaidQuestion, in session: any Session) throws {
    guard let texting else { return }
    let found = try session.row(
      """
      SELECT s.name, v.name, a.language
      FROM conversations c
      JOIN sites s ON s.id = c.site_id
      JOIN visitors v ON v.id = c.visitor_id
      JOIN accounts a ON a.id = c.expert_id
      WHERE c.id = $1
      """, question.conversation)
    guard let row = found else { throw Refusal(.notFound) }
    let texts = web.texts(Language(rawValue: row[2] as String) ?? .english)
    let name: String? = row[1]
    let text = texts[
      "deals.sms.message",
      ["site": row[0], "name": name ?? texts["deals.earnings.somebody"], "text": question.text ?? ""]]
    let wish = TextWish(
      to: question.expert, about: question.conversation, text: text, link: "\(web.settings.baseAddress)/console",
      key: Self.textKey(question.conversation, question.n))
    guard try texting.post(wish, in: session) else { throw Refusal(.intakeFull) }
  }

  /// By which a text is found again.
  static func textKey(_ conversation: ConversationID, _ n: Int64) -> String { "deal.\(conversation).\(n)" }

  public func judge(_ deal: Deal, accepts: Bool, in conversation: ConversationID, at now: Moment, in session: any Session) throws
    -> DealNews?
  {
    let holds = try session.unjudged(in: conversation).filter { $0.payee == deal.expert && $0.deadline > now }
    guard let last = holds.last else { return nil }
    var returned: Int64 = 0
    for hold in holds {
      try session.judge(hold.id, accepts: accepts, at: now)
      if !accepts { returned += try ledger.release(hold, at: now, in: session) }
    }
    try notifications.tell(
      Tidings(
        accepts ? .messageAccepted : .messageDeclined, about: "deal.\(conversation)", data: ["conversation": "\(conversation)"],
        count: last.n, at: now), to: deal.customer, in: session)
    return DealNews(accepts ? .accepted : .declined, upTo: last.n, units: accepts ? nil : returned)
  }
}

extension Deals {
  /// Whoever answers no more at the website does so by telephone neither.
  func hear(_ answer: TextAnswer, in session: any Session) throws {
    let site: SiteID? = try session.row("SELECT site_id FROM conversations WHERE id = $1", answer.conversation)?[0]
    guard let site, try session.answers(answer.account, at: site) else { throw Refusal(.expertGone) }
    try conversations.say(
      answer.text, client: Conversations.smsClient + answer.sid, in: answer.conversation, by: answer.account, in: session)
  }
}

extension MessageWay {
  var service: Service {
    switch self {
    case .question: .text
    case .offline: .offline
    case .sms: .sms
    }
  }
}

extension Session {
  /// How what is sent now reaches the expert.
  func way(_ terms: Terms, isThere: Bool) throws -> MessageWay {
    try !isThere && terms.offlinePrice != nil && features(at: terms.site).contains(.offlineMessages) ? .offline : .question
  }

  /// How a question came.
  func way(of hold: HoldID) throws -> MessageWay {
    let word: String? = try row("SELECT way FROM offline_messages WHERE hold_id = $1", hold)?[0]
    return word.flatMap(MessageWay.init) ?? .question
  }

  /// When an expert last accepted what was left in the round that is open, where nothing was declined since.
  fileprivate func acceptsSince(_ conversation: ConversationID) throws -> Moment? {
    try row(
      """
      SELECT o.accepted_at
      FROM offline_messages o
      JOIN holds h ON h.id = o.hold_id
      JOIN conversations c ON c.id = o.conversation_id
      JOIN chats r ON r.id = c.chat_id
      WHERE o.conversation_id = $1 AND r.closed_at IS NULL AND h.held_at >= r.opened_at
        AND (o.accepted_at IS NOT NULL OR o.declined_at IS NOT NULL)
      ORDER BY o.hold_id DESC
      LIMIT 1
      """, conversation)?[0]
  }

  /// What waits to be accepted or declined, oldest first.
  fileprivate func unjudged(in conversation: ConversationID) throws -> [Hold] {
    let ids: [HoldID] = try rows(
      """
      SELECT o.hold_id
      FROM offline_messages o
      JOIN holds h ON h.id = o.hold_id
      WHERE o.conversation_id = $1 AND o.accepted_at IS NULL AND o.declined_at IS NULL AND h.settled_at IS NULL
      ORDER BY h.n
      LIMIT 1000
      """, conversation
    ).map { $0[0] }
    return try ids.compactMap { try hold($0) }
  }

  fileprivate func judge(_ hold: HoldID, accepts: Bool, at now: Moment) throws {
    try run("UPDATE offline_messages SET \(accepts ? "accepted_at" : "declined_at") = $2 WHERE hold_id = $1", hold, now)
  }
}
