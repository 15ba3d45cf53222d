import Base

/// What a client can ask for, once decoded: its shape is right, whether it is allowed is not yet asked.
public enum Command: Hashable, Sendable {
  case hello(Hello)
  /// `since` is the last number of the log that the client holds, 0 for none.
  case subscribe(Topic, since: Int64)
  case unsubscribe(Topic)
  case open(Topic)
  case form(Topic, LeadForm)
  case offline(Topic, LeadForm, Message)
  case send(Topic, Message)
  /// A file that was uploaded, as a message.
  case sendFile(Topic, client: String, FileID, agreed: Agreement)
  /// What an expert does with what was left for them.
  case judge(Topic, accepts: Bool)
  case rate(Topic, Rating)
  /// So many units for the answer with the number `of`; in which unit, its thread knows.
  case tip(Topic, of: Int64, units: Int64, client: String)
  /// Writes an own message again, or deletes it.
  case revise(Topic, Revision)
  /// For the team alone.
  case note(Topic, Note)
  /// Puts tags on a chat, and takes others off it.
  case tag(Topic, add: [TagID], remove: [TagID])
  case macro(Topic, Macro)
  /// The chat goes on in another messenger, or brought what it was for.
  case record(Topic, ChatOutcome, isOn: Bool)
  /// `text`: what a visitor has typed so far, where the website shows it to its team.
  case typing(Topic, on: Bool, text: String? = nil)
  /// What somebody does about a chat by the minute; whoever starts one says the price of a minute that they were shown.
  case minutes(Topic, MinuteDeed, rate: Int64?)
  /// Said every few seconds while a chat by the minute goes on: who says it no more is gone.
  ///
  /// `over`: they know of its end, which may be said once nobody can be found to have gone before.
  case beat(Topic, MinuteSessionID, over: Bool)
  /// Somebody of the team has the chat open, or no longer: said to the colleagues who look at it, too.
  case view(Topic, on: Bool)
  /// What an account wrote in a conversation and did not send, for its other devices.
  case draft(Topic, Draft)
  case mark(Topic, delivered: Int64, seen: Int64)
  /// The visitor waits no longer and leaves it with the team.
  case entrust(Topic)
  /// Writes first to a visitor with whom no chat is open.
  case begin(Topic, Message)
  case join(Topic)
  case leave(Topic)
  /// Asks a colleague to take the chat over; a reason is for the team alone.
  case transfer(Topic, to: AccountID, leaves: Bool, reason: String)
  case close(Topic)
  case status(AgentStatus)
  case page(PageSeen)
  /// One notice of the topic, or all of them.
  case read(Topic, NoticeID?)
  case archive(Topic, NoticeID?)
  case pong
}

/// How a client introduces itself.
public enum Hello: Hashable, Sendable {
  case visitor(VisitorHello)
  /// Known by the cookie of the upgrade.
  case account
  /// The same from a page that only shows notices: whoever has it open does not count as there.
  case watcher
  /// A page of ours in a frame of a website, which has no cookie there: known by the token that it holds.
  case embedded(token: String, watches: Bool)
}
