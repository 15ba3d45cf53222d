import Base
import ConversationsCore

/// Every state of a conversation that the rules tell apart, every command by every party, and what comes of it.
enum TransitionTable {
  static let now = Moment(milliseconds: 1_795_219_200_000)
  static let clara = AccountID(rawValue: 3)
  static let tom = AccountID(rawValue: 4)
  static let colleague = Colleague(id: tom, name: "Tom")
  static let newChat = ChatID(rawValue: 99)
  static let file = FileID()
  static let message = Message(clientID: "message-1", content: .text("Hello"))

  static let states: [(name: String, state: Conversation)] = [
    ("empty", Conversation()),
    ("waiting, form needed", built { $0.open(form: .needed) }),
    ("waiting, form overdue", built { $0.open(form: .needed, at: now.adding(seconds: -Chat.formLimitSeconds)) }),
    (
      "waiting, written",
      built {
        $0.open(form: .needed)
        $0.sendForm()
      }
    ),
    (
      "waiting too long",
      built {
        $0.open(form: .needed, at: now.adding(seconds: -300))
        $0.sendForm()
      }
    ),
    (
      "waiting, Tom's turn",
      built {
        $0.open(form: .needed)
        $0.sendForm()
        $0.offer(tom)
      }
    ),
    (
      "waiting, Tom's turn over",
      built {
        $0.open(form: .needed, at: now.adding(seconds: -300))
        $0.sendForm()
        $0.offer(tom, at: now.adding(seconds: -45))
      }
    ),
    (
      "waiting, offline message",
      built {
        $0.open(form: .needed, offline: true)
        $0.sendForm()
        $0.say()
      }
    ),
    (
      "active, form needed",
      built {
        $0.open(form: .needed)
        $0.join(clara)
      }
    ),
    (
      "active, one agent",
      built {
        $0.open(form: .needed)
        $0.sendForm()
        $0.join(clara)
      }
    ),
    (
      "active, two agents",
      built {
        $0.open(form: .needed)
        $0.sendForm()
        $0.join(clara)
        $0.join(tom)
      }
    ),
    (
      "active, Tom asked to take over",
      built {
        $0.open(form: .needed)
        $0.sendForm()
        $0.join(clara)
        $0.ask(tom)
      }
    ),
    (
      "waiting for Tom",
      built {
        $0.open(form: .needed)
        $0.sendForm()
        $0.join(clara)
        $0.ask(tom)
        $0.leave(clara)
      }
    ),
    (
      "waiting for Tom, overdue",
      built {
        $0.open(form: .needed)
        $0.sendForm()
        $0.join(clara)
        $0.ask(tom, at: now.adding(seconds: -Chat.transferLimitSeconds))
        $0.leave(clara)
      }
    ),
    (
      "closed",
      built {
        $0.open(form: .needed)
        $0.sendForm()
        $0.join(clara)
        $0.close()
      }
    ),
    (
      "closed, form pending",
      built {
        $0.open(form: .needed)
        $0.expire()
      }
    ),
  ]

  static let parties: [(name: String, party: Party)] = [
    ("new visitor", .visitor(Asker(name: "", formSent: false, siteOnline: true))),
    ("known visitor", .visitor(Asker(name: "Ada", formSent: true, siteOnline: true))),
    ("Clara", .agent(clara, name: "Clara", avatar: "fern")),
    ("Tom", .agent(tom, name: "Tom", avatar: "tide")),
    ("clock", .clock),
  ]

  static let commands: [(name: String, command: Command)] = [
    ("open", .open(newChat: newChat)), ("sendForm", .sendForm(newChat: newChat)),
    ("leaveMessage", .leaveMessage(newChat: newChat, message)), ("send", .send(newChat: newChat, message)),
    ("begin", .begin(newChat: newChat, formSent: true)),
    ("join", .join), ("leave", .leave), ("transfer to Tom, leaving", .transfer(to: colleague, leaves: true, reason: "")),
    ("transfer to Tom, staying", .transfer(to: colleague, leaves: false, reason: "")), ("close", .close), ("expire", .expire),
    ("endTransfer", .endTransfer), ("offer to Tom", .offer(to: colleague, seconds: 45)), ("noteWait", .noteWait(seconds: 300)),
    ("noteSilence", .noteSilence(asked: now.adding(seconds: -600), seconds: 600)),
    ("noteSilence, too early", .noteSilence(asked: now.adding(seconds: -599), seconds: 600)), ("entrust", .entrust),
    ("expireFile", .expireFile(file, of: 2)),
    ("noteLetter: emailed", .noteLetter(LetterNews(.emailed, above: 0, upTo: 2))),
    ("noteLetter: opened", .noteLetter(LetterNews(.opened, above: 0, upTo: 2))),
    ("noteLetter: returned", .noteLetter(LetterNews(.returned, above: 0, upTo: 2))),
    ("noteDeal: late", .noteDeal(DealNews(.late, upTo: 2))), ("noteDeal: released", .noteDeal(DealNews(.released, upTo: 2))),
    ("noteDeal: accepted", .noteDeal(DealNews(.accepted, upTo: 2))), ("noteDeal: declined", .noteDeal(DealNews(.declined, upTo: 2))),
    ("noteDeal: undelivered", .noteDeal(DealNews(.undelivered, upTo: 2))),
    ("noteMinutes", .noteMinutes(newChat: newChat, MinuteNews(.offered))),
    ("note", .note(TeamNote(text: "Ask Tom"), clientID: "note-1")),
    ("tag", .tag(TagChange(added: [TagChange.Tag(id: ID(rawValue: 7), name: "Refund")], removed: []))),
    ("noteRule", .noteRule(name: "Invoices")),
    ("invite", .invite(newChat: newChat, formSent: false, offline: false, message)),
    ("invite: known", .invite(newChat: newChat, formSent: true, offline: false, message)),
    ("record: handed over", .record(.handedOver, isOn: true)), ("record: won", .record(.won, isOn: true)),
    ("record: not won", .record(.won, isOn: false)), ("record: not handed over", .record(.handedOver, isOn: false)),
    ("revise: own", .revise(Revision(of: 2, text: "Hi"), Written(by: clara, text: "Hello", openUntil: now.adding(seconds: 60)))),
    ("revise: the visitor's", .revise(Revision(of: 2, text: nil), Written(by: nil, text: "Hello", openUntil: now.adding(seconds: 60)))),
    ("revise: too late", .revise(Revision(of: 2, text: "Hi"), Written(by: clara, text: "Hello", openUntil: now))),
    ("thank", .thank(.rating(Rating(of: 2, stars: 5, text: "")))),
  ]

  /// Whether a party can stand before a state at all: a visitor is known exactly when a form was sent.
  static func fits(_ party: Party, _ state: Conversation) -> Bool {
    guard case .visitor(let asker) = party else { return true }
    return asker.formSent == (state.chat?.form == .sent)
  }

  static func outcome(_ state: Conversation, _ command: Command, _ party: Party) -> String {
    do {
      let changes = try state.decide(command, by: party, at: now)
      guard !changes.isEmpty else { return "nothing" }
      var after = state
      for change in changes { after.apply(change) }
      return changes.map(word).joined(separator: ", ") + " → " + name(of: after)
    } catch {
      return "refused: " + error.reason.rawValue
    }
  }

  static func word(_ change: Change) -> String {
    switch change.fact {
    case .opened(_, let form, let offline): "opened (form \(form.rawValue)\(offline ? ", offline" : ""))"
    case .formSent: "form sent"
    case .said: "said"
    case .fileExpired: "file expired"
    case .letter(let news): "letter \(news.step.rawValue)"
    case .deal(let news): "deal \(news.step.rawValue)"
    case .thanked: "thanked"
    case .minutes(let news): "minutes \(news.step.rawValue)"
    case .noted: "noted"
    case .tagged: "tagged"
    case .ruled: "rule followed"
    case .outcome(let outcome, let isOn): isOn ? "recorded \(outcome.rawValue)" : "took back \(outcome.rawValue)"
    case .masked: "masked"
    case .revised(let revision): revision.text == nil ? "deleted" : "edited"
    case .joined(let transferred): transferred ? "joined (transferred)" : "joined"
    case .transferred(let colleague, _): "transferred to \(colleague.name)"
    case .transferEnded(let last): last ? "transfer ended (last)" : "transfer ended"
    case .offered(let colleague, _): "offered to \(colleague.name)"
    case .offerEnded: "offer ended"
    case .waitOverdue: "wait overdue"
    case .entrusted: "entrusted"
    case .left(let last, .some): last ? "left for silence (last)" : "left for silence"
    case .left(let last, nil): last ? "left (last)" : "left"
    case .closed(let unwritten): "closed by \(closer(change.by))\(unwritten ? " (unwritten)" : "")"
    }
  }

  private static func closer(_ author: Change.Author) -> String {
    switch author {
    case .visitor: "visitor"
    case .agent(let agent): agent.name
    case .nobody: "nobody"
    }
  }

  private static func name(of state: Conversation) -> String {
    guard let chat = state.chat else { return "empty" }
    return chat.phase.rawValue + (chat.phase == .active ? " (\(state.here.count))" : "")
  }

  /// The page of the docs.
  static func page() -> String {
    var lines = [
      "# What may happen in a conversation", "",
      "Every state, every command, every party: written by the test `ConversationsCoreTests`, which fails when this page is not what the rules say.",
      "A *new visitor* has not sent the lead form yet, a *known* one has. Clara is in the active chats, Tom only where there are two agents. Who takes over is always Tom.",
      "",
    ]
    for (stateName, state) in states {
      lines += ["## \(stateName)", "", "| command | by | what happens |", "|---|---|---|"]
      for (commandName, command) in commands {
        for (partyName, party) in parties where fits(party, state) {
          let outcome = outcome(state, command, party)
          if outcome != "refused: notAllowed" { lines.append("| \(commandName) | \(partyName) | \(outcome) |") }
        }
      }
      lines.append("")
    }
    lines.append("Every other pair of command and party is refused as `notAllowed`.")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func built(_ steps: (inout Conversation) -> Void) -> Conversation {
    var state = Conversation()
    steps(&state)
    return state
  }
}

extension Conversation {
  private mutating func make(_ fact: Change.Fact, by author: Change.Author, at: Moment = TransitionTable.now) {
    apply(Change(at: at, by: author, fact: fact))
  }

  fileprivate mutating func open(form: Chat.Form, offline: Bool = false, at: Moment = TransitionTable.now) {
    make(.opened(ChatID(rawValue: 9), form: form, offline: offline), by: .visitor(name: ""), at: at)
  }
  fileprivate mutating func sendForm() { make(.formSent, by: .visitor(name: "Ada")) }
  fileprivate mutating func say() { make(.said(TransitionTable.message), by: .visitor(name: "Ada")) }
  fileprivate mutating func join(_ id: AccountID) {
    make(.joined(transferred: false), by: .agent(Answerer(id: id, name: "\(id)", avatar: "fern", colour: answerers.count + 1, here: true)))
  }
  fileprivate mutating func ask(_ id: AccountID, at: Moment = TransitionTable.now) {
    guard let agent = answerers.first else { return }
    make(.transferred(to: Colleague(id: id, name: "\(id)"), reason: ""), by: .agent(agent), at: at)
  }
  fileprivate mutating func leave(_ id: AccountID) {
    guard let agent = here.first(where: { $0.id == id }) else { return }
    make(.left(last: here.count == 1), by: .agent(agent))
  }
  fileprivate mutating func offer(_ id: AccountID, at: Moment = TransitionTable.now) {
    make(.offered(to: Colleague(id: id, name: "\(id)"), until: at.adding(seconds: 45)), by: .nobody, at: at)
  }
  fileprivate mutating func close() { make(.closed(unwritten: false), by: .visitor(name: "Ada")) }
  fileprivate mutating func expire() { make(.closed(unwritten: true), by: .nobody) }
}
