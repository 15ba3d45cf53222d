import Base

public struct VisitorHello: Hashable, Sendable {
  /// The widget key of the website.
  public let site: String
  public let key: Secret
  public let page: PageSeen?
  public let language: String?

  public init(site: String, key: Secret, page: PageSeen?, language: String?) {
    self.site = site
    self.key = key
    self.page = page
    self.language = language
  }
}

/// The page of the website that a visitor looks at.
public struct PageSeen: Hashable, Sendable, Decodable {
  public let url: String
  public let title: String

  public init(url: String, title: String) {
    self.url = url
    self.title = title
  }
}

/// What a visitor filled in; which fields must be there is the site's rule.
public struct LeadForm: Hashable, Sendable, Decodable {
  public let name: String?
  public let email: String?
  public let phone: String?
  public let service: String?

  public init(name: String?, email: String?, phone: String?, service: String?) {
    self.name = name
    self.email = email
    self.phone = phone
    self.service = service
  }
}

/// A message as its sender names it: the same `client` at every retry.
public struct Message: Hashable, Sendable {
  public let client: String
  public let text: String

  public init(client: String, text: String) {
    self.client = client
    self.text = text
  }
}

public enum AgentStatus: String, Sendable, CaseIterable, Codable, JSONWritable {
  case online, away, offline
}
