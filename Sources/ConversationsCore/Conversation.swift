import Base

/// What a decision about a conversation needs to know: the fold of its log.
///
/// The rules are a pure state machine: `decide` turns a command into changes, `apply` makes them so. Every change is one entry of the
/// log, so folding the log gives the state again; `parley doctor` does that and compares. There is no clock, database or network here.
/// The table of all transitions is `docs/transitions.md`, kept true by a test that walks it.
public struct Conversation: Equatable, Sendable {
  /// The number of the last entry; 0 for none.
  public var head: Int64
  /// The number of the last entry that the visitor may see.
  public var publicHead: Int64
  /// How many messages the visitor wrote, ever.
  public var asked: Int64
  /// The number up to which it is known what became of letters with answers, and up to which a letter's link was followed; 0 for none.
  public var lettersSettled: Int64
  public var lettersOpened: Int64
  /// The number up to which it was said that answers take longer, and that nobody answered in time; 0 for none.
  public var dealsLate: Int64
  public var dealsReleased: Int64
  /// The number up to which what was left for an expert was accepted or declined; 0 for none.
  public var dealsJudged: Int64
  /// The latest chat; nil before the first.
  public var chat: Chat?
  /// Everybody who ever answered here, by the time of their first joining: the order gives the colours.
  public var answerers: [Answerer]

  public init(
    head: Int64 = 0, publicHead: Int64 = 0, asked: Int64 = 0, lettersSettled: Int64 = 0, lettersOpened: Int64 = 0, dealsLate: Int64 = 0,
    dealsReleased: Int64 = 0, dealsJudged: Int64 = 0, chat: Chat? = nil, answerers: [Answerer] = []
  ) {
    self.head = head
    self.publicHead = publicHead
    self.asked = asked
    self.lettersSettled = lettersSettled
    self.lettersOpened = lettersOpened
    self.dealsLate = dealsLate
    self.dealsReleased = dealsReleased
    self.dealsJudged = dealsJudged
    self.chat = chat
    self.answerers = answerers
  }

  /// The answerers who are in the chat now.
  public var here: [Answerer] { answerers.filter(\.here) }

  public func isHere(_ account: AccountID) -> Bool { answerers.contains { $0.id == account && $0.here } }

  /// The colour of the next new answerer: 1, 2, 3 … by the order of joining, the same for every reader.
  var nextColour: Int { (answerers.map(\.colour).max() ?? 0) + 1 }
}

/// One round inside a conversation. At most one is open.
public struct Chat: Equatable, Sendable {
  /// An unwritten chat leaves Waiting after this time: the form was opened and left.
  public static let formLimitSeconds: Int64 = 600
  /// Whoever was asked to take a chat over loses it after this time: a silent colleague keeps nobody waiting.
  public static let transferLimitSeconds: Int64 = 120

  public enum Phase: String, CaseIterable, Sendable {
    case waiting, active, closed
  }

  public enum Form: String, CaseIterable, Sendable {
    case needed, sent
  }

  /// Who was asked to take the chat over, or whose turn it is, and has not come yet.
  public struct Transfer: Equatable, Sendable {
    public let to: AccountID
    public let since: Moment
    public let until: Moment
    /// It is their turn; no colleague asked, and the visitor knows nothing of it.
    public let isOffer: Bool

    public init(to: AccountID, since: Moment) {
      self.to = to
      self.since = since
      until = since.adding(seconds: transferLimitSeconds)
      isOffer = false
    }

    public init(offeredTo account: AccountID, since: Moment, until: Moment) {
      to = account
      self.since = since
      self.until = until
      isOffer = true
    }
  }

  /// It waits for the whole team, also while it is somebody's turn.
  public var waitsForTeam: Bool { phase == .waiting && !offline && (transfer?.isOffer ?? true) }

  public enum Closer: Equatable, Sendable {
    case visitor
    case agent(AccountID)
    case nobody
  }

  public let id: ChatID
  public var phase: Phase
  public var form: Form
  /// It began as an offline message: it waits without a clock.
  public var offline: Bool
  /// The visitor sent the form or a message: only then it counts as a chat.
  public var written: Bool
  public var openedAt: Moment
  /// Since when it waits for an agent; nil for an offline message and for a chat that does not wait.
  public var waitingSince: Moment?
  public var firstMessageAt: Moment?
  /// The first human answer.
  public var firstAnswerAt: Moment?
  public var closedAt: Moment?
  public var closedBy: Closer?
  public var transfer: Transfer?
  /// It was said that nobody came in time; until somebody comes.
  public var overdue: Bool

  public init(
    id: ChatID, phase: Phase, form: Form, offline: Bool, written: Bool, openedAt: Moment, waitingSince: Moment? = nil,
    firstMessageAt: Moment? = nil, firstAnswerAt: Moment? = nil, closedAt: Moment? = nil, closedBy: Closer? = nil,
    transfer: Transfer? = nil, overdue: Bool = false
  ) {
    self.id = id
    self.phase = phase
    self.form = form
    self.offline = offline
    self.written = written
    self.openedAt = openedAt
    self.waitingSince = waitingSince
    self.firstMessageAt = firstMessageAt
    self.firstAnswerAt = firstAnswerAt
    self.closedAt = closedAt
    self.closedBy = closedBy
    self.transfer = transfer
    self.overdue = overdue
  }
}

/// Somebody who answers, under the pseudonym and the drawing that the visitor sees.
public struct Answerer: Equatable, Sendable {
  public let id: AccountID
  public var name: String
  public var avatar: String
  /// 1, 2, 3 … in the order of first joining, for life.
  public var colour: Int
  public var here: Bool

  public init(id: AccountID, name: String, avatar: String, colour: Int, here: Bool) {
    self.id = id
    self.name = name
    self.avatar = avatar
    self.colour = colour
    self.here = here
  }
}
