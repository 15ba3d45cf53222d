import Accounts
import Base
import Conversations
import Sites
import Store
import Web

extension Village {
  /// Fills an empty database, and moves the websites to the port of today.
  ///
  /// What is there already stays as it is, so a start that was cut off is finished by the next one, and a second start changes nothing.
  /// - Throws: `VillageError.inhabited` for a database of other people.
  public func settle() async throws {
    guard try await !isSettled() else {
      try await moveWebsites()
      try await settleCounsel()
      return try await settleMarketplace()
    }
    guard try await isOurs() else { throw VillageError.inhabited }
    var people: [Villager.Key: AccountID] = [:]
    for villager in Villager.all { people[villager.key] = try await settle(villager) }
    var places: [Website.Key: Site] = [:]
    for website in Website.all { places[website.key] = try await settle(website, people) }
    for conversation in EarlierConversation.all {
      guard let site = places[conversation.website] else { preconditionFailure("Every website is settled before its conversations") }
      try await retell(conversation, at: site, people)
    }
    try await settleCounsel()
    try await settleMarketplace()
  }

  /// The village is complete with its last conversation.
  private func isSettled() async throws -> Bool {
    guard let last = EarlierConversation.all.last else { preconditionFailure("The village has conversations") }
    return try await store.read { session in
      guard let site = try session.site(key: Website.of(last.website).widgetKey) else { return false }
      return try session.isTold(last, at: site.id)
    }
  }

  /// Nobody lives here but villagers.
  private func isOurs() async throws -> Bool {
    try await store.read { session in
      let found = try session.rows("SELECT email_key FROM accounts ORDER BY id LIMIT 100").map { row -> String in row[0] }
      return Set(found).isSubset(of: Villager.all.map(\.email))
    }
  }

  func settle(_ villager: Villager) async throws -> AccountID {
    if let known = try await store.read({ try $0.account(of: villager) }) { return known }
    let draft = AccountDraft(
      name: villager.name, email: villager.email, pseudonym: villager.pseudonym, avatar: villager.avatar, roles: villager.roles,
      language: villager.language)
    let account = try await accounts.create(draft, by: nil, from: .console)
    // An agent who signs in is there at once; nobody counts as online without a connection.
    if !villager.roles.isDisjoint(with: [.agent, .expert]) { try await accounts.setStatus(.online, of: account) }
    return account
  }

  private func settle(_ website: Website, _ people: [Villager.Key: AccountID]) async throws -> Site {
    let known = try await store.read { try $0.site(key: website.widgetKey) }
    let site = try known ?? website.site(id: ids.next(), origin: origin(of: website), at: clock.now)
    if known == nil {
      try await sites.save(site, by: nil, from: .console)
      try await sites.save(website.policy, at: site.id, by: nil, from: .console)
      try await invite(to: website, site.id)
      if let (name, page) = website.goal {
        try await sites.save(Goal(id: ids.next(), name: name, kind: .page, pattern: page), at: site.id, by: nil, from: .console)
      }
    }
    for seat in website.team {
      guard let account = people[seat.villager] else { preconditionFailure("Every villager is settled before the websites") }
      let assignment = Assignment(site: site.id, account: account, pseudonym: seat.pseudonym, avatar: seat.avatar?.rawValue)
      try await sites.assign(assignment, by: nil, from: .console)
    }
    return site
  }

  private func invite(to website: Website, _ site: SiteID) async throws {
    guard let words = website.invitation else { return }
    let (id, now): (InvitationID, Moment) = (ids.next(), clock.now)
    try await store.write { session in
      try session.settleInvitation(
        id, at: site, named: words.name, onPage: words.page, after: 45, saying: words.text, or: words.texts, at: now)
    }
  }

  /// A website stands where this program listens today. Origins that somebody added stay.
  private func moveWebsites() async throws {
    for website in Website.all {
      guard var site = try await store.read({ try $0.site(key: website.widgetKey) }) else { continue }
      let origin = try origin(of: website)
      guard !site.origins.contains(origin) else { continue }
      site.origins.removeAll { website.stands(at: $0) }
      site.origins.append(origin)
      try await sites.save(site, by: nil, from: .console)
    }
  }

  private func origin(of website: Website) throws -> Origin {
    guard let origin = Origin(addresses.of(website.host)) else { throw Refusal(.originInvalid) }
    return origin
  }

  private func retell(_ told: EarlierConversation, at site: Site, _ people: [Villager.Key: AccountID]) async throws {
    guard try await store.read({ try !$0.isTold(told, at: site.id) }) else { return }
    let now = clock.now
    guard let first = told.steps.first?.when.before(now), let key = Secret(told.visitorKey) else {
      preconditionFailure("A conversation has a beginning and a visitor's key")
    }
    let page = try site.page(url: addresses.of(Website.of(told.website).host) + told.page.path, title: told.page.title, at: first)
    let sender = Sender(address: "127.0.0.1", language: told.language, userAgent: told.userAgent)
    let visitor = try await sites.view(page, at: site, key: key, from: sender, referrer: told.referrer) {}.visitor
    let lead = try site.form.check(told.lead)
    let id: ConversationID = ids.next()
    let deeds = told.steps.enumerated().map { number, step in
      Retold(step.deed.told(number: number, newChat: ids.next(), people: people), at: step.when.before(now), lead: lead)
    }
    try await store.write { session in
      try session.createConversation(id, of: visitor, at: site.id, now: first)
      for deed in deeds { try session.retell(deed, in: id) }
    }
  }
}

extension Session {
  /// The account of a villager, when it is there and in service.
  func account(of villager: Villager) throws -> AccountID? {
    try row("SELECT id FROM accounts WHERE email_key = $1 AND active", villager.email).map { $0[0] }
  }

  fileprivate func isTold(_ told: EarlierConversation, at site: SiteID) throws -> Bool {
    guard let key = Secret(told.visitorKey) else { preconditionFailure("A visitor's key has 32 digits") }
    return try row(
      """
      SELECT 1
      FROM conversations
      JOIN visitors ON visitors.id = conversations.visitor_id
      WHERE visitors.site_id = $1 AND visitors.key_digest = $2 AND conversations.head > 0
      """, site, key.digest) != nil
  }
}
