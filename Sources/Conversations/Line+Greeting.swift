import Base
import Live
import NIOCore
import Sites
import Web
import Wire

extension Line {
  func greet(_ hello: Hello, on connection: Connection) {
    state.withLock { $0.role = .greeting }
    connection.eventLoop.makeFutureWithTask { [self] in
      switch hello {
      case .visitor(let hello): try await welcome(hello, on: connection)
      case .account: try await welcomeAccount(by: arrival.credential, countsAsThere: true, on: connection)
      case .watcher: try await welcomeAccount(by: arrival.credential, countsAsThere: false, on: connection)
      case .embedded(let token, let watches): try await welcome(token, countsAsThere: !watches, on: connection)
      }
    }
    .whenFailure { [self] error in
      let refusal = house.refusal(for: error)
      turnAway(refusal, CloseCode(refusal), on: connection)
    }
  }

  private func welcome(_ hello: VisitorHello, on connection: Connection) async throws {
    guard let site = try await house.sites.site(key: hello.site) else { throw Refusal(.notFound) }
    try house.web.limiter.admit(.widget, party: .visitor, key: "hello.\(hello.key.text)", at: house.clock.now)
    let language = house.language(of: site, asked: hello.language)
    let sender = Sender(address: arrival.address.text, language: hello.language ?? "", userAgent: arrival.userAgent)
    let known: KnownVisitor
    switch hello.key {
    case .browser(let secret):
      guard site.allows(origin: arrival.origin) else { throw Refusal(.originNotAllowed) }
      known = try await house.visitor(key: secret, at: site.id, from: sender, network: arrival.address.network)
    case .link(let text):
      guard arrival.isOwnOrigin else { throw Refusal(.originNotAllowed) }
      known = try await house.visitor(behind: text, at: site.id)
      if known.expert == nil { try await house.refuseBanned(known.visitor.id) }
    }
    let isOwnKey = known.link == nil && known.expert == nil
    let showsTyping = isOwnKey ? try await house.store.read { try $0.showsTyping(at: site.id) } : false
    let guest = Guest(
      id: known.visitor.id, site: site.id, conversation: known.conversation, form: site.form, formSent: known.visitor.formSentAt != nil,
      origins: site.origins, expert: known.expert, link: known.link, showsTyping: showsTyping)
    state.withLock { state in
      state.role = .visitor(guest)
      state.language = language
    }
    connection.greeted()
    house.presence.arrived(visitorKey(guest))
    connection.send(
      Welcome(
        visitor: guest.id, name: known.visitor.name, formSent: guest.formSent, topic: .chat(guest.conversation),
        siteIsOnline: house.isAnswered(guest)))
    if case .letter(let n) = known.link?.holder { house.note(LetterNews(.opened, above: 0, upTo: n), in: known.conversation) }
    // A visitor is welcome from a page that cannot be shown, too.
    if let page = hello.page { try? look(at: page, by: guest, on: connection) }
    let status = try await permit(.site(site.id))
    try await follow(.site(site.id), of: status, since: 0, id: nil, on: connection)
  }

  /// A page of ours in a frame: whatever cookie came along is not looked at.
  private func welcome(_ token: String, countsAsThere: Bool, on connection: Connection) async throws {
    guard try await house.recognise(.bearer(token))?.member.embeddedAt != nil else { throw Refusal(.signInNeeded) }
    try await welcomeAccount(by: .bearer(token), countsAsThere: countsAsThere, on: connection)
  }

  private func welcomeAccount(by credential: Credential?, countsAsThere: Bool, on connection: Connection) async throws {
    guard arrival.isOwnOrigin || arrival.isProgram else { throw Refusal(.originNotAllowed) }
    guard let credential, let person = try await house.recognise(credential) else { throw Refusal(.signInNeeded) }
    // Nobody is there for visitors who could not answer them.
    let countsAsThere = countsAsThere && person.member.scopes?.contains(.chatsWrite) != false
    state.withLock { state in
      state.role = .account(person)
      state.credential = credential
      state.countsAsThere = countsAsThere
      state.language = arrival.chosenLanguage ?? person.language
    }
    connection.greeted()
    if countsAsThere { house.presence.arrived(Desk.key(person.member.id)) }
    connection.send(Welcome(account: person.member.id, name: person.name, roles: person.member.roles.sorted().map(\.rawValue)))
  }
}

extension CloseCode {
  /// How a connection ends that was not welcomed.
  init(_ refusal: Refusal) {
    switch refusal.reason {
    case .originNotAllowed: self = .originNotAllowed
    case .signInNeeded, .notFound, .notAllowed, .accountInactive, .linkVoid, .banned: self = .notSignedIn
    case .protocolVersion: self = .protocolVersion
    case .unavailable, .tooFast, .storageFull: self = .tooSlow
    default: self = .notUnderstood
    }
  }
}
