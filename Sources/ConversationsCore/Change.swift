import Base

/// What is about to become true, or became true: one entry of the log.
public struct Change: Equatable, Sendable {
  public let at: Moment
  public let by: Author
  public let fact: Fact

  public init(at: Moment, by: Author, fact: Fact) {
    self.at = at
    self.by = by
    self.fact = fact
  }

  /// The visitor is not told that it happened.
  public var isForTeam: Bool {
    switch fact {
    case .noted, .tagged, .offered, .offerEnded, .ruled, .outcome(.won, _): true
    default: false
    }
  }

  public enum Author: Equatable, Sendable {
    case visitor(name: String)
    case agent(Answerer)
    case nobody
  }

  public enum Fact: Equatable, Sendable {
    case opened(ChatID, form: Chat.Form, offline: Bool)
    case formSent
    case said(Message)
    /// `transferred`: whom somebody had asked to take the chat over.
    case joined(transferred: Bool)
    /// `last`: nobody is left, so the chat waits again. `silentSince`: it was taken from whoever did not answer what was asked then.
    case left(last: Bool, silentSince: Moment? = nil)
    /// A colleague was asked to take the chat over, for a reason that the team alone reads.
    case transferred(to: Colleague, reason: String)
    /// The colleague did not come. `last`: nobody else is in the chat, so it waits for everybody.
    case transferEnded(last: Bool)
    /// It is a colleague's turn to take the chat.
    case offered(to: Colleague, until: Moment)
    /// Their turn is over, and they did not come.
    case offerEnded
    /// Nobody came in time: whoever watches over the team is told.
    case waitOverdue
    case entrusted
    case closed(unwritten: Bool)
    /// The file of the message `of` was deleted.
    case fileExpired(FileID, of: Int64)
    case letter(LetterNews)
    case deal(DealNews)
    case thanked(Thanks)
    case minutes(MinuteNews)
    /// Written for the team alone.
    case noted(TeamNote, clientID: String)
    /// The team calls the chat by other words.
    case tagged(TagChange)
    /// A rule of the website with this name was followed.
    case ruled(name: String)
    case revised(Revision)
    /// What became of the chat. `isOn`: an agent takes it back otherwise.
    case outcome(ChatOutcome, isOn: Bool)
    /// Addresses and numbers were hidden in the line before.
    case masked
  }
}
