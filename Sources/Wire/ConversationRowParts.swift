import Base

extension ConversationRow {
  public struct Visitor: Hashable, Sendable, JSONWritable {
    public let id: VisitorID
    public let name: String?
    public let email: String?
    public let phone: String?
    public let service: String?
    public let online: Bool
    public let page: VisitedPage?
    public let typing: Bool

    public init(
      id: VisitorID, name: String?, email: String?, phone: String?, service: String?, online: Bool, page: VisitedPage?, typing: Bool
    ) {
      self.id = id
      self.name = name
      self.email = email
      self.phone = phone
      self.service = service
      self.online = online
      self.page = page
      self.typing = typing
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("id", id)
        object.field("name", name)
        object.field("email", email)
        object.field("phone", phone)
        object.field("service", service)
        object.field("online", online)
        object.field("page", page)
        object.field("typing", typing)
      }
    }
  }

  public struct Chat: Hashable, Sendable, JSONWritable {
    public let view: ChatView
    public let openedAt: Moment
    /// Nil for a chat that does not wait, or that is an offline message.
    public let waitingSince: Moment?
    public let closedAt: Moment?
    public let closedBy: ClosedBy?
    public let unwritten: Bool
    public let transfer: Transfer?
    /// Nobody came in time.
    public let overdue: Bool
    /// The stars that the visitor gave it.
    public let rating: Int64?
    /// It goes on in another messenger.
    public let handedOver: Bool
    /// It brought what it was for.
    public let won: Bool

    public init(
      _ view: ChatView, openedAt: Moment, waitingSince: Moment?, closedAt: Moment?, closedBy: ClosedBy?, unwritten: Bool,
      transfer: Transfer? = nil, overdue: Bool = false, rating: Int64? = nil, handedOver: Bool = false, won: Bool = false
    ) {
      self.view = view
      self.openedAt = openedAt
      self.waitingSince = waitingSince
      self.closedAt = closedAt
      self.closedBy = closedBy
      self.unwritten = unwritten
      self.transfer = transfer
      self.overdue = overdue
      self.rating = rating
      self.handedOver = handedOver
      self.won = won
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        view.writeFields(to: &object)
        object.field("openedAt", openedAt)
        object.field("waitingSince", waitingSince)
        object.field("closedAt", closedAt)
        object.field("closedBy", closedBy)
        object.field("unwritten", unwritten)
        object.field("transfer", transfer)
        object.field("overdue", overdue)
        object.field("rating", rating)
        object.field("handedOver", handedOver)
        object.field("won", won)
      }
    }
  }

  /// Who was asked to take the chat over, or whose turn it is (`offered`), and until when they may come.
  public struct Transfer: Hashable, Sendable, JSONWritable {
    public let to: AccountID
    public let name: String
    public let until: Moment
    public let offered: Bool

    public init(to: AccountID, name: String, until: Moment, offered: Bool) {
      self.to = to
      self.name = name
      self.until = until
      self.offered = offered
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("to", to)
        object.field("name", name)
        object.field("until", until)
        object.field("offered", offered)
      }
    }
  }

  public enum ClosedBy: String, Sendable, CaseIterable, Codable, JSONWritable {
    case visitor, agent, nobody
  }

  /// The last message, which the list shows. The text is nil where there is nothing to read; of a file it is the name.
  public struct Last: Hashable, Sendable, JSONWritable {
    public let n: Int64
    public let by: Party.Kind
    public let name: String?
    public let kind: MessageKind
    public let text: String?
    public let at: Moment

    public init(n: Int64, by: Party.Kind, name: String?, kind: MessageKind, text: String?, at: Moment) {
      self.n = n
      self.by = by
      self.name = name
      self.kind = kind
      self.text = text
      self.at = at
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        object.field("n", n)
        object.field("by", by)
        object.field("name", name)
        object.field("kind", kind)
        object.field("text", text)
        object.field("at", at)
      }
    }
  }

  /// Somebody who joined the current chat; `here` says who still is.
  public struct Agent: Hashable, Sendable, JSONWritable {
    public let party: AgentParty
    public let here: Bool
    /// How many of the visitor's messages this agent saw.
    public let seen: Int64

    public init(_ party: AgentParty, here: Bool, seen: Int64) {
      self.party = party
      self.here = here
      self.seen = seen
    }

    public func write(to json: inout JSONWriter) {
      json.object { object in
        party.writeFields(to: &object)
        object.field("here", here)
        object.field("seen", seen)
      }
    }
  }
}

/// A page that a visitor looks at, and since when.
public struct VisitedPage: Hashable, Sendable, JSONWritable {
  public let url: String
  public let title: String
  public let at: Moment

  public init(url: String, title: String, at: Moment) {
    self.url = url
    self.title = title
    self.at = at
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("url", url)
      object.field("title", title)
      object.field("at", at)
    }
  }
}
