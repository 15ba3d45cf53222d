/// "State + events = reload": what a client made of a snapshot and the events after it is what a fresh snapshot says.
///
/// The two views do what `docs/protocol.md` tells a client to do, and nothing else.
public struct LogView: Hashable, Sendable {
  public private(set) var entries: [JSON] = []
  public private(set) var held = 0
  public private(set) var chat: JSON = .null
  public private(set) var marks: JSON = .null
  public private(set) var people: JSON = .null
  /// An entry came whose `after` is not what is held: a client would subscribe again.
  public private(set) var gaps = 0

  public init(_ subscribed: LiveClient.Event) { apply(subscribed) }

  public mutating func apply(_ event: LiveClient.Event) {
    switch event.name {
    case "Subscribed":
      if event["reset"]?.bool == true { entries = [] }
      for entry in event["entries"]?.array ?? [] { entries.append(entry) }
      held = event["head"]?.int ?? 0
      (chat, marks, people) = (event["chat"] ?? .null, event["marks"] ?? .null, event["people"] ?? .null)
    case "Marks": marks = event["marks"] ?? .null
    case "People": people = event["people"] ?? .null
    default: take(event.json)
    }
  }

  private mutating func take(_ entry: JSON) {
    guard let n = entry["n"]?.int, let after = entry["after"]?.int, n > held else { return }
    guard after == held else {
      gaps += 1
      return
    }
    held = n
    entries.append(entry)
    fold(entry)
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
public struct MonitoredView: Hashable, Sendable {
  public private(set) var rows: [String: JSON] = [:]

  public init(_ snapshot: LiveClient.Event) {
    for row in snapshot["rows"]?.array ?? [] { put(row) }
  }

  public mutating func apply(_ event: LiveClient.Event) {
    guard event.name == "MonitoringChanged" else { return }
    for row in event["rows"]?.array ?? [] { put(row) }
    for visitor in event["gone"]?.array ?? [] { rows[visitor.string ?? ""] = nil }
  }

  private mutating func put(_ row: JSON) { rows[row["visitor"]?.string ?? ""] = row }
}

/// The lists of a site.
public struct RowsView: Hashable, Sendable {
  public private(set) var rows: [String: JSON] = [:]

  public init(_ snapshot: LiveClient.Event) {
    for row in snapshot["rows"]?.array ?? [] { put(row) }
  }

  public mutating func apply(_ event: LiveClient.Event) {
    switch event.name {
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
