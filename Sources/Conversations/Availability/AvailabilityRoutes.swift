import Access
import Accounts
import Availability
import Base
import Hummingbird
import Store
import Web
import Wire

/// `/availability`: by what somebody can be reached, chosen by themselves, and why they appear as they do.
extension Conversations {
  func registerAvailability(on routes: Routes) {
    routes.get("/availability", .to(.read, .console)) { [self] request, context in
      try await showAvailability(of: context.person().member.id, request, context)
    }
    routes.form("/availability", .to(.read, .console)) { [self] form, _, context in
      try await choose(form, by: context.person().member.id)
      return .redirect("/availability?done=yes")
    }
    routes.get("/availability/{account}", .decidedInside("Conversations.seenAvailability")) { [self] request, context in
      try await showAvailability(of: context.identity("account"), request, context)
    }
    registerReports(on: routes)
  }

  private func choose(_ form: Form, by account: AccountID) async throws {
    if let preset = Preset(rawValue: form["preset"]) { return try await choose(preset, of: account) }
    if let status = AgentStatus(rawValue: form["status"]) { return try await saveStatus(status, account) }
    guard form.has("channels") else { throw Refusal(.notUnderstood) }
    try await choose(Set(form.all("channels").compactMap(Channel.init)), of: account)
  }

  private func showAvailability(of account: AccountID, _ request: Request, _ context: WebContext) async throws -> Response {
    let (owner, availability, channels) = try await seenAvailability(of: account, by: context.actor)
    let isOwn = context.signedIn?.member.id == account
    let others = isOwn && context.actor.may(.read, .deals) ? try await reachOfOthers(than: account) : []
    let page = AvailabilityPage(
      owner, availability, channels: channels, isOwn: isOwn, others: others, isDone: try Form(query: request)["done"] == "yes",
      web.texts(context.language))
    return web.page(page, request, context)
  }

  /// Asks the door. Somebody else's and nobody's get the same answer.
  func seenAvailability(of account: AccountID, by actor: Access.Actor) async throws -> (Account, Availability, Set<Channel>) {
    guard actor.may(.read, .availability(account)) else { throw Refusal(actor == .signedOut ? .signInNeeded : .notFound) }
    let now = clock.now
    let (owner, chosenAt, acceptance) = try await store.read { session in
      (try session.account(account), try session.statusChosen(by: account), try session.acceptance(of: account, at: now))
    }
    guard let owner, owner.active, owner.isReachable else { throw Refusal(.notFound) }
    return (owner, desk.availability(of: owner, chosenAt: chosenAt, accepting: acceptance), acceptance.channels)
  }

  private func reachOfOthers(than account: AccountID) async throws -> [(Account, Availability)] {
    let now = clock.now
    let found = try await store.read { session in
      try session.reachable(limit: 200).filter { $0.id != account }.map { ($0, try session.acceptance(of: $0.id, at: now)) }
    }
    return found.map { ($0, availability(of: $0.id, accepting: $1)) }
  }
}

extension Account {
  /// Customers answer nobody.
  var isReachable: Bool { !roles.isEmpty }
}

extension Session {
  /// When somebody last said whether they are there; nil when it was never written down.
  func statusChosen(by account: AccountID) throws -> Moment? {
    let at: Moment? = try row("SELECT status_at FROM accounts WHERE id = $1", account)?[0]
    return at.flatMap { $0.milliseconds == 0 ? nil : $0 }
  }
}
