import Base
import ConversationsCore
import Store
import Wire

/// Something in the database that the rules do not allow.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
  public let conversation: ConversationID
  public let what: String

  public var description: String { "conversation \(conversation): \(what)" }
}

extension Session {
  /// How many conversations one look takes in, and how many entries of one are read at a time.
  private static var conversationsAtOnce: Int { 100 }
  private static var entriesAtOnce: Int { 1000 }

  /// Folds the logs of the next conversations above `last` and compares with their state rows.
  ///
  /// - Returns: what is wrong, and the last conversation looked at; nil when there are no more.
  func examineConversations(above last: Int64) throws -> (count: Int, findings: [Finding], last: Int64?) {
    let ids: [ConversationID] = try rows(
      "SELECT id FROM conversations WHERE id > $1 ORDER BY id LIMIT $2", last, Self.conversationsAtOnce
    ).map { $0[0] }
    return (ids.count, try ids.flatMap(examine), ids.last?.rawValue)
  }

  private func examine(_ id: ConversationID) throws -> [Finding] {
    guard let held = try held(id) else { return [] }
    var folded = Conversation()
    var tags: Set<TagID> = []
    var findings: [Finding] = []
    func found(_ what: String) { findings.append(Finding(conversation: id, what: what)) }
    while true {
      let page = try entries(of: id, above: folded.head, for: .team, limit: Self.entriesAtOnce)
      for entry in page {
        guard entry.n == folded.head + 1 else {
          found("entry \(entry.n) follows \(folded.head)")
          return findings
        }
        if entry.publicAfter != folded.publicHead { found("entry \(entry.n) says after \(entry.publicAfter), not \(folded.publicHead)") }
        guard let change = Change(entry) else {
          found("entry \(entry.n) has a body that the rules do not know")
          return findings
        }
        folded.apply(change)
        if case .tagged(let tagged) = change.fact {
          tags = tags.union(tagged.added.map(\.id)).subtracting(tagged.removed.map(\.id))
        }
      }
      if page.count < Self.entriesAtOnce { break }
    }
    if folded != held.state { found("the state row is not what the log says") }
    // One that the website let go of is on no chat any more.
    let there = Set(try self.tags(at: held.site).map(\.id))
    if try tags.intersection(there) != Set(tagged([id])[id] ?? []) { found("the tags are not what the log says") }
    return findings
  }
}

extension Change {
  /// The change that a line of the log records; nil for a body that is none of ours.
  init?(_ entry: LoggedEntry) {
    let by: Author =
      switch entry.by {
      case .visitor(_, let name): .visitor(name: name ?? "")
      case .agent(let agent):
        .agent(Answerer(id: agent.id, name: agent.name, avatar: agent.avatar, colour: Int(agent.colour), here: true))
      case .system: .nobody
      }
    let fact: Fact
    switch entry.body {
    case .opened(let form, let offline): fact = .opened(entry.chat, form: form == .sent ? .sent : .needed, offline: offline)
    case .formSent: fact = .formSent
    case .text(let text): fact = .said(ConversationsCore.Message(clientID: entry.client ?? "", content: .text(text)))
    case .sealed(let scheme, let key, let bytes):
      fact = .said(ConversationsCore.Message(clientID: entry.client ?? "", content: .sealed(scheme: scheme, key: key, bytes: bytes)))
    case .erased: fact = .said(ConversationsCore.Message(clientID: "", content: .erased))
    case .file(let file): fact = .said(ConversationsCore.Message(clientID: entry.client ?? "", content: .file(file)))
    case .fileExpired(let file, let n): fact = .fileExpired(file, of: n)
    case .letter(let news): fact = .letter(news)
    case .deal(let news): fact = .deal(news)
    case .thanked(let thanks): fact = .thanked(thanks)
    case .minutes(let news): fact = .minutes(news)
    case .revised(let revision): fact = .revised(revision)
    case .tagged(let change): fact = .tagged(change)
    case .ruled(let name): fact = .ruled(name: name)
    case .outcome(let outcome, let isOn): fact = .outcome(outcome, isOn: isOn)
    case .masked: fact = .masked
    case .note(let note): fact = .noted(note, clientID: entry.client ?? "")
    case .agentJoined(let transferred): fact = .joined(transferred: transferred)
    case .agentLeft(let last, let silentSince): fact = .left(last: last, silentSince: silentSince)
    case .transferred(let colleague, let name, let reason):
      fact = .transferred(to: Colleague(id: colleague ?? AccountID(rawValue: 0), name: name), reason: reason ?? "")
    case .transferEnded(let last): fact = .transferEnded(last: last)
    case .offered(let colleague, let name, let until):
      fact = .offered(to: Colleague(id: colleague ?? AccountID(rawValue: 0), name: name), until: until)
    case .offerEnded: fact = .offerEnded
    case .waitOverdue: fact = .waitOverdue
    case .entrusted: fact = .entrusted
    case .closed(let unwritten): fact = .closed(unwritten: unwritten)
    case .unknown: return nil
    }
    self.init(at: entry.at, by: by, fact: fact)
  }
}
