/// What a client makes of the topics that are states and no lists.

/// `notices.{account}`.
public struct NoticesView: Hashable, FollowedView {
  public private(set) var rows: [String: JSON] = [:]
  public private(set) var unread = 0

  public init(_ snapshot: LiveClient.Event) { apply(snapshot) }

  public mutating func apply(_ event: LiveClient.Event) {
    if event.name == "Snapshot" { rows = [:] }
    guard event.name == "Snapshot" || event.name == "NoticesChanged" else { return }
    unread = event["unread"]?.int ?? 0
    for row in event["rows"]?.array ?? [] {
      guard let id = row["id"]?.string, row["revision"]?.int ?? 0 > rows[id]?["revision"]?.int ?? -1 else { continue }
      rows[id] = row
    }
    for id in event["gone"]?.array ?? [] { rows[id.string ?? ""] = nil }
    let newest = rows.sorted { (Self.at($0.value), $0.key.count, $0.key) > (Self.at($1.value), $1.key.count, $1.key) }
    for (id, _) in newest.dropFirst(Self.shown) { rows[id] = nil }
  }

  /// The list is as long as a snapshot's.
  private static let shown = 20

  private static func at(_ row: JSON) -> Int { row["at"]?.int ?? 0 }
}

/// `wallet.{account}`.
public struct WalletsView: Hashable, FollowedView {
  public private(set) var wallets: [String: JSON] = [:]

  public init(_ snapshot: LiveClient.Event) { for wallet in snapshot["wallets"]?.array ?? [] { put(wallet) } }

  public mutating func apply(_ event: LiveClient.Event) {
    if event.name == "Snapshot" { self = Self(event) }
    if event.name == "WalletChanged", let wallet = event["wallet"] { put(wallet) }
  }

  private mutating func put(_ wallet: JSON) {
    let unit = wallet["unit"]?.string ?? ""
    if wallet["revision"]?.int ?? 0 > wallets[unit]?["revision"]?.int ?? -1 { wallets[unit] = wallet }
  }
}

/// `agent.{account}`, which is sent anew, with drafts that are told one by one.
public struct DeskView: Hashable, FollowedView {
  public private(set) var me: JSON = .null
  public private(set) var sites: JSON = .null
  public private(set) var drafts: [String: JSON] = [:]

  public init(_ snapshot: LiveClient.Event) { apply(snapshot) }

  public mutating func apply(_ event: LiveClient.Event) {
    switch event.name {
    case "Snapshot":
      (me, sites, drafts) = (event["me"] ?? .null, event["sites"] ?? .null, [:])
      for draft in event["drafts"]?.array ?? [] { put(draft) }
    case "DraftChanged": put(event.json)
    default: break
    }
  }

  private mutating func put(_ draft: JSON) {
    let (id, at) = (draft["conversation"]?.string ?? "", draft["at"]?.int ?? 0)
    guard at >= drafts[id]?["at"]?.int ?? 0 else { return }
    drafts[id] = ["text": draft["text"] ?? .null, "at": .number(Double(at))]
  }
}

/// `site.{site}`, which is sent anew on every change.
public struct SiteView: Hashable, FollowedView {
  public private(set) var online: JSON = .null
  public private(set) var agents: JSON = .null
  public private(set) var opens: JSON = .null

  public init(_ snapshot: LiveClient.Event) { apply(snapshot) }

  public mutating func apply(_ event: LiveClient.Event) {
    guard event.name == "Snapshot" else { return }
    (online, agents, opens) = (event["online"] ?? .null, event["agents"] ?? .null, event["opens"] ?? .null)
  }
}
