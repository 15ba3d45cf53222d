import Base
import ConversationsCore
import Foundation
import Mail
import Sites
import Store
import Web
import Wire

extension LetterKind {
  static let answer = LetterKind("answer", canBeUnsubscribed: true)
  static let threadLink = LetterKind("threadLink", canBeUnsubscribed: true)
}

extension JobKind {
  static let mailAnswers = JobKind("chat.mailAnswers")
  static let noteLetter = JobKind("chat.noteLetter")
}

/// Answers go by letter to who is away (A22): who answered and every word of it (A23), with a link that leads back to the thread.
///
/// Whether somebody is away is looked at a minute later and not at once, because who reads on says so by then; and what an agent writes in
/// one breath goes into one letter.
extension Conversations {
  static let awaySeconds: Int64 = 60
  /// An agent who goes on writing does not put the letter off for longer.
  static let patienceSeconds: Int64 = 300
  /// Who is there and does not look is looked for again.
  static let laterSeconds: Int64 = 120
  /// In one letter; what is more goes into the next one.
  static let answersInLetter = 50
  static let charactersInLetter = 60_000
  private static let linkDays = String(ThreadLink.lifetimeSeconds / 86_400)

  func expectLetter(in conversation: ConversationID, at due: Moment, in session: any Session) throws {
    try jobs.enqueue(
      .mailAnswers, uniqueKey: conversation.description, payload: #"{"conversation":"\#(conversation)"}"#, dueAt: due, in: session)
  }

  var letterHandlers: [JobHandler] {
    [
      JobHandler(
        .mailAnswers, locking: { payload in LetterErrand(payload).map { [.conversation($0.conversation)] } ?? [] },
        { [self] session, payload in
          if let errand = LetterErrand(payload) { try mailAnswers(of: errand.conversation, in: session) }
        }),
      JobHandler(
        .noteLetter, locking: { payload in LetterErrand(payload).map { [.conversation($0.conversation)] } ?? [] },
        { [clock] session, payload in
          guard let errand = LetterErrand(payload), let news = errand.news, try session.held(errand.conversation) != nil else {
            return nil as Performed?
          }
          return try session.perform(.noteLetter(news), in: errand.conversation, by: .clock, at: clock.now)
        },
        committed: { [weak self] performed in
          if let performed { self?.announce(performed) }
        }),
    ]
  }

  /// What became of a letter, in the transaction that records it: the log says so a moment later (X4).
  public func noteFate(of outcome: LetterOutcome, in session: any Session) throws {
    let parts = outcome.key.split(separator: ".").map(String.init)
    guard outcome.kind == .answer, parts.count == 3, let conversation = ConversationID(parts[0]), let above = Int64(parts[1]),
      let n = Int64(parts[2])
    else { return }
    let step: LetterNews.Step
    switch outcome.fate {
    case .delivered: step = .emailed
    case .bounced: step = .returned
    // Nothing is known of its recipient.
    case .abandoned: return
    }
    try jobs.enqueue(
      .noteLetter, payload: #"{"conversation":"\#(conversation)","step":"\#(step.rawValue)","above":\#(above),"upTo":\#(n)}"#,
      dueAt: clock.now,
      in: session)
  }

  private func mailAnswers(of conversation: ConversationID, in session: any Session) throws {
    guard mail.isOn, let reader = try session.reader(of: conversation),
      let address = reader.address, !reader.wantsNoLetters, try mail.undeliverable(address, in: session) == nil,
      try reader.keeper.map({ try notifications.wantsLetter(.answer, $0, in: session) }) ?? true
    else { return }
    guard try session.features(at: reader.site).contains(.answersByMail) else { return }
    let above = max(reader.seen, reader.posted)
    let unread = try session.answers(in: conversation, above: above, limit: Self.answersInLetter)
    guard let first = unread.first, let last = unread.last else { return }
    let now = clock.now
    if presence.isHere(visitorKey(reader.visitor, list: reader.list, conversation: conversation)) {
      return try expectLetter(in: conversation, at: now.adding(seconds: Self.laterSeconds), in: session)
    }
    let ripe = min(last.at.adding(seconds: Self.awaySeconds), first.at.adding(seconds: Self.patienceSeconds))
    guard ripe <= now else { return try expectLetter(in: conversation, at: ripe, in: session) }
    guard let site = try session.site(reader.site) else { return }
    let told = Self.fitting(unread)
    let n = told.last?.n ?? last.n
    try mail.post(letter(told, above: above, n, to: reader, address, in: conversation, of: site), in: session)
    try session.run("UPDATE conversations SET letters_posted = $2 WHERE id = $1", conversation, n)
    // Whether anything is left is found out by looking again.
    try expectLetter(in: conversation, at: now, in: session)
  }

  /// The first answers, and as many more as one letter holds.
  private static func fitting(_ unread: [Answer]) -> [Answer] {
    var room = charactersInLetter
    return Array(
      unread.prefix { answer in
        defer { room -= answer.text.count }
        return room > 0
      })
  }

  private func letter(
    _ told: [Answer], above: Int64, _ n: Int64, to reader: AwayReader, _ address: String, in conversation: ConversationID, of site: Site
  ) -> Letter {
    let language = language(of: site, asked: reader.language)
    let texts = web.texts(language)
    var quotes: [Letter.Quote] = []
    for answer in told {
      let text = answer.isFile ? texts["mail.answer.file", ["name": answer.text]] : answer.text
      if let last = quotes.last, last.by == answer.by {
        quotes[quotes.count - 1] = Letter.Quote(by: last.by, text: "\(last.text)\n\n\(text)")
      } else {
        quotes.append(Letter.Quote(by: answer.by, text: text))
      }
    }
    let names = told.map(\.by).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let link = ThreadLink(to: conversation, for: .letter(upTo: n), at: clock.now)
    return Letter(
      .answer, to: Recipient(address: address, name: reader.name, language: language),
      arguments: ["names": names.joined(separator: ", "), "site": site.name, "days": Self.linkDays],
      quotes: quotes, button: self.address(of: link),
      unsubscribe: self.address(of: link, "/stop"), key: "\(conversation).\(above).\(n)")
  }

  /// Sends a new link to the address that the thread has, whoever asks; at most one an hour.
  func renew(_ old: ThreadLink) async throws {
    guard mail.isOn else { throw Refusal(.mailIsOff) }
    let now = clock.now
    try await store.write { [self] session in
      guard let reader = try session.reader(of: old.conversation), let address = reader.address, !reader.wantsNoLetters,
        try mail.undeliverable(address, in: session) == nil, let site = try session.site(reader.site)
      else { return }
      let link = ThreadLink(to: old.conversation, for: .letter(upTo: reader.posted), at: now)
      try mail.post(
        Letter(
          .threadLink, to: Recipient(address: address, name: reader.name, language: language(of: site, asked: reader.language)),
          arguments: ["site": site.name, "days": Self.linkDays], button: self.address(of: link),
          unsubscribe: self.address(of: link, "/stop"), key: "\(old.conversation).\(now.milliseconds / 3_600_000)"),
        in: session)
    }
  }

  func stopLetters(of conversation: ConversationID, _ stop: Bool) async throws {
    let at = stop ? clock.now : nil
    try await store.write { session in
      try session.run(
        "UPDATE visitors SET letters_stopped_at = $2 WHERE id = (SELECT visitor_id FROM conversations WHERE id = $1)", conversation, at)
    }
  }
}

private struct LetterErrand: Decodable {
  let conversation: ConversationID
  /// Nil for what only asks whether there is something to send.
  let news: LetterNews?

  private enum CodingKeys: String, CodingKey { case conversation, step, above, upTo }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    conversation = try fields.decode(ConversationID.self, forKey: .conversation)
    if let step = try fields.decodeIfPresent(String.self, forKey: .step).flatMap(LetterNews.Step.init) {
      news = LetterNews(
        step, above: try fields.decode(Int64.self, forKey: .above), upTo: try fields.decode(Int64.self, forKey: .upTo))
    } else {
      news = nil
    }
  }

  init?(_ payload: String) {
    guard let errand = try? JSONDecoder().decode(LetterErrand.self, from: Data(payload.utf8)) else { return nil }
    self = errand
  }
}

/// Who a thread is for, as a letter needs to know.
private struct AwayReader: Sendable {
  let visitor: VisitorID
  let site: SiteID
  let keeper: AccountID?
  let list: Topic
  let name: String?
  let address: String?
  let language: String
  let wantsNoLetters: Bool
  let seen: Int64
  let posted: Int64
}

private struct Answer: Sendable {
  let n: Int64
  let at: Moment
  let by: String
  let text: String
  let isFile: Bool
}

extension Session {
  /// An account's own address is proved, so it goes before the one that the form was given.
  fileprivate func reader(of conversation: ConversationID) throws -> AwayReader? {
    try row(
      """
      SELECT v.id, v.site_id, v.name, COALESCE(a.email, v.email), COALESCE(a.language, v.language), v.letters_stopped_at,
        COALESCE(m.seen, 0), c.letters_posted, a.id, c.expert_id
      FROM conversations c
      JOIN visitors v ON v.id = c.visitor_id
      LEFT JOIN accounts a ON a.id = v.account_id AND a.active
      LEFT JOIN marks m ON m.conversation_id = c.id AND m.account_id = 0
      WHERE c.id = $1
      """, conversation
    ).map { row in
      let stopped: Moment? = row[5]
      let expert: AccountID? = row[9]
      return AwayReader(
        visitor: row[0], site: row[1], keeper: row[8], list: .list(of: expert, at: row[1]), name: row[2], address: row[3],
        language: row[4], wantsNoLetters: stopped != nil,
        seen: row[6],
        posted: row[7])
    }
  }

  /// What agents said above a number, oldest first; what nobody on the way can read is left out.
  fileprivate func answers(in conversation: ConversationID, above n: Int64, limit: Int) throws -> [Answer] {
    let found = try entries(of: conversation, above: n, for: .visitor, limit: 1000)
    let revised = Dictionary(try revisions(of: conversation, above: n).map { ($0.of, $0.text) }) { $1 }
    return found.compactMap { entry -> Answer? in
      guard entry.client != nil, case .agent(let agent) = entry.by, let text = entry.body.readableText else { return nil }
      let words = (revised[entry.n] ?? nil) ?? text
      return Answer(n: entry.n, at: entry.at, by: agent.name, text: words, isFile: entry.body.messageKind == .file)
    }.prefix(limit).map(\.self)
  }
}
