import Base
import ConversationsCore
import Store
import Wire

/// One line of a log as it was written.
struct LoggedEntry: Sendable, Equatable {
  enum Audience: String, Sendable {
    case everybody, team
  }

  let conversation: ConversationID
  let n: Int64
  /// The number before this one that the visitor may see.
  let publicAfter: Int64
  let chat: ChatID
  let at: Moment
  let audience: Audience
  let by: WireParty
  let client: String?
  let body: Body

  /// The entry as the team sees it, which misses no number.
  var forTeam: EntryFrame { frame(after: n - 1, body) }

  /// The entry as the visitor sees it; nil for what only the team sees.
  var forVisitor: EntryFrame? { audience == .everybody ? frame(after: publicAfter, body.forVisitor) : nil }

  /// A message that both sides read.
  var isMessage: Bool { client != nil && audience == .everybody }

  /// Nothing that moves a chat in the lists.
  var isHousekeeping: Bool {
    switch body {
    case .fileExpired, .letter, .deal, .thanked(.rating), .note, .tagged, .ruled, .revised, .offered, .offerEnded, .waitOverdue, .outcome,
      .masked:
      true
    default: false
    }
  }

  private func frame(after: Int64, _ body: Body) -> EntryFrame {
    EntryFrame(topic: .chat(conversation), n: n, after: after, at: at, chat: chat, by: by, client: client, body: body)
  }
}

extension LoggedEntry {
  /// The entry that a change becomes, after `before` and with the number it gave.
  init(_ change: Change, in held: Held, chat: ChatID, n: Int64, publicAfter: Int64) {
    conversation = held.id
    self.n = n
    self.publicAfter = publicAfter
    self.chat = chat
    at = change.at
    audience = change.isForTeam ? .team : .everybody
    switch change.by {
    case .visitor(let name): by = .visitor(held.visitor, name: name.isEmpty ? nil : name)
    case .agent(let agent): by = .agent(AgentParty(agent))
    case .nobody: by = .system
    }
    (client, body) = Self.content(of: change)
  }

  private static func content(of change: Change) -> (String?, Body) {
    switch change.fact {
    case .opened(_, let form, let offline): return (nil, .opened(form: FormState(form), offline: offline))
    case .formSent:
      if case .visitor(let name) = change.by { return (nil, .formSent(name: name)) }
      return (nil, .formSent(name: ""))
    case .said(let message):
      switch message.content {
      case .text(let text): return (message.clientID, .text(text))
      case .sealed(let scheme, let key, let bytes): return (message.clientID, .sealed(scheme: scheme, key: key, bytes: bytes))
      case .file(let file): return (message.clientID, .file(file))
      case .erased: return (message.clientID, .erased)
      }
    case .joined(let transferred): return (nil, .agentJoined(transferred: transferred))
    case .left(let last, let silentSince): return (nil, .agentLeft(last: last, silentSince: silentSince))
    case .transferred(let colleague, let reason): return (nil, .transferred(to: colleague.id, name: colleague.name, reason: reason))
    case .transferEnded(let last): return (nil, .transferEnded(last: last))
    case .offered(let colleague, let until): return (nil, .offered(to: colleague.id, name: colleague.name, until: until))
    case .offerEnded: return (nil, .offerEnded)
    case .waitOverdue: return (nil, .waitOverdue)
    case .entrusted: return (nil, .entrusted)
    case .closed(let unwritten): return (nil, .closed(unwritten: unwritten))
    case .fileExpired(let file, let n): return (nil, .fileExpired(file, of: n))
    case .letter(let news): return (nil, .letter(news))
    case .deal(let news): return (nil, .deal(news))
    case .thanked(let thanks): return (nil, .thanked(thanks))
    case .minutes(let news): return (nil, .minutes(news))
    case .revised(let revision): return (nil, .revised(revision))
    case .outcome(let outcome, let isOn): return (nil, .outcome(outcome, isOn: isOn))
    case .masked: return (nil, .masked)
    case .noted(let note, let client): return (client, .note(note))
    case .tagged(let change): return (nil, .tagged(change))
    case .ruled(let name): return (nil, .ruled(name: name))
    }
  }
}

extension AgentParty {
  init(_ agent: Answerer) { self.init(id: agent.id, name: agent.name, avatar: agent.avatar, colour: Int64(agent.colour)) }
}

extension FormState {
  init(_ form: Chat.Form) { self = form == .sent ? .sent : .needed }
}

extension ChatView {
  init(_ chat: Chat) {
    let state: ChatState =
      switch chat.phase {
      case .waiting: .waiting
      case .active: .active
      case .closed: .closed
      }
    self.init(id: chat.id, state: state, form: FormState(chat.form), offline: chat.offline)
  }
}
