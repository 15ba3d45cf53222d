import Base
import Mail
import Sites
import Store
import Web

extension LetterKind {
  /// Asked for by who gets it, or sent by who answered them: one at a time, so there is nothing to unsubscribe from.
  static let transcript = LetterKind("transcript")
}

/// A chat as a letter. Only once somebody of the team has written in it, and some times an hour: nobody writes to strangers by it
/// ([0031](../../../docs/decisions/0031-transcripts.md)).
extension Conversations {
  private static let transcriptsInHour: Int64 = 3
  private static let linesInLetter = 200
  private static let charactersInTranscript = 60_000
  private static let addressLimit = 254
  private static let hourMilliseconds: Int64 = 3_600_000

  /// Who asks for a letter.
  enum TranscriptAsker: Sendable {
    /// Who has no address there may give one.
    case visitor(address: String?)
    /// Whoever wants no letters asks for one, but is sent none.
    case team
  }

  /// - Parameter press: the same again posts nothing more.
  /// - Returns: false when there is no address that takes it.
  /// - Throws: `mailIsOff`, `featureOff`, `chatUnanswered`, `emailInvalid` or `tooManyTries`.
  func mailTranscript(of conversation: ConversationID, for asker: TranscriptAsker, press: Secret) async throws -> Bool {
    guard mail.isOn else { throw Refusal(.mailIsOff) }
    let now = clock.now
    return try await store.write(locking: [.conversation(conversation)]) { [self] session in
      guard let reader = try session.transcriptReader(of: conversation), let site = try session.site(reader.site) else {
        throw Refusal(.notFound)
      }
      try session.require(.answersByMail, at: site.id)
      let key = "\(conversation).\(press.text)"
      if try mail.isPosted(.transcript, key: key, in: session) { return true }
      let chat = try session.transcript(of: conversation, for: .visitor).chats.last ?? []
      guard let id = chat.first?.chat, chat.contains(where: { $0.side == .team && $0.by != nil }) else { throw Refusal(.chatUnanswered) }
      guard let address = try self.address(of: reader, for: asker, in: session) else { return false }
      guard try session.countTranscript(of: id, inHour: now.milliseconds / Self.hourMilliseconds, upTo: Self.transcriptsInHour) else {
        throw Self.tooSoon(at: now)
      }
      return try mail.post(letter(Self.fitting(chat), to: reader, address, at: site, key: key), in: session)
    }
  }

  /// The thread's own goes before one that is given now.
  private func address(of reader: TranscriptReader, for asker: TranscriptAsker, in session: any Session) throws -> String? {
    let given: String?
    switch asker {
    case .team where reader.wantsNoLetters: return nil
    case .team: given = nil
    case .visitor(let address): given = address
    }
    if let given, !Self.mayBeAddress(given) { throw Refusal(.emailInvalid) }
    return try [reader.address, given].compactMap(\.self).first { try mail.undeliverable($0, in: session) == nil }
  }

  /// Only the letter itself proves an address; this catches slips.
  private static func mayBeAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, text.unicodeScalars.count <= addressLimit else { return false }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
  }

  /// The newest of them, as many as a letter holds.
  private static func fitting(_ chat: [Transcript.Line]) -> [Transcript.Line] {
    var room = charactersInTranscript
    let fitting = chat.reversed().prefix(linesInLetter).prefix { line in
      defer { room -= line.text.count }
      return room > 0
    }
    return fitting.reversed()
  }

  private static func tooSoon(at now: Moment) -> Refusal {
    let seconds = Int((hourMilliseconds - now.milliseconds % hourMilliseconds) / 1000) + 1
    return Refusal(.tooManyTries, arguments: ["minutes": String((seconds + 59) / 60)], retryAfterSeconds: seconds)
  }

  private func letter(
    _ lines: [Transcript.Line], to reader: TranscriptReader, _ address: String, at site: Site, key: String
  ) -> Letter {
    let language = language(of: site, asked: reader.language)
    let (texts, times) = (web.texts(language), TranscriptTimes(language, zone: site.timeZone))
    let quotes = lines.map { line in
      let name = line.by ?? (line.side == .visitor ? texts["mail.transcript.you"] : site.name)
      let text = line.isFile ? texts["mail.answer.file", ["name": line.text]] : line.text
      return Letter.Quote(by: "\(name) · \(times.full(line.at))", text: text)
    }
    return Letter(
      .transcript, to: Recipient(address: address, name: reader.name, language: language),
      arguments: ["site": site.name, "day": lines.first.map { times.day($0.at) } ?? "", "zone": site.timeZone], quotes: quotes, key: key)
  }
}

private struct TranscriptReader: Sendable {
  let site: SiteID
  let name: String?
  let address: String?
  let language: String
  let wantsNoLetters: Bool
}

extension Session {
  /// An account's own address is proved, so it goes before the one that the form was given.
  fileprivate func transcriptReader(of conversation: ConversationID) throws -> TranscriptReader? {
    try row(
      """
      SELECT v.site_id, v.name, COALESCE(a.email, v.email), COALESCE(a.language, v.language), v.letters_stopped_at
      FROM conversations c
      JOIN visitors v ON v.id = c.visitor_id
      LEFT JOIN accounts a ON a.id = v.account_id AND a.active
      WHERE c.id = $1 AND v.erased_at IS NULL
      """, conversation
    ).map { row in
      let stopped: Moment? = row[4]
      return TranscriptReader(site: row[0], name: row[1], address: row[2], language: row[3], wantsNoLetters: stopped != nil)
    }
  }

  /// - Returns: false when as many went out in this hour already.
  fileprivate func countTranscript(of chat: ChatID, inHour hour: Int64, upTo limit: Int64) throws -> Bool {
    try run(
      """
      UPDATE chats
      SET transcripts = CASE WHEN transcript_hour = $2 THEN transcripts + 1 ELSE 1 END, transcript_hour = $2
      WHERE id = $1 AND (transcript_hour <> $2 OR transcripts < $3)
      """, chat, hour, limit) > 0
  }
}
