import Base
import Crypto
import Outside
import Store
import Synchronization
import Web

/// Texting: text messages (SMS) to telephones and back, through a gateway that speaks as Twilio does.
///
/// - `Phones/` has whose number it is: proved by a code, sealed, shown to nobody but its owner, and there in two digits.
/// - `Sending/` posts a text in the transaction that makes it necessary; a job hands it over. A conversation leaves from one of our numbers, so
///   that neither side learns the other's and an answer finds its way back.
/// - `Receiving/` takes what the gateway tells: what became of a text, STOP and START, and answers, each once.
///
/// A class, because everybody shares who takes answers.
public final class Texting: Sendable {
  let settings: TextingSettings
  let store: any Store
  let jobs: Jobs
  let ids: IDMaker
  let clock: WallClock
  let web: WebFront
  /// How the house signs.
  let house: String
  let seal: PhoneSeal
  let gateway: TextGateway?
  private let taker = Mutex<AnswerTaker?>(nil)
  private let loss = Mutex<LossTeller?>(nil)

  public init(
    settings: TextingSettings, store: any Store, jobs: Jobs, ids: IDMaker, clock: WallClock, web: WebFront, house: String,
    key: SymmetricKey, ask: @escaping @Sendable (HTTPQuestion) async throws -> HTTPAnswer
  ) {
    self.settings = settings
    self.store = store
    self.jobs = jobs
    self.ids = ids
    self.clock = clock
    self.web = web
    self.house = house
    seal = PhoneSeal(key)
    gateway = if case .gateway(let account) = settings.way { TextGateway(account, ask: ask) } else { nil }
  }

  /// Whether texts go anywhere: a gateway or a folder is set.
  public var isOn: Bool { settings.way != .off }

  /// Where texts are written to instead of being sent; nil when they are sent.
  public var folder: TextFolder? { if case .folder(let path) = settings.way { TextFolder(path: path) } else { nil } }

  /// While the slices are plugged together: who takes what a telephone answers to a conversation.
  ///
  /// - Parameters:
  ///   - locks: the rows that it decides about.
  ///   - take: called once for each answer, in the transaction that notes that it came. What it refuses is noted as refused.
  public func onAnswer(
    locking locks: @escaping @Sendable (TextAnswer) -> [Lock], _ take: @escaping @Sendable (any Session, TextAnswer) throws -> Void
  ) {
    taker.withLock { $0 = AnswerTaker(locks: locks, take: take) }
  }

  var answerTaker: AnswerTaker? { taker.withLock { $0 } }

  /// While the slices are plugged together: who is told of a conversation's text that will not come, once, in the transaction that writes
  /// it down.
  public func onLoss(_ tell: @escaping @Sendable (any Session, ConversationID, Moment) throws -> Void) { loss.withLock { $0 = tell } }

  func tellLoss(of text: TextMessageID, in session: any Session) throws {
    guard let conversation = try session.conversation(of: text) else { return }
    try loss.withLock { $0 }?(session, conversation, clock.now)
  }

  public func register(on routes: Routes) {
    PhoneRoutes(texting: self).register(on: routes)
    TextWebhooks(texting: self).register(on: routes)
  }
}

/// What a telephone said to what a conversation sent it.
public struct TextAnswer: Hashable, Sendable {
  public let conversation: ConversationID
  /// Whose telephone it is.
  public let account: AccountID
  public let text: String
  /// By which the gateway knows it.
  public let sid: String
  public let at: Moment
}

typealias LossTeller = @Sendable (any Session, ConversationID, Moment) throws -> Void

struct AnswerTaker: Sendable {
  let locks: @Sendable (TextAnswer) -> [Lock]
  let take: @Sendable (any Session, TextAnswer) throws -> Void
}
