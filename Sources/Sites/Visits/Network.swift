/// A place of the web that many visitors come from, known by its host or by what campaigns call it.
///
/// Which are search engines and which are social networks is what Google Analytics and Matomo sort them into:
/// https://support.google.com/analytics/answer/9756891, https://github.com/matomo-org/searchengine-and-social-list
struct Network: Hashable {
  enum Kind {
    case search, social, mail

    var source: VisitSource.Kind {
      switch self {
      case .search: .search
      case .social: .social
      case .mail: .mail
      }
    }
  }

  let name: String
  let kind: Kind

  static let google = Network(name: "google", kind: .search)
  static let bing = Network(name: "bing", kind: .search)
  static let facebook = Network(name: "facebook", kind: .social)

  /// As `utm_source` names it: `Google`, `facebook.com`, `fb`.
  init?(called source: String) {
    let word = source.lowercased()
    guard let network = Self.byName[word] ?? Self.nicknames[word] ?? Network(host: word) else { return nil }
    self = network
  }

  /// - Parameter host: without `www.`
  init?(host: String) {
    var rest = host[...]
    while true {
      if let network = Self.byHost[String(rest)] {
        self = network
        return
      }
      guard let dot = rest.firstIndex(of: ".") else { break }
      rest = rest[dot...].dropFirst()
    }
    guard let network = Self.inEveryCountry(host) else { return nil }
    self = network
  }

  private init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// `google.co.uk`, `m.google.fr`, `fr.search.yahoo.com`, `yandex.kz`: not `docs.google.com`, where people write to each other.
  private static func inEveryCountry(_ host: String) -> Network? {
    let labels = host.split(separator: ".").map(String.init)
    let leading = labels.drop { ["m", "search", "images", "news"].contains($0) || $0.count == 2 }
    guard let brand = leading.first, let network = byName[brand], network.kind == .search, anywhere.contains(brand) else { return nil }
    let ending = leading.dropFirst()
    return (1...2).contains(ending.count) && ending.allSatisfy { $0.count <= 3 } ? network : nil
  }

  private static let anywhere: Set = ["google", "bing", "yahoo", "yandex"]

  /// The hosts with a space between.
  private static let hosts: [(name: String, kind: Kind, hosts: String)] = [
    ("gmail", .mail, "gmail.com mail.google.com"), ("outlook", .mail, "outlook.live.com outlook.office.com outlook.office365.com"),
    ("yahoo mail", .mail, "ymail.com mail.yahoo.com"), ("proton", .mail, "proton.me mail.proton.me"),
    ("google", .search, ""), ("bing", .search, ""), ("yahoo", .search, ""), ("yandex", .search, "ya.ru"),
    ("duckduckgo", .search, "duckduckgo.com"), ("ecosia", .search, "ecosia.org"), ("qwant", .search, "qwant.com"),
    ("startpage", .search, "startpage.com"), ("brave", .search, "search.brave.com"), ("kagi", .search, "kagi.com"),
    ("baidu", .search, "baidu.com"), ("naver", .search, "search.naver.com"), ("seznam", .search, "search.seznam.cz"),
    ("mojeek", .search, "mojeek.com"), ("aol", .search, "search.aol.com"), ("ask", .search, "ask.com"),
    ("facebook", .social, "facebook.com fb.com fb.me"), ("instagram", .social, "instagram.com"),
    ("x", .social, "x.com twitter.com t.co"), ("linkedin", .social, "linkedin.com lnkd.in"),
    ("youtube", .social, "youtube.com youtu.be"), ("tiktok", .social, "tiktok.com"),
    ("pinterest", .social, "pinterest.com pin.it"),
    ("reddit", .social, "reddit.com"), ("snapchat", .social, "snapchat.com"), ("threads", .social, "threads.net threads.com"),
    ("bluesky", .social, "bsky.app"), ("mastodon", .social, "mastodon.social"), ("whatsapp", .social, "whatsapp.com wa.me"),
    ("telegram", .social, "telegram.org t.me"), ("messenger", .social, "messenger.com"), ("quora", .social, "quora.com"),
    ("tumblr", .social, "tumblr.com"), ("vk", .social, "vk.com"), ("xing", .social, "xing.com"),
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: hosts.map { ($0.name, Network(name: $0.name, kind: $0.kind)) })
  private static let byHost = Dictionary(
    uniqueKeysWithValues: hosts.flatMap { entry in
      entry.hosts.split(separator: " ").map { (String($0), Network(name: entry.name, kind: entry.kind)) }
    })
  private static let nicknames: [String: Network] = [
    "fb": facebook, "ig": Network(name: "instagram", kind: .social), "twitter": Network(name: "x", kind: .social),
    "adwords": google, "googleads": google, "bingads": bing,
  ]
}
