/// What an administrator can switch off and on for one website, at once and without a release (C20c).
///
/// A capability that is new stands here first, off by default, and goes to the websites one by one. Each names its front door, which asks
/// inside its transaction; what pages offer follows from the same answer. A test walks all of them.
public enum Feature: String, CaseIterable, Sendable, Comparable {
  /// Asked in `MessageToll.ask`.
  case paidQuestions
  /// Asked in `MessageToll.ask`. Where it is off, what is sent to who is not there is a question as any other.
  case offlineMessages
  /// Asked in `MinuteDesk.start`. Chats that run go on to their end.
  case minuteChats
  /// Asked in `MessageToll.thank`.
  case tips
  /// Asked in `MessageToll.thank`, and in `Conversations.rate` for chats of the website. Ratings that were given stay.
  case ratings
  /// Asked in `Deals.dispute`. Disputes that are open are decided.
  case disputes
  /// Asked when a file is uploaded. What was sent stays.
  case files
  /// Asked before an answer goes to who is away by letter.
  case answersByMail
  /// Asked when a visitor says hello: off unless somebody switches it on. The widget then says so where one writes.
  case typingPreview

  public var isOnByDefault: Bool {
    switch self {
    case .paidQuestions, .offlineMessages, .minuteChats, .tips, .ratings, .disputes, .files, .answersByMail: true
    case .typingPreview: false
    }
  }

  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  public static func < (left: Feature, right: Feature) -> Bool { left.place < right.place }
}
