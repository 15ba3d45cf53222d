/// A program that reads pages for somebody else is no visitor.
///
/// The words are those by which their operators say they name them: `…bot`, `…crawler`, `…spider` nearly all, and some by name, as in
/// https://developers.google.com/search/docs/crawling-indexing/google-special-case-crawlers and
/// https://github.com/monperrus/crawler-user-agents. A browser that people steer by a program (`HeadlessChrome`) is a browser: it is
/// what websites are tested with.
enum Robot {
  static func isNamed(in userAgent: String) -> Bool {
    let text = userAgent.prefix(512).lowercased()
    return words.contains { text.contains($0) } || text.contains("bot") && !telephones.contains { text.contains($0) }
  }

  private static let words = [
    "crawl", "spider", "slurp", "facebookexternalhit", "meta-externalagent", "google-inspectiontool", "googleother", "google-read-aloud",
    "apis-google", "mediapartners-google", "feedfetcher", "lighthouse", "pagespeed", "bingpreview", "yandexmetrika", "pingdom",
    "statuscake", "ahrefs", "semrush", "archive.org", "scrapy", "phantomjs",
  ]
  /// A maker of telephones.
  private static let telephones = ["cubot"]
}
