import Base

/// Somebody who is on a website right now, with or without a chat (`monitoring.{site}`).
public struct MonitoredVisitor: Hashable, Sendable, JSONWritable {
  public enum Chat: String, Hashable, Sendable {
    case none, waiting, active
  }

  public let visitor: VisitorID
  /// Nil for who never opened the widget.
  public let conversation: ConversationID?
  public let name: String?
  /// Since when they look at it stands in its `at`. Nil for who has the widget open and told of no page.
  public let page: VisitedPage?
  /// When the visit began.
  public let since: Moment?
  /// From where they came; empty for nothing known.
  public let source: String
  public let country: String?
  public let city: String?
  public let device: String
  public let returning: Bool
  public let chat: Chat
  /// Who is shut out reads nothing that is written to them.
  public let shutOut: Bool

  public init(
    visitor: VisitorID, conversation: ConversationID?, name: String?, page: VisitedPage?, since: Moment?, source: String,
    country: String?, city: String?, device: String, returning: Bool, chat: Chat, shutOut: Bool
  ) {
    self.visitor = visitor
    self.conversation = conversation
    self.name = name
    self.page = page
    self.since = since
    self.source = source
    self.country = country
    self.city = city
    self.device = device
    self.returning = returning
    self.chat = chat
    self.shutOut = shutOut
  }

  public func write(to json: inout JSONWriter) {
    json.object { object in
      object.field("visitor", visitor)
      object.field("conversation", conversation)
      object.field("name", name)
      object.field("page", page)
      object.field("since", since)
      object.field("source", source)
      object.field("country", country)
      object.field("city", city)
      object.field("device", device)
      object.field("returning", returning)
      object.field("chat", chat.rawValue)
      object.field("shutOut", shutOut)
    }
  }
}

/// The whole state of `monitoring.{site}`: everybody who is on the website, the latest first.
public struct MonitoringSnapshot: Frame {
  public let id: String?
  public let site: SiteID
  /// How many there are, also when the rows are not all of them.
  public let total: Int64
  public let rows: [MonitoredVisitor]

  public init(id: String? = nil, site: SiteID, total: Int64, rows: [MonitoredVisitor]) {
    self.id = id
    self.site = site
    self.total = total
    self.rows = rows
  }

  public var event: String { "Snapshot" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("id", ifAny: id)
    json.field("topic", Topic.monitoring(site))
    json.field("total", total)
    json.field("rows", rows)
  }
}

/// A patch of `monitoring.{site}`: who came or did something, and who is gone.
public struct MonitoringChanged: Frame {
  public let site: SiteID
  public let rows: [MonitoredVisitor]
  public let gone: [VisitorID]

  public init(site: SiteID, rows: [MonitoredVisitor], gone: [VisitorID]) {
    self.site = site
    self.rows = rows
    self.gone = gone
  }

  public var event: String { "MonitoringChanged" }

  public func writeFields(to json: inout JSONWriter) {
    json.field("topic", Topic.monitoring(site))
    json.field("rows", rows)
    json.field("gone", gone)
  }
}
