import Accounts
import Base
import Conversations
import Live
import Logging
import Nodes
import Sites
import Store

/// What makes several nodes one house.
extension Program {
  /// The bus that is set; nil where there is one node.
  static func nodeBus(_ settings: Settings, _ hurry: Hurry, _ lease: NodeLease, _ logger: Logger) -> NodeBus? {
    let carrier: (any Carrier)? =
      switch settings.busKind {
      case .local: hurry.carrier
      case .postgres(let address): hurry.carrier ?? PostgresCarrier(address: address, logger: logger)
      case .nats(let addresses):
        NATSCarrier(addresses: addresses, certificates: settings.text(.certificates).nilWhenEmpty, logger: logger)
      }
    let me = Presence.Peer(number: lease.number, run: lease.ids.next(NodeBus.self).rawValue)
    return carrier.map { NodeBus(as: me, over: $0, logger: logger) }
  }

  static func nodes(
    _ bus: NodeBus, _ store: any Store, _ conversations: Conversations, _ sites: Sites, _ logger: Logger
  ) -> Nodes {
    Nodes(
      bus: bus, store: store, presence: conversations.presence,
      lookAgain: { look in
        switch look {
        case .heads: await conversations.compareHeads()
        case .everything:
          sites.forgetRead()
          await conversations.lookAgain()
        }
      }, logger: logger)
  }

  /// What every node keeps in memory or does to its own connections is heard on every node.
  static func carried(by bus: NodeBus, _ accounts: Accounts, _ sites: Sites, _ conversations: Conversations) -> [CarriedEvent] {
    [
      CarriedEvent(accounts.revoked, as: "revoked", over: bus) {
        [$0.account.description] + ($0.session.map { [Base64URL.text($0)] } ?? [])
      } read: { words in
        guard let account = words.first.flatMap({ AccountID($0) }) else { return nil }
        return Accounts.Revocation(account: account, session: words.count > 1 ? Base64URL.bytes(words[1]) : nil)
      },
      CarriedEvent(accounts.changed, as: "account", over: bus) {
        [$0.description]
      } read: { words in
        words.first.flatMap { AccountID($0) }
      },
      CarriedEvent(accounts.statusChanged, as: "status", over: bus) {
        [$0.account.description, $0.status.rawValue]
      } read: { words in
        guard words.count == 2, let account = AccountID(words[0]), let status = AccountStatus(rawValue: words[1]) else { return nil }
        return Accounts.StatusChange(account: account, status: status)
      },
      CarriedEvent(conversations.availabilityChanged, as: "availability", over: bus) {
        [$0.description]
      } read: { words in
        words.first.flatMap { AccountID($0) }
      },
      CarriedEvent(conversations.visitorBanned, as: "banned", over: bus) {
        [$0.description]
      } read: { words in
        words.first.flatMap { SiteID($0) }
      },
      CarriedEvent(conversations.rulesChanged, as: "rules", over: bus) {
        [$0.description]
      } read: { words in
        words.first.flatMap { SiteID($0) }
      },
      CarriedEvent(sites.siteChanged, as: "site", over: bus) {
        [$0.description]
      } read: { words in
        words.first.flatMap { SiteID($0) }
      },
      CarriedEvent(sites.tagsChanged, as: "tags", over: bus) {
        [$0.description]
      } read: { words in
        words.first.flatMap { SiteID($0) }
      },
      CarriedEvent(sites.assignmentsChanged, as: "assignment", over: bus) {
        [$0.site.description, $0.account.description]
      } read: { words in
        guard words.count == 2, let site = SiteID(words[0]), let account = AccountID(words[1]) else { return nil }
        return Sites.AssignmentChange(site: site, account: account)
      },
      CarriedEvent(conversations.visitorTyped, as: "typing", over: bus) {
        [$0.conversation.description, $0.on ? "on" : "off"]
      } read: { words in
        guard words.count == 2, let conversation = ConversationID(words[0]) else { return nil }
        return Conversations.Typing(conversation: conversation, on: words[1] == "on")
      },
      CarriedEvent(conversations.visitorStirred, as: "stirred", over: bus) {
        [$0.visitor.description, $0.site.description]
      } read: { words in
        guard words.count == 2, let visitor = VisitorID(words[0]), let site = SiteID(words[1]) else { return nil }
        return Conversations.Stir(visitor: visitor, site: site)
      },
      CarriedEvent(conversations.agentTyped, as: "agentTyping", over: bus) {
        [$0.description]
      } read: { words in
        words.first.flatMap { ConversationID($0) }
      },
    ]
  }
}

/// An event whose facts reach every node, in the order in which each node tells them.
struct CarriedEvent: Sendable {
  /// More than can be told at once; what is dropped is found by the looks of every minute.
  private static let waitingLimit = 10_000

  /// Works until the task is cancelled.
  let run: @Sendable () async -> Void

  init<Fact: Sendable>(
    _ event: Event<Fact>, as name: String, over bus: NodeBus, write: @escaping @Sendable (Fact) -> [String],
    read: @escaping @Sendable ([String]) -> Fact?
  ) {
    let (facts, heard) = AsyncStream.makeStream(of: Fact.self, bufferingPolicy: .bufferingOldest(Self.waitingLimit))
    event.carry { bus.signal(name, Array(write($0).joined(separator: " ").utf8)) }
    bus.hear(name) { _, body in
      let words = String(decoding: body, as: UTF8.self).split(separator: " ").map(String.init)
      if let fact = read(words) { heard.yield(fact) }
    }
    run = { for await fact in facts { await event.heard(fact) } }
  }
}

extension String {
  fileprivate var nilWhenEmpty: String? { isEmpty ? nil : self }
}
