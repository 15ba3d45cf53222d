import Access
import Base
import Live
import NIOCore
import Sites
import Store
import Synchronization
import Web
import Wire

/// One connection: who is at the other end, what they follow, and what they may do there.
///
/// Frames come in on the connection's event loop, in order; writes are queued from there by a plain call, so they keep that order.
/// What must read first (a greeting, a subscription) runs beside, and answers when it has read. A class, because the connection, the
/// hub and the events of other slices share it.
final class Line: ConnectionHandler, Sendable {
  /// Topics that one connection may follow at once.
  static let topicLimit = 400

  /// Commands that may wait behind one subscription.
  static let waitingLimit = 64

  enum Role: Sendable {
    /// Nothing is answered before the hello.
    case stranger
    /// The hello is being looked at.
    case greeting
    case visitor(Guest)
    case account(SignedIn)
  }

  struct Guest: Sendable, Hashable {
    let id: VisitorID
    let site: SiteID
    let conversation: ConversationID
    /// What the form must have, as of the hello or the site's last change.
    var form: SiteForm
    var formSent: Bool
    /// Where the site's pages are, as of the hello.
    let origins: [Origin]
    /// Whom a paid thread is with.
    let expert: AccountID?
    /// By which they came, where it was not the website's own key.
    let link: ThreadLink?
    /// The team is shown what they type, as of the hello, which the widget says to them.
    let showsTyping: Bool

    /// The live list that the conversation stands in.
    var list: Topic { .list(of: expert, at: site) }
  }

  /// What was asked at the door when a chat was subscribed.
  struct ChatRights: Sendable, Hashable {
    let site: SiteID
    let asker: VisitorID
    var mayWrite: Bool
    /// Write for the team alone; nowhere in a paid thread, which is between two.
    let mayNote: Bool
  }

  struct State {
    var role = Role.stranger
    /// What an account showed; it is looked at again every minute.
    var credential: Credential?
    /// False for a page that only shows notices: whoever reads their profile is not at the desk.
    var countsAsThere = false
    var chats: [ConversationID: ChatRights] = [:]
    var topics: Set<Topic> = []
    /// Commands that came while the door was being asked about their topic: a client need not wait for the answer.
    var waiting: [Topic: [(command: WireCommand, id: String?)]] = [:]
    var language = Language.english
    /// Ends when the last typing or viewing frame was told: the next one must not overtake it.
    var told: EventLoopFuture<Void>?
    /// Ends when rights were last looked at.
    var rechecked: EventLoopFuture<Void>?
  }

  let house: Conversations
  /// What the upgrade said.
  let arrival: Arrival
  let state: Mutex<State>

  init(house: Conversations, arrival: Arrival) {
    self.house = house
    self.arrival = arrival
    var state = State()
    state.language = arrival.chosenLanguage ?? arrival.language
    self.state = Mutex(state)
  }

  /// What is known of a connection before its first frame.
  struct Arrival: Sendable {
    let origin: String?
    /// Whether the origin is one of Parley's own pages.
    let isOwnOrigin: Bool
    /// The session of the browser, or the token of a program; nil where neither came along.
    let credential: Credential?
    let address: ClientAddress
    let userAgent: String
    /// What this browser chose on a page; it goes before the account's own.
    let chosenLanguage: Language?
    /// What the browser asks for.
    let language: Language

    var isProgram: Bool { if case .bearer = credential { true } else { false } }
  }

  var actor: Access.Actor {
    state.withLock { state in
      switch state.role {
      case .stranger, .greeting: .signedOut
      case .visitor(let guest): .visitor(guest.id, of: guest.site)
      case .account(let person): .account(person.member)
      }
    }
  }

  /// Whose session it depends on.
  var account: AccountID? {
    switch state.withLock({ $0.role }) {
    case .account(let person): person.member.id
    case .visitor(let guest): if case .session(let account, _) = guest.link?.holder { account } else { nil }
    case .stranger, .greeting: nil
    }
  }

  /// Whether what it may do can end while it is open: not for a website's visitor, who is known by the own key.
  var isLimited: Bool {
    switch state.withLock({ $0.role }) {
    case .account: true
    case .visitor(let guest): guest.link != nil
    case .stranger, .greeting: false
    }
  }

  func opened(_ connection: Connection) {}

  func closed(_ connection: Connection) {
    switch state.withLock({ $0.role }) {
    case .visitor(let guest): house.presence.left(visitorKey(guest))
    case .account(let person): if state.withLock({ $0.countsAsThere }) { house.presence.left(Desk.key(person.member.id)) }
    case .stranger, .greeting: break
    }
  }

  func received(_ text: ByteBuffer, on connection: Connection) {
    take(ClientFrame(text.readableBytesView), on: connection)
  }

  func take(_ request: ClientFrame, on connection: Connection) {
    let role = state.withLock { $0.role }
    switch (request.command, role) {
    case (.success(.hello(let hello)), .stranger): greet(hello, on: connection)
    case (.success(.pong), _): break
    case (.success(let command), .visitor), (.success(let command), .account):
      if !waits(command, id: request.id, on: connection) { answer(command, id: request.id, on: connection) }
    case (.failure(let refusal), .visitor), (.failure(let refusal), .account): refuse(refusal, id: request.id, on: connection)
    case (.failure(let refusal), _):
      turnAway(refusal, CloseCode(refusal), on: connection)
    case (.success, _): turnAway(Refusal(.notUnderstood), .notUnderstood, on: connection)
    }
  }

  /// - Parameter topic: the subscription that has just ended, where the refusal answers no command.
  func refuse(_ error: any Error, id: String?, topic: Topic? = nil, on connection: Connection) {
    let refusal = house.refusal(for: error)
    let texts = house.web.texts(state.withLock { $0.language })
    connection.send(Refused(id: id, topic: topic, refusal, text: texts[refusal], fields: refusal.fields.mapValues { texts[$0] }))
  }

  func turnAway(_ error: any Error, _ code: CloseCode, on connection: Connection) {
    refuse(error, id: nil, on: connection)
    connection.close(code)
  }
}
