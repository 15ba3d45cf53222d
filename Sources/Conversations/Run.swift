import Base
import ConversationsCore
import Live
import NIOCore
import Sites
import Store
import Wire

extension Conversations {
  /// Reads who answers where, and listens to what other slices change. Once, before the first connection.
  public func prepare() async throws {
    try await desk.reload()
    sites.assignmentsChanged.subscribe { [weak self] change in await self?.rightsChanged(of: change.account, at: change.site) }
    visitorTyped.subscribe { [typing, clock] typed in typing.set(typed.on, in: typed.conversation, at: clock.now) }
    agentTyped.subscribe { [signs, clock] conversation in signs.note(conversation, at: clock.now) }
    sites.assignmentsChanged.subscribeHere { [weak self] change in await self?.settleRights(of: change.account) }
    visitorStirred.subscribe { [weak self] stir in self?.note(stir) }
    visitorBanned.subscribe { [weak self] _ in await self?.endBannedLines() }
    sites.siteChanged.subscribe { [weak self] site in await self?.siteChanged(site) }
    rulesChanged.subscribe { [weak self] _ in await self?.reloadDesk() }
    sites.tagsChanged.subscribe { [weak self] _ in await self?.tagsChanged() }
    availabilityChanged.subscribe { [weak self] account in await self?.tellAvailability(of: account) }
    sites.pageChanged.subscribeHere { [weak self] change in
      if let conversation = change.conversation { await self?.pageChanged(change.visitor, of: conversation, at: change.site) }
      self?.looked(change.visitor, at: change.site)
    }
    sites.pageSeen.subscribeHere { [weak self] sight in
      self?.heard(sight.visitor, at: sight.site)
      self?.pageSeen(sight)
    }
  }

  /// Keeps lists, marks and forgotten forms moving until the task is cancelled.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in await news.run { await self.tell($0) } }
      group.addTask { [self] in await wallets.run { await self.tellWallets(of: Array($0.keys)) } }
      group.addTask { [self] in await marks.run { await self.write($0) } }
      group.addTask { [self] in
        await arrivals.run { for (account, arrival) in $0 { await self.moved(account, arrival) } }
      }
      group.addTask { [self] in await occupied.run { for account in $0.keys { await self.availabilityChanged.publish(account) } } }
      group.addTask { [self] in await endReports() }
      group.addTask { [self] in await keepFindable() }
      group.addTask { [self] in await stirs.run { await self.tellMonitored($0) } }
      group.addTask { [self] in await every(seconds: 1) { try await self.endSilent() } }
      group.addTask { [self] in await every(seconds: 60) { await self.recheckLines() } }
      group.addTask { [self] in await every(seconds: 60) { try await self.endBanned() } }
      group.addTask { [self] in await onTheMinute { await self.trying("expire files") { try await self.expireFiles() } } }
      group.addTask { [self] in await onTheMinute { for site in self.desk.takeTurned() { self.tellStatus(of: site) } } }
      await group.waitForAll()
    }
  }

  private func reloadDesk() async { await trying("reload the teams") { [self] in try await desk.reload() } }

  /// Somebody's account, roles or assignments changed: what this node keeps of it, and the rights of its connections, follow.
  public func rightsChanged(of account: AccountID, at site: SiteID? = nil) async {
    await trying("reload the teams") { [self] in
      try await desk.reload()
      for site in Set(desk.sites(of: account) + (site.map { [$0] } ?? [])) { tellStatus(of: site) }
    }
    recheck { $0 == account }
  }

  /// What follows from such a change for everybody, once: on the node where it was made.
  public func settleRights(of account: AccountID) async {
    await trying("tell a desk") { [self] in try await tellDesk(of: account) }
    await trying("take notices away") { [self] in try await notifications.rightsChanged(of: account) }
    await trying("leave chats that are no longer allowed") { [self] in try await leaveForbiddenChats(account) }
  }

  /// Ends the connections of a session that was revoked.
  public func revoke(where isMeant: @escaping @Sendable (_ account: AccountID, _ sessionDigest: [UInt8]) -> Bool) {
    hub.revoke { handler in
      guard let line = handler as? Line else { return false }
      switch line.state.withLock({ $0.role }) {
      case .account(let person): return isMeant(person.member.id, person.sessionDigest)
      case .visitor(let guest):
        if case .session(let account, let digest) = guest.link?.holder { return isMeant(account, digest) }
        return false
      case .stranger, .greeting: return false
      }
    }
  }

  /// Whose rights are gone does not keep a visitor waiting for an answer: the chat goes back to the others.
  private func leaveForbiddenChats(_ account: AccountID) async throws {
    let owner = try await store.read { try $0.deskOwner(account) }
    for conversation in try await store.read({ try $0.conversations(with: account) }) {
      guard let place = try await place(of: conversation), owner?.actor.may(.write, place.thing) != true else { continue }
      try await perform(.leave, in: conversation, by: .agent(account))
    }
  }

  private func siteChanged(_ site: SiteID) async {
    await trying("reload the teams") { [self] in
      try await desk.reload()
      tellStatus(of: site)
    }
    let found = try? await sites.site(site)
    let isActive = found?.active ?? false
    hub.visit { handler, connection in
      guard let line = handler as? Line else { return }
      switch line.state.withLock({ $0.role }) {
      // A visitor's panel was made from the settings of before: it comes back and finds the new ones.
      case .visitor(let guest) where guest.site == site: connection.close(isActive ? .serverStops : .notSignedIn)
      case .account(let person):
        connection.eventLoop.makeFutureWithTask { try await line.house.tellDesk(of: person.member.id) }.whenComplete { _ in }
      default: break
      }
    }
  }

  private func pageChanged(_ visitor: VisitorID, of conversation: ConversationID, at site: SiteID) async {
    await trying("tell a page") { [self] in
      guard let page = try await store.read({ try $0.shownPage(of: visitor) }) else { return }
      presence.glimpsed(visitorKey(visitor, list: .visitors(site), conversation: conversation), for: Self.sightLasts)
      tell(.visitors(site), .pageChanged(conversation, page))
    }
  }

  /// Three beats of a page.
  private static let sightLasts = TimeAmount.seconds(45)

  /// Who looks at the website is there, also while the widget is closed (E7).
  private func pageSeen(_ sight: Sites.Sight) {
    guard let conversation = sight.conversation else { return }
    let key = visitorKey(sight.visitor, list: .visitors(sight.site), conversation: conversation)
    if sight.isLast { presence.lostSight(of: key) } else { presence.glimpsed(key, for: Self.sightLasts) }
  }

  private func moved(_ account: AccountID, _ arrival: Arrival) async {
    if arrival.isOurs { await accountMoved.publish(Move(account: account, isHere: arrival.isHere)) }
    await trying("tell who is there") { [self] in try await tellChats(of: account) }
  }

  private func write(_ batch: [MarkBook.Key: Mark]) async {
    await trying("write marks") { [self] in moved(try await MarkBook.write(batch, to: store, telling: notifications)) }
  }

  func recheckLines() async { recheck { _ in true } }

  /// - Parameter isMeant: asked with nil for who came by a letter's link.
  private func recheck(where isMeant: @escaping @Sendable (AccountID?) -> Bool) {
    hub.visit { [logger] handler, connection in
      guard let line = handler as? Line, line.isLimited, isMeant(line.account) else { return }
      line.recheckInTurn(connection)
        .whenFailure { logger.warning("Rights could not be looked at again", metadata: ["error": .string(String(reflecting: $0))]) }
    }
  }

  func every(seconds: Int, _ work: @Sendable () async throws -> Void) async {
    while !Task.isCancelled {
      do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
      await trying("the work of every \(seconds) seconds", work)
    }
  }

  /// Nights and hours are kept within a minute, and at once when the clock of `/dev` jumps over them.
  private func onTheMinute(_ work: @escaping @Sendable () async -> Void) async {
    let (moments, next) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    clock.onMove { next.yield() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.every(seconds: 60) { next.yield() } }
      for await _ in moments { await work() }
      group.cancelAll()
    }
  }

  func trying(_ what: String, _ work: @Sendable () async throws -> Void) async {
    do {
      try await work()
    } catch is CancellationError {
      return
    } catch {
      logger.error("Could not \(what)", metadata: ["error": .string(String(reflecting: error))])
    }
  }
}
