import Base

/// A page that a visitor looks at.
public struct SeenPage: Hashable, Sendable {
  public static let addressLimit = 2_000
  public static let titleLimit = 300

  public let url: String
  public let title: String
  public let at: Moment

  public init(url: String, title: String, at: Moment) {
    self.url = url
    self.title = title
    self.at = at
  }

  /// The same page, without what tells which advertisement or letter led to it.
  var withoutCampaign: SeenPage { SeenPage(url: Parameters.withoutCampaign(url), title: title, at: at) }
}

extension Site {
  /// A page as a browser reports it. It must be one of this site's own, because agents are shown it as a link.
  ///
  /// What is too long is cut: a campaign's endless address is no reason to leave its visitor without the widget.
  public func page(url: String, title: String, at now: Moment) throws(Refusal) -> SeenPage {
    try Self.page(url: url, title: title, among: origins, at: now)
  }

  /// The same where only the site's origins are at hand.
  public static func page(url: String, title: String, among origins: [Origin], at now: Moment) throws(Refusal) -> SeenPage {
    guard !url.utf8.contains(0), !title.utf8.contains(0) else { throw Refusal(.textHasNull) }
    guard let address = WebAddress(url), origins.contains(address.origin) else { throw Refusal(.notUnderstood) }
    return SeenPage(url: address.text.cut(to: SeenPage.addressLimit), title: title.trimmed.cut(to: SeenPage.titleLimit), at: now)
  }
}

extension String {
  /// At most so many Unicode scalars of it.
  func cut(to limit: Int) -> String {
    unicodeScalars.count <= limit ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(limit)))
  }
}
