import Base

/// The rules of a conversation, as a pure state machine: who may do what, when, and what becomes true by it.
///
/// `Conversation.decide` turns a command into changes, `Conversation.apply` makes them so. Every change is one entry of the log, so
/// folding the log gives the state again; `parley doctor` does that and compares. There is no clock, database or network in here.
/// The table of all transitions is `docs/transitions.md`, kept true by a test that walks it.
public enum ConversationsCore {
  /// An unwritten chat leaves Waiting after this time: the form was opened and left.
  public static let formPendingSeconds: Int64 = 600
}
