/// "State + events = reload": what a client made of a snapshot and the events after it is what a fresh snapshot says.
///
/// The views do what `docs/protocol.md` tells a client to do, and nothing else.
public struct LogView: Hashable, FollowedView {
  public private(set) var entries: [JSON] = []
  public private(set) var held = 0
  public private(set) var chat: JSON = .null
  public private(set) var marks: JSON = .null
  public private(set) var people: JSON = .null
  /// How a paid thread stands; null where nothing is paid.
  public private(set) var deal: JSON = .null
  /// An entry came whose `after` is not what is held: a client would subscribe again.
  public private(set) var gaps = 0

  public init(_ subscribed: LiveClient.Event) { apply(subscribed) }

  public mutating func apply(_ event: LiveClient.Event) {
    switch event.name {
    case "Subscribed":
      if event["reset"]?.bool == true { entries = [] }
      for entry in event["entries"]?.array ?? [] { append(entry) }
      held = event["head"]?.int ?? 0
      (chat, marks, people) = (event["chat"] ?? .null, event["marks"] ?? .null, event["people"] ?? .null)
      deal = event["deal"] ?? .null
    case "Marks": marks = event["marks"] ?? .null
    case "People": people = event["people"] ?? .null
    case "DealChanged": deal = event["deal"] ?? .null
    default: take(event.json)
    }
  }

  /// Whether it is what a reload shows, of which the newest entries are given.
  public func agrees(with reload: LogView) -> Bool {
    held == reload.held && chat == reload.chat && marks == reload.marks && people == reload.people && deal == reload.deal && gaps == 0
      && entries.suffix(reload.entries.count).elementsEqual(reload.entries)
  }

  /// Older entries, as a reader gets them who scrolls up.
  public mutating func prepend(_ older: [JSON]) { entries = older + entries }

  private mutating func take(_ entry: JSON) {
    guard let n = entry["n"]?.int, let after = entry["after"]?.int, n > held else { return }
    guard after == held else {
      gaps += 1
      return
    }
    held = n
    append(entry)
    fold(entry)
  }

  /// Also of what was held when somebody comes back and hears that it was deleted meanwhile.
  private mutating func append(_ entry: JSON) {
    entries.append(entry)
    if entry["event"]?.string == "MessageDeleted", let of = entry["body"]?["of"]?.int { forget(of) }
  }

  /// The words of what was deleted go from every version.
  private mutating func forget(_ n: Int) {
    for index in entries.indices {
      guard case .object(var fields) = entries[index] else { continue }
      switch fields["event"]?.string {
      case "MessageSent" where fields["n"]?.int == n:
        fields["body"] = JSON.object(["kind": "erased"])
        fields["client"] = nil
      case "MessageEdited" where fields["body"]?["of"]?.int == n: fields["body"] = JSON.object(["of": .number(Double(n)), "text": ""])
      default: continue
      }
      entries[index] = .object(fields)
    }
  }

  private mutating func fold(_ entry: JSON) {
    guard case .object(var fields) = chat == .null ? .object([:]) : chat else { return }
    switch entry["event"]?.string {
    case "ChatOpened":
      fields = [
        "id": entry["chat"] ?? .null, "state": "waiting", "form": entry["body"]?["form"] ?? .null,
        "offline": entry["body"]?["offline"] ?? .null,
      ]
    case "FormSent": fields["form"] = "sent"
    case "AgentJoinedChat": fields["state"] = "active"
    case "AgentLeftChat": if entry["body"]?["last"]?.bool == true { fields["state"] = "waiting" }
    case "ChatEntrusted": fields["offline"] = true
    case "ChatClosed": fields["state"] = "closed"
    default: return
    }
    chat = .object(fields)
  }
}

/// Who is on a site.
public struct MonitoredView: Hashable, FollowedView {
  public private(set) var rows: [String: JSON] = [:]

  public init(_ snapshot: LiveClient.Event) {
    for row in snapshot["rows"]?.array ?? [] { put(row) }
  }

  public mutating func apply(_ event: LiveClient.Event) {
    if event.name == "Snapshot" { self = Self(event) }
    guard event.name == "MonitoringChanged" else { return }
    for row in event["rows"]?.array ?? [] { put(row) }
    for visitor in event["gone"]?.array ?? [] { rows[visitor.string ?? ""] = nil }
  }

  private mutating func put(_ row: JSON) { rows[row["visitor"]?.string ?? ""] = row }
}

/// The lists of a site.
public struct RowsView: Hashable, FollowedView {
  public private(set) var rows: [String: JSON] = [:]

  public init(_ snapshot: LiveClient.Event) {
    for row in snapshot["rows"]?.array ?? [] { put(row) }
  }

  public mutating func apply(_ event: LiveClient.Event) {
    switch event.name {
    case "Snapshot": self = Self(event)
    case "NewVisitorJoined", "ConversationChanged": if let row = event["row"] { put(row) }
    case "VisitorPresence": patch(event, "online", event["online"] ?? .null)
    case "VisitorPageChanged": patch(event, "page", event["page"] ?? .null)
    case "VisitorTyping": patch(event, "typing", event["on"] ?? .null)
    default: break
    }
  }

  private mutating func put(_ row: JSON) {
    guard let id = row["conversation"]?.string, let revision = row["revision"]?.int else { return }
    guard revision > rows[id]?["revision"]?.int ?? -1 else { return }
    rows[id] = row
  }

  private mutating func patch(_ event: LiveClient.Event, _ field: String, _ value: JSON) {
    guard let id = event["conversation"]?.string, case .object(var row)? = rows[id], case .object(var visitor)? = row["visitor"] else {
      return
    }
    visitor[field] = value
    row["visitor"] = .object(visitor)
    rows[id] = .object(row)
  }
}
