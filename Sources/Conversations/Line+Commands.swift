import Access
import Base
import ConversationsCore
import Live
import NIOCore
import Notifications
import Sites
import Store
import Wire

extension Line {
  func answer(_ command: WireCommand, id: String?, on connection: Connection) {
    do throws(Refusal) {
      try admitProgram(command)
      switch command {
      case .hello: throw Refusal(.notUnderstood)
      case .pong: break
      case .subscribe(let topic, let since): try subscribe(topic, since: since, id: id, on: connection)
      case .unsubscribe(let topic): unsubscribe(topic, id: id, on: connection)
      case .open(let topic): try perform(.open(newChat: house.newChat()), in: topic, id: id, as: .asker, on: connection)
      case .form(let topic, let form): try sendForm(form, in: topic, id: id, on: connection)
      case .offline(let topic, let form, let message): try leave(message, with: form, in: topic, id: id, on: connection)
      case .send(let topic, let message): try send(message, in: topic, id: id, on: connection)
      case .sendFile(let topic, let client, let file, let agreed):
        try send(file, client: client, agreed: agreed, in: topic, id: id, on: connection)
      case .judge(let topic, let accepts): try judge(accepts, in: topic, id: id, on: connection)
      case .rate(let topic, let rating): try rate(rating, in: topic, id: id, on: connection)
      case .tip(let topic, let n, let units, let client):
        try tip(units, for: n, client: client, in: topic, id: id, on: connection)
      case .minutes(let topic, let deed, let rate): try act(deed, rate: rate, in: topic, id: id, on: connection)
      case .beat(let topic, let session, let over): try beat(of: session, isOver: over, in: topic, id: id, on: connection)
      case .entrust(let topic): try perform(.entrust, in: topic, id: id, as: .asker, on: connection)
      case .begin(let topic, let message): try begin(with: message, in: topic, id: id, on: connection)
      case .join(let topic): try join(topic, id: id, on: connection)
      case .leave(let topic): try perform(.leave, in: topic, id: id, as: .agent, on: connection)
      case .transfer(let topic, let colleague, let leaves, let reason):
        try transfer(topic, to: colleague, leaves: leaves, reason: reason, id: id, on: connection)
      case .close(let topic): try perform(.close, in: topic, id: id, as: .either, on: connection)
      case .revise(let topic, let revision): try revise(revision, in: topic, id: id, on: connection)
      case .note(let topic, let note): try write(note, in: topic, id: id, on: connection)
      case .tag(let topic, let add, let remove): try tag(topic, add: add, remove: remove, id: id, on: connection)
      case .macro(let topic, let macro): try run(macro, in: topic, id: id, on: connection)
      case .record(let topic, let outcome, let isOn): try record(outcome, isOn: isOn, in: topic, id: id, on: connection)
      case .typing(let topic, let on, let text): try type(on, text, in: topic, on: connection)
      case .view(let topic, let on): try view(topic, on, on: connection)
      case .draft(let topic, let draft): try keep(draft, in: topic, id: id, on: connection)
      case .mark(let topic, let delivered, let seen): try mark(topic, delivered: delivered, seen: seen)
      case .status(let status): try setStatus(status, id: id, on: connection)
      case .read(let topic, let notice): try tidy(topic, id: id, on: connection) { try await $0.read(notice, of: $1) }
      case .archive(let topic, let notice): try tidy(topic, id: id, on: connection) { try await $0.archive(notice, of: $1) }
      case .page(let page): try look(at: page, by: visiting(), on: connection)
      }
    } catch {
      refuse(error, id: id, on: connection)
    }
  }

  /// Which side of a conversation a command belongs to.
  enum Side { case asker, agent, either }

  /// The conversation and the doer of a command, as the door allowed at subscription.
  func place(_ topic: Topic, as side: Side) throws(Refusal) -> (conversation: ConversationID, doer: Doer) {
    guard case .chat(let conversation) = topic else { throw Refusal(.notUnderstood) }
    let (role, rights) = state.withLock { ($0.role, $0.chats[conversation]) }
    switch (role, side) {
    case (.visitor(let guest), .asker), (.visitor(let guest), .either):
      guard guest.conversation == conversation else { throw Refusal(.notAllowed) }
      return (conversation, .visitor(siteOnline: house.isAnswered(guest)))
    case (.account(let person), .agent), (.account(let person), .either):
      guard let rights else { throw Refusal(.notAllowed) }
      guard rights.mayWrite else { throw Refusal(.readOnly) }
      return (conversation, .agent(person.member.id))
    default: throw Refusal(.notAllowed)
    }
  }

  private func perform(_ command: ConversationsCore.Command, in topic: Topic, id: String?, as side: Side, on connection: Connection)
    throws(Refusal)
  {
    let (conversation, doer) = try place(topic, as: side)
    connection.began()
    house.submit(command, in: conversation, by: doer, then: answer(id, on: connection))
  }

  private func send(_ message: WireMessage, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .either)
    let text = try checked(message.text)
    try admitMessage()
    let said = ConversationsCore.Message(clientID: message.client, content: .text(text))
    connection.began()
    house.submit(
      .send(newChat: house.newChat(), said), in: conversation, by: doer, agreed: message.agreed, locking: locks(of: topic)
    ) { [self] result in
      acknowledge(result, of: message.client, in: topic, id: id, on: connection)
    }
  }

  private func send(
    _ file: FileID, client: String, agreed: Agreement, in topic: Topic, id: String?, on connection: Connection
  ) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .either)
    try admitMessage()
    connection.began()
    house.submit(file, client: client, in: conversation, by: doer, agreed: agreed, locking: locks(of: topic)) { [self] result in
      acknowledge(result, of: client, in: topic, id: id, on: connection)
    }
  }

  private func revise(_ revision: Revision, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .either)
    if let text = revision.text { _ = try checked(text) }
    try admitMessage()
    connection.began()
    house.submit(revision, in: conversation, by: doer, then: answer(id, on: connection))
  }

  /// What the team alone may read.
  private func write(_ note: Note, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .agent)
    try requireTeam(in: conversation)
    let text = try checked(note.text)
    try admitMessage()
    connection.began()
    house.submit(Note(client: note.client, text: text, mentions: note.mentions), in: conversation, by: doer) { [self] result in
      acknowledge(result, of: note.client, in: topic, id: id, on: connection)
    }
  }

  /// A paid thread is between two and has no team.
  func requireTeam(in conversation: ConversationID) throws(Refusal) {
    guard state.withLock({ $0.chats[conversation]?.mayNote }) == true else { throw Refusal(.notAllowed) }
  }

  /// Who pays for every message is as quick as an agent (E78b).
  func admitMessage() throws(Refusal) {
    if case .visitor(let guest) = state.withLock({ $0.role }), guest.expert != nil {
      try house.web.limiter.admit(.messages, party: .agent, key: "visitor.\(guest.id)", at: house.clock.now)
    } else {
      try house.web.limiter.admit(.messages, by: actor, from: arrival.address, at: house.clock.now)
    }
  }

  /// An expert's promises are counted: two customers who ask at once are asked about one after the other.
  private func locks(of topic: Topic) -> [Lock] {
    guard case .visitor(let guest) = state.withLock({ $0.role }), let expert = guest.expert else { return [] }
    return [.account(expert)]
  }

  private func acknowledge(
    _ result: Result<Performed, any Error>, of client: String, in topic: Topic, id: String?, on connection: Connection
  ) {
    defer { connection.ended() }
    switch result {
    case .success(let performed):
      guard let known = performed.acknowledged else { preconditionFailure("A message that was taken has a number") }
      connection.send(Acknowledged(id: id, topic: topic, client: client, n: known.n, at: known.at))
    case .failure(let error): refuse(error, id: id, on: connection)
    }
  }

  private func rate(_ rating: Rating, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let text = rating.text.unicodeScalars.contains { !$0.properties.isWhitespace } ? rating.text : ""
    guard text.unicodeScalars.count <= Rating.textLimit else {
      throw Refusal(.textTooLong, arguments: ["limit": String(Rating.textLimit)])
    }
    guard !text.utf8.contains(0) else { throw Refusal(.textHasNull) }
    let rating = Rating(of: rating.of, stars: rating.stars, text: text)
    try thank(in: topic, id: id, on: connection) { _ in .rating(rating) }
  }

  /// Whoever came by a letter's link reads and writes; money goes only from who is signed in.
  private func tip(
    _ units: Int64, for n: Int64, client: String, in topic: Topic, id: String?, on connection: Connection
  ) throws(Refusal) {
    guard case .session = try visiting().link?.holder else { throw Refusal(.signInNeeded) }
    guard Tip.unitRange.contains(units) else { throw Refusal(.amountInvalid) }
    try thank(in: topic, id: id, on: connection) { .tip(Tip(of: n, units: Units(units, $0), client: client)) }
  }

  /// What somebody does about a chat by the minute; money goes only from who is signed in.
  private func act(_ deed: MinuteDeed, rate: Int64?, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .either)
    let side = try minuteSide(doer)
    guard deed.side == nil || deed.side == side else { throw Refusal(.notAllowed) }
    try admitMessage()
    connection.began()
    let rights = deed == .accept ? rightsLock(of: conversation) : []
    house.act(
      MinuteWish(deed: deed, side: side, rate: rate), in: conversation, by: doer, locking: rights, then: answer(id, on: connection))
  }

  /// Accepts or declines what was left for an expert.
  private func judge(_ accepts: Bool, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .agent)
    connection.began()
    let rights = accepts ? rightsLock(of: conversation) : []
    house.judge(in: conversation, by: doer, accepts: accepts, locking: rights, then: answer(id, on: connection))
  }

  /// Says that something that had begun is done, or what stood in the way.
  func answer<Value>(_ id: String?, on connection: Connection) -> @Sendable (Result<Value, any Error>) -> Void {
    { [self] result in
      defer { connection.ended() }
      switch result {
      case .success: connection.send(Done(id: id))
      case .failure(let error): refuse(error, id: id, on: connection)
      }
    }
  }

  private func beat(of session: MinuteSessionID, isOver: Bool, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .either)
    house.toll.beat(of: session, isOver: isOver, in: conversation, by: try minuteSide(doer), at: house.clock.now)
    // It is said every few seconds: only who wants an answer gets one.
    if id != nil { connection.send(Done(id: id)) }
  }

  private func minuteSide(_ doer: Doer) throws(Refusal) -> MinuteSide {
    guard case .visitor = doer else { return .expert }
    guard case .session = try visiting().link?.holder else { throw Refusal(.signInNeeded) }
    return .customer
  }

  /// - Parameter thanks: made of the unit that the answer was paid in.
  private func thank(
    in topic: Topic, id: String?, on connection: Connection, _ thanks: @escaping @Sendable (CreditUnit) -> Thanks
  ) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .asker)
    try admitMessage()
    connection.began()
    house.thank(in: conversation, by: doer, thanks, then: answer(id, on: connection))
  }

  /// A text as it may stand in the log: not empty, nor of signs that nobody sees, not too long, without U+0000, which no engine keeps.
  func checked(_ text: String) throws(Refusal) -> String {
    guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace && !$0.properties.isDefaultIgnorableCodePoint }) else {
      throw Refusal(.textEmpty)
    }
    guard text.unicodeScalars.count <= Conversations.textLimit else {
      throw Refusal(.textTooLong, arguments: ["limit": String(Conversations.textLimit)])
    }
    guard !text.utf8.contains(0) else { throw Refusal(.textHasNull) }
    return text
  }

  private func sendForm(_ form: WireForm, in topic: Topic, id: String?, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .asker)
    let guest = try visiting()
    let lead = try guest.form.check(form.typed)
    connection.began()
    house.submit(.sendForm(newChat: house.newChat()), in: conversation, by: doer, lead: lead) { [self] result in
      defer { connection.ended() }
      switch result {
      case .success:
        formWasSent()
        connection.send(Done(id: id))
      case .failure(let error): refuse(error, id: id, on: connection)
      }
    }
  }

  private func leave(
    _ message: WireMessage, with form: WireForm, in topic: Topic, id: String?, on connection: Connection
  ) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .asker)
    let guest = try visiting()
    let lead = guest.formSent ? nil : try guest.form.check(form.typed)
    let text = try checked(message.text)
    try admitMessage()
    let said = ConversationsCore.Message(clientID: message.client, content: .text(text))
    connection.began()
    house.submit(.leaveMessage(newChat: house.newChat(), said), in: conversation, by: doer, lead: lead) { [self] result in
      if case .success = result { formWasSent() }
      acknowledge(result, of: message.client, in: topic, id: id, on: connection)
    }
  }

  private func formWasSent() {
    state.withLock { state in
      guard case .visitor(var guest) = state.role else { return }
      guest.formSent = true
      state.role = .visitor(guest)
    }
  }

  private func visiting() throws(Refusal) -> Guest {
    guard case .visitor(let guest) = state.withLock({ $0.role }) else { throw Refusal(.notAllowed) }
    return guest
  }

  private func type(_ on: Bool, _ text: String?, in topic: Topic, on connection: Connection) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .either)
    if on { house.toll.typed(in: conversation, by: doer.account == nil ? .customer : .expert, at: house.clock.now) }
    switch doer {
    case .visitor: house.visitorTyping(on, text, guest: try visiting())
    case .agent(let account):
      tellInTurn(on: connection) { [house] in
        guard let agent = try await house.store.read({ try $0.answerer(account, in: conversation) }) else { return }
        house.agentTyping(on, by: agent, in: conversation)
      }
    case .clock: break
    }
  }

  /// The page that a visitor looks at: the visit that goes on is there. It is counted by the widget's page view.
  ///
  /// - Throws: `notUnderstood` for a page that is none of the site's own: agents are shown it as a link.
  func look(at page: PageSeen, by guest: Guest, on connection: Connection) throws(Refusal) {
    let seen = try Site.page(url: page.url, title: page.title, among: guest.origins, at: house.clock.now)
    tellInTurn(on: connection) { [house] in try await house.sites.moved(guest.id, in: guest.conversation, at: guest.site, to: seen) }
  }

  /// Tells what has to be read first, in the order in which it was said. What cannot be read now is said again in some seconds.
  func tellInTurn(on connection: Connection, _ tell: @escaping @Sendable () async throws -> Void) {
    let before = state.withLock { $0.told } ?? connection.eventLoop.makeSucceededVoidFuture()
    let told = before.flatMapWithEventLoop { _, loop in loop.makeFutureWithTask(tell).recover { _ in } }
    state.withLock { $0.told = told }
  }

  private func mark(_ topic: Topic, delivered: Int64, seen: Int64) throws(Refusal) {
    let (conversation, doer) = try place(topic, as: .either)
    house.marks.note(
      MarkBook.Key(conversation: conversation, account: doer.account?.rawValue ?? visitorMark), Mark(delivered: delivered, seen: seen))
  }

  /// What somebody does to their own notices.
  private func tidy(
    _ topic: Topic, id: String?, on connection: Connection, _ work: @escaping @Sendable (Notifications, AccountID) async throws -> Void
  ) throws(Refusal) {
    guard case .notices(let account) = topic else { throw Refusal(.notUnderstood) }
    guard state.withLock({ $0.topics.contains(topic) }), actor.may(.write, .desk(account)) else { throw Refusal(.notAllowed) }
    connection.eventLoop.makeFutureWithTask { [house] in try await work(house.notifications, account) }
      .whenComplete { [self] result in
        switch result {
        case .success: connection.send(Done(id: id))
        case .failure(let error): refuse(error, id: id, on: connection)
        }
      }
  }

  private func setStatus(_ status: AgentStatus, id: String?, on connection: Connection) throws(Refusal) {
    guard case .account(let person) = state.withLock({ $0.role }) else { throw Refusal(.notAllowed) }
    connection.eventLoop.makeFutureWithTask { [house] in
      try await house.saveStatus(status, person.member.id)
    }
    .whenComplete { [self] result in
      switch result {
      case .success: connection.send(Done(id: id))
      case .failure(let error): refuse(error, id: id, on: connection)
      }
    }
  }
}
