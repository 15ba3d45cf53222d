import Base

/// What somebody wants to happen in a conversation.
public enum Command: Equatable, Sendable {
  /// The lead form came on screen.
  case open(newChat: ChatID)
  /// The lead form was filled in and checked.
  case sendForm(newChat: ChatID)
  /// Form and message in one, as the widget offers it while nobody is there.
  case leaveMessage(newChat: ChatID, Message)
  /// A message; after a closed chat it opens the next one.
  case send(newChat: ChatID, Message)
  /// The visitor waits no longer: what was written stays with the team, as if it had been left while nobody was there.
  case entrust
  /// An agent writes first: they are in the chat that this opens, or in the one that is open. `formSent`: the visitor is known.
  case begin(newChat: ChatID, formSent: Bool)
  case join
  case leave
  /// An agent who is in the chat asks a colleague to take it over, and leaves it or stays.
  case transfer(to: Colleague, leaves: Bool, reason: String)
  case close
  /// The time for filling in the form is over.
  case expire
  /// Whoever was asked to take the chat over, or to take it first, had the time to come.
  case endTransfer
  /// A chat that waits is somebody's turn, for so many seconds.
  case offer(to: Colleague, seconds: Int64)
  /// Within so many seconds somebody should have come to who waits.
  case noteWait(seconds: Int64)
  /// Within so many seconds somebody should have answered what the visitor asked then, with them in the chat.
  case noteSilence(asked: Moment, seconds: Int64)
  /// The time for which a file is kept is over; `of` is the number of its message.
  case expireFile(FileID, of: Int64)
  /// A letter with answers was taken, opened or sent back.
  case noteLetter(LetterNews)
  /// A paid answer takes longer, or did not come in time.
  case noteDeal(DealNews)
  /// A customer rates an answer, or gives a tip for it.
  case thank(Thanks)
  /// Something happened to a chat by the minute; the request for one opens a chat.
  case noteMinutes(newChat: ChatID, MinuteNews)
  /// Something for the team alone; nobody has to join for it.
  case note(TeamNote, clientID: String)
  /// The visitor opens an invitation of the website: it is said in the chat that this opens, or in the one that is open.
  case invite(newChat: ChatID, formSent: Bool, offline: Bool, Message)
  /// What is on the chat and what is not yet, of what was asked for; nobody has to join for it.
  case tag(TagChange)
  /// A rule of the website with this name is followed; what it does comes by commands of the clock after it.
  case noteRule(name: String)
  /// The chat goes on in another messenger, or brought what it was for; nobody has to join for it.
  case record(ChatOutcome, isOn: Bool)
  /// A message is written again by its author, or deleted.
  case revise(Revision, Written)
}

/// Who wants it, with what the rules ask about them.
public enum Party: Equatable, Sendable {
  case visitor(Asker)
  /// An account that may answer here, under the name and drawing of its assignment.
  case agent(AccountID, name: String, avatar: String)
  case clock
}

public struct Asker: Equatable, Sendable {
  public var name: String
  /// The lead form was sent once; it is not asked for again.
  public var formSent: Bool
  /// An agent of the site is there.
  public var siteOnline: Bool

  public init(name: String, formSent: Bool, siteOnline: Bool) {
    self.name = name
    self.formSent = formSent
    self.siteOnline = siteOnline
  }
}

/// Somebody else who may answer here, under the name of their assignment.
public struct Colleague: Equatable, Sendable {
  public let id: AccountID
  public let name: String

  public init(id: AccountID, name: String) {
    self.id = id
    self.name = name
  }
}

public struct Message: Equatable, Sendable {
  /// The sender's own id: the same at every retry.
  public let clientID: String
  public let content: Content

  public init(clientID: String, content: Content) {
    self.clientID = clientID
    self.content = content
  }
}

/// A message that is to be changed, as the log has it now.
public struct Written: Equatable, Sendable {
  /// Nil for the visitor.
  public let by: AccountID?
  public let text: String
  /// Until when its author may change it.
  public let openUntil: Moment

  public init(by: AccountID?, text: String, openUntil: Moment) {
    self.by = by
    self.text = text
    self.openUntil = openUntil
  }
}

/// What a message says. Whoever wants its words asks `readableText` and copes with nil.
public enum Content: Equatable, Sendable {
  case text(String)
  /// End-to-end encrypted: bytes that only the parties can read.
  case sealed(scheme: String, key: String, bytes: [UInt8])
  /// A file that was checked and stored; its name is what there is to read.
  case file(AttachedFile)
  /// Nothing of it is left but that it was said.
  case erased

  public var readableText: String? {
    switch self {
    case .text(let text): text
    case .sealed, .erased: nil
    case .file(let file): file.name
    }
  }
}
