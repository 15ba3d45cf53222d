/// What became of a chat besides its words: it goes on in another messenger, or brought what it was for.
public enum ChatOutcome: String, CaseIterable, Hashable, Sendable {
  case handedOver, won
}
