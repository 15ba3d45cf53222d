import Base
import ConversationsCore
import Sites
import Store
import Wire

/// What came of a command, once it is on the disk.
struct Performed: Sendable {
  let conversation: ConversationID
  let site: SiteID
  let visitor: VisitorID
  /// The new lines, in order; none when everything was so already.
  let entries: [LoggedEntry]
  /// The number of the sender's message, new or known from an earlier try.
  let acknowledged: (n: Int64, at: Moment)?
  /// A chat began: somebody rings.
  let opened: Bool
  /// The number of a new message of the visitor.
  let saidByVisitor: Int64?
  /// The number of an agent's new message.
  let answeredWith: Int64?
  /// An account keeps the thread, and is told of answers.
  let hasKeeper: Bool
  /// The people of the thread changed.
  let peopleChanged: Bool
  /// Who pays whom.
  let deal: Deal?
  let isClosed: Bool

  /// An agent wrote.
  var answered: Bool { answeredWith != nil }

  /// The live list that it stands in.
  var list: Topic { .list(of: deal?.expert, at: site) }
}

/// Who acts, as the transaction looks them up.
enum Doer: Sendable, Hashable {
  case visitor(siteOnline: Bool)
  case agent(AccountID)
  case clock

  var account: AccountID? { if case .agent(let id) = self { id } else { nil } }
}

extension Session {
  /// Lock → read → decide → append entries and state row, in the transaction that the caller opened with the conversation's lock.
  ///
  /// A message that is in the log already is answered with its number before any rule is asked, so that a retry after "closed" is an
  /// acknowledgement.
  ///
  /// - Parameter lead: the form that comes with the command; it is kept when the log says that it was sent.
  func perform(_ command: ConversationsCore.Command, in id: ConversationID, by doer: Doer, lead: Lead? = nil, at now: Moment) throws
    -> Performed
  {
    guard let before = try held(id, answerers: command.needsAnswerers(doer)) else { throw Refusal(.notFound) }
    if let client = command.clientID, let known = try acknowledged(client, in: id, byAccount: doer.account) {
      return Performed(before, entries: [], acknowledged: known)
    }
    // What was on its way while they were erased is said by nobody: their browser comes back as somebody new.
    if before.isErased, case .visitor = doer { throw Refusal(.notFound) }
    // What a rule says is the website's own.
    let (command, isMasked) = doer == .clock ? (command, false) : try masking(command, in: before)
    var changes = try before.state.decide(command, by: try party(of: doer, in: before, lead: lead, for: command), at: now)
    guard let last = changes.last else { return Performed(before, entries: [], acknowledged: nil) }
    if isMasked { changes.append(Change(at: now, by: last.by, fact: .masked)) }
    var after = before
    var entries: [LoggedEntry] = []
    for change in changes {
      let publicAfter = after.state.publicHead
      after.state.apply(change)
      guard let chat = after.state.chat else { preconditionFailure("Every change happens in a chat") }
      let entry = LoggedEntry(change, in: before, chat: chat.id, n: after.state.head, publicAfter: publicAfter)
      entries.append(entry)
    }
    if let lead, entries.contains(where: \.isForm) { try saveLead(lead, of: before.visitor, at: now) }
    try save(after, from: before, entries: entries, at: now)
    for entry in entries { try append(entry) }
    let said = entries.last { $0.client != nil && $0.client == command.clientID }
    return Performed(before, entries: entries, acknowledged: said.map { ($0.n, $0.at) })
  }

  private func party(of doer: Doer, in held: Held, lead: Lead?, for command: ConversationsCore.Command) throws -> ConversationsCore.Party {
    switch doer {
    case .visitor(let siteOnline):
      return .visitor(Asker(name: lead?.name ?? held.visitorName ?? "", formSent: held.formSent, siteOnline: siteOnline))
    case .agent(let account):
      // The other commands speak as whoever joined, under the name of then.
      guard command.needsFace else { return .agent(account, name: "", avatar: "") }
      guard let face = try face(of: account, on: held.site) else { throw Refusal(.accountInactive) }
      return .agent(account, name: face.name, avatar: face.avatar)
    case .clock: return .clock
    }
  }
}

extension Performed {
  /// Everything was so already.
  static func nothing(in held: Held) -> Performed { Performed(held, entries: [], acknowledged: nil) }

  fileprivate init(_ held: Held, entries: [LoggedEntry], acknowledged: (n: Int64, at: Moment)?) {
    conversation = held.id
    site = held.site
    visitor = held.visitor
    self.entries = entries
    self.acknowledged = acknowledged
    opened = entries.contains { if case .opened = $0.body { true } else { false } }
    saidByVisitor = entries.last { $0.isMessage && $0.by.kind == .visitor }?.n
    answeredWith = entries.last { $0.isMessage && $0.by.kind == .agent }?.n
    hasKeeper = held.keeper != nil
    deal = held.deal
    isClosed = entries.contains { if case .closed = $0.body { true } else { false } }
    peopleChanged = entries.contains {
      switch $0.body {
      case .agentJoined, .agentLeft, .transferred, .transferEnded, .offered, .offerEnded, .waitOverdue, .entrusted, .closed, .formSent: true
      default: false
      }
    }
  }
}

extension LoggedEntry {
  fileprivate var isForm: Bool { if case .formSent = body { true } else { false } }
}

extension ConversationsCore.Command {
  var clientID: String? {
    switch self {
    case .send(_, let message), .leaveMessage(_, let message), .invite(_, _, _, let message): message.clientID
    case .note(_, let client): client
    default: nil
    }
  }

  fileprivate var needsFace: Bool {
    switch self {
    case .begin, .join, .note, .tag, .record, .revise: true
    default: false
    }
  }

  fileprivate func needsAnswerers(_ doer: Doer) -> Bool {
    switch (self, doer) {
    case (.send, .visitor), (.open, _), (.sendForm, _), (.leaveMessage, _): false
    default: true
    }
  }
}
