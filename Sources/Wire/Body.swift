import Base

/// What an entry of a log says. The column `entries.body` holds the same JSON that readers get.
public enum Body: Hashable, Sendable {
  case text(String)
  /// Sealed between the two ends: nobody on the way can read it.
  case sealed(scheme: String, key: String, bytes: [UInt8])
  case file(AttachedFile)
  /// There was a message; who asked for it had it erased.
  case erased
  case opened(form: FormState, offline: Bool)
  case formSent(name: String)
  /// `transferred`: the one whom a colleague had asked to take the chat over.
  case agentJoined(transferred: Bool)
  /// `silentSince`: since when the agent had not answered, for which the chat was taken from them.
  case agentLeft(last: Bool, silentSince: Moment?)
  /// A colleague was asked to take the chat over; nil for one who was erased. Why, the visitor is not told: nil.
  case transferred(to: AccountID?, name: String, reason: String?)
  /// The colleague did not come. `last`: nobody else is in the chat.
  case transferEnded(last: Bool)
  /// It is somebody's turn to take the chat: for the team alone.
  case offered(to: AccountID?, name: String, until: Moment)
  /// Their turn is over.
  case offerEnded
  /// Nobody came in time to who waits.
  case waitOverdue
  /// The visitor waits no longer and leaves it with the team.
  case entrusted
  case closed(unwritten: Bool)
  /// The file of the message with the number `of` is gone.
  case fileExpired(FileID, of: Int64)
  case letter(LetterNews)
  case deal(DealNews)
  /// A customer rated the answer with that number, or gave a tip for it.
  case thanked(Thanks)
  /// A chat by the minute was asked for, runs, stands still or is over.
  case minutes(MinuteNews)
  /// For the team alone; it has no words for previews, search, mail and rules.
  case note(TeamNote)
  /// For the team alone, too.
  case tagged(TagChange)
  /// A rule of the website was followed, by its name.
  case ruled(name: String)
  /// A message was written again, or deleted.
  case revised(Revision)
  case outcome(ChatOutcome, isOn: Bool)
  /// Addresses and numbers were hidden in the line before.
  case masked
  /// Written by a newer version: handed on as it is.
  case unknown(event: String, json: [UInt8])

  /// The event of the entry, which the column `entries.kind` holds.
  public var event: String {
    switch self {
    case .text, .sealed, .file, .erased: Event.messageSent.rawValue
    case .opened: Event.chatOpened.rawValue
    case .formSent: Event.formSent.rawValue
    case .agentJoined: Event.agentJoinedChat.rawValue
    case .agentLeft: Event.agentLeftChat.rawValue
    case .transferred: Event.chatTransferred.rawValue
    case .transferEnded: Event.transferEnded.rawValue
    case .offered: Event.chatOffered.rawValue
    case .offerEnded: Event.offerEnded.rawValue
    case .waitOverdue: Event.waitOverdue.rawValue
    case .entrusted: Event.chatEntrusted.rawValue
    case .closed: Event.chatClosed.rawValue
    case .fileExpired: Event.fileExpired.rawValue
    case .letter(let news): news.step.event.rawValue
    case .deal(let news): news.step.event.rawValue
    case .thanked(.rating): Event.answerRated.rawValue
    case .thanked(.tip): Event.tipGiven.rawValue
    case .minutes: Event.minuteChat.rawValue
    case .note: Event.noteAdded.rawValue
    case .tagged: Event.chatTagged.rawValue
    case .ruled: Event.ruleFollowed.rawValue
    case .revised(let revision): (revision.text == nil ? Event.messageDeleted : .messageEdited).rawValue
    case .outcome(let outcome, let isOn): Event(outcome, isOn: isOn).rawValue
    case .masked: Event.contactsMasked.rawValue
    case .unknown(let event, _): event
    }
  }

  /// What preview, search, mail and rules may look at; nil when there is nothing that they can read.
  public var readableText: String? {
    switch self {
    case .text(let text): text
    case .file(let file): file.name
    default: nil
    }
  }

  /// The same without what the team alone reads.
  public var forVisitor: Body {
    if case .transferred(let colleague, let name, _) = self { .transferred(to: colleague, name: name, reason: nil) } else { self }
  }

  /// What kind of message it is; nil for what is none.
  public var messageKind: MessageKind? {
    switch self {
    case .text: .text
    case .sealed: .sealed
    case .file: .file
    case .erased: .erased
    default: nil
    }
  }

  enum Event: String, CaseIterable {
    case messageSent = "MessageSent"
    case chatOpened = "ChatOpened"
    case formSent = "FormSent"
    case agentJoinedChat = "AgentJoinedChat"
    case agentLeftChat = "AgentLeftChat"
    case chatTransferred = "ChatTransferred"
    case transferEnded = "TransferEnded"
    case chatOffered = "ChatOffered"
    case offerEnded = "OfferEnded"
    case waitOverdue = "WaitOverdue"
    case chatEntrusted = "ChatEntrusted"
    case chatClosed = "ChatClosed"
    case fileExpired = "FileExpired"
    case answerEmailed = "AnswerEmailed"
    case answerOpened = "AnswerOpened"
    case answerReturned = "AnswerReturned"
    case answerLate = "AnswerLate"
    case questionReleased = "QuestionReleased"
    case questionAccepted = "QuestionAccepted"
    case questionDeclined = "QuestionDeclined"
    case questionUndelivered = "QuestionUndelivered"
    case answerRated = "AnswerRated"
    case tipGiven = "TipGiven"
    case minuteChat = "MinuteChat"
    case noteAdded = "NoteAdded"
    case chatTagged = "ChatTagged"
    case ruleFollowed = "RuleFollowed"
    case messageEdited = "MessageEdited"
    case messageDeleted = "MessageDeleted"
    case chatHandedOver = "ChatHandedOver"
    case chatWon = "ChatWon"
    case chatUnwon = "ChatUnwon"
    case contactsMasked = "ContactsMasked"
  }
}

extension Body.Event {
  fileprivate init(_ outcome: ChatOutcome, isOn: Bool) {
    switch outcome {
    case .handedOver: self = .chatHandedOver
    case .won: self = isOn ? .chatWon : .chatUnwon
    }
  }
}

extension DealNews.Step {
  var event: Body.Event {
    switch self {
    case .late: .answerLate
    case .released: .questionReleased
    case .accepted: .questionAccepted
    case .declined: .questionDeclined
    case .undelivered: .questionUndelivered
    }
  }
}

extension LetterNews.Step {
  var event: Body.Event {
    switch self {
    case .emailed: .answerEmailed
    case .opened: .answerOpened
    case .returned: .answerReturned
    }
  }
}

public enum MessageKind: String, Sendable, CaseIterable, Codable, JSONWritable {
  case text, sealed, file, erased
}

/// Whether the visitor still has to send the form before writing.
public enum FormState: String, Sendable, CaseIterable, Codable, JSONWritable {
  case needed, sent
}
