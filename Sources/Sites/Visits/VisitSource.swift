/// Where a visit came from (E49), read from the address it began at and the page before it.
public struct VisitSource: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case direct, search, social, paidSearch, paidSocial, mail, referral, campaign
  }

  public static let wordLimit = 200

  public let kind: Kind
  /// Who sent them: as a campaign calls itself, or as the website is known. Empty for who came directly.
  public let name: String
  public var medium = ""
  public var campaign = ""
  public var term = ""
  public var content = ""

  public init(kind: Kind, name: String = "") {
    self.kind = kind
    self.name = name
  }

  /// - Parameters:
  ///   - landing: the address of the first page, with its parameters.
  ///   - referrer: where the browser says it came from; the site's own pages tell nothing.
  init(landing: String, referrer: String, own: [Origin]) {
    let told = Campaign(landing)
    let before = WebAddress(referrer).flatMap { own.contains($0.origin) ? nil : Referrer($0.origin) }
    let network = told.network ?? (told.isEmpty ? before?.network : nil)
    self.init(kind: Self.kind(told, before, network), name: told.source.isEmpty ? network?.name ?? before?.host ?? "" : told.source)
    (medium, campaign, term, content) = (told.medium, told.name, told.term, told.content)
  }

  /// What a campaign says of itself goes before what the browser says.
  private static func kind(_ told: Campaign, _ before: Referrer?, _ network: Network?) -> Kind {
    if told.isPaid { return told.isSocial || network?.kind == .social ? .paidSocial : told.isSearch(network) ? .paidSearch : .campaign }
    if told.isMail { return .mail }
    if told.isSocial { return .social }
    if told.medium.lowercased() == "organic" { return .search }
    if told.medium.lowercased() == "referral" { return .referral }
    if let network { return network.kind.source }
    if !told.isEmpty { return .campaign }
    return before == nil ? .direct : .referral
  }
}

/// What a landing page's address says of the advertisement or letter that led to it.
private struct Campaign {
  let source: String
  let medium: String
  let name: String
  let term: String
  let content: String
  /// The network whose mark of a press is in the address, and whether such a press is always paid for.
  let press: (network: Network, isPaid: Bool)?

  init(_ address: String) {
    let told = Parameters(address)
    source = told["utm_source"]
    medium = told["utm_medium"]
    name = told["utm_campaign"]
    term = told["utm_term"]
    content = told["utm_content"]
    press = Self.presses.first { told.has($0.parameter) }.map { ($0.network, $0.isPaid) }
  }

  /// Facebook marks every link that leaves it, paid for or not.
  private static let presses: [(parameter: String, network: Network, isPaid: Bool)] = [
    ("gclid", .google, true), ("gbraid", .google, true), ("wbraid", .google, true), ("msclkid", .bing, true), ("fbclid", .facebook, false),
  ]

  var isEmpty: Bool { [source, medium, name, term, content].allSatisfy(\.isEmpty) && press == nil }
  var network: Network? { Network(called: source) ?? press?.network }

  /// The media that Google Analytics counts as paid: https://support.google.com/analytics/answer/9756891
  var isPaid: Bool {
    let medium = medium.lowercased()
    return press?.isPaid == true || medium.contains("cp") || ["ppc", "retargeting"].contains(medium) || medium.hasPrefix("paid")
  }

  var isMail: Bool {
    ["email", "e-mail", "e_mail", "mail", "newsletter"].contains { [medium.lowercased(), source.lowercased()].contains($0) }
  }

  var isSocial: Bool { medium.lowercased().contains("social") || medium.lowercased() == "sm" }

  func isSearch(_ network: Network?) -> Bool { network?.kind == .search || medium.lowercased().contains("search") }
}

/// A page of somebody else that led here.
private struct Referrer {
  let host: String
  let network: Network?

  init(_ origin: Origin) {
    let whole = origin.description.drop { $0 != "/" }.dropFirst(2).prefix { $0 != ":" }
    host = String(whole.hasPrefix("www.") ? whole.dropFirst(4) : whole)
    network = Network(host: host)
  }
}
