import Testing

@testable import Sites

/// Where visits come from, as a table.
@Suite struct SourceTests {
  static let own = ["https://harbour.example"].compactMap(Origin.init)

  private func source(_ parameters: String, _ referrer: String = "") -> VisitSource {
    VisitSource(landing: "https://harbour.example/offer?\(parameters)", referrer: referrer, own: Self.own)
  }

  @Test(
    "E49: without a campaign the page before says where somebody comes from",
    arguments: [
      ("", VisitSource.Kind.direct, ""), ("https://harbour.example/prices", .direct, ""), ("nonsense", .direct, ""),
      ("https://www.google.com/", .search, "google"), ("https://google.co.uk/", .search, "google"),
      ("https://m.google.fr/", .search, "google"),
      ("https://fr.search.yahoo.com/", .search, "yahoo"), ("https://yandex.kz/", .search, "yandex"),
      ("https://cn.bing.com/", .search, "bing"),
      ("https://duckduckgo.com/", .search, "duckduckgo"), ("https://search.brave.com/", .search, "brave"),
      ("https://docs.google.com/", .referral, "docs.google.com"), ("https://google.evil.example/", .referral, "google.evil.example"),
      ("https://notgoogle.com/", .referral, "notgoogle.com"), ("https://mail.google.com/", .mail, "gmail"),
      ("https://l.facebook.com/", .social, "facebook"), ("https://t.co/", .social, "x"), ("https://out.reddit.com/", .social, "reddit"),
      ("https://www.blog.example:8443/post", .referral, "blog.example"), ("https://nett.co/", .referral, "nett.co"),
    ])
  func referrers(referrer: String, kind: VisitSource.Kind, name: String) {
    #expect(source("", referrer) == VisitSource(kind: kind, name: name))
  }

  @Test(
    "E49: what a campaign says of itself goes before the page before",
    arguments: [
      ("gclid=abc", VisitSource.Kind.paidSearch, "google"), ("msclkid=abc", .paidSearch, "bing"), ("fbclid=abc", .social, "facebook"),
      ("gclid=", .social, "reddit"), ("utm_source=google&utm_medium=cpc", .paidSearch, "google"),
      ("utm_source=google&utm_medium=organic", .search, "google"), ("utm_source=facebook&utm_medium=cpc", .paidSocial, "facebook"),
      ("utm_source=ig&utm_medium=paid", .paidSocial, "ig"), ("utm_source=shoppers&utm_medium=paid-social", .paidSocial, "shoppers"),
      ("utm_source=adsco&utm_medium=cpm", .campaign, "adsco"), ("utm_source=adsco&utm_medium=paidsearch", .paidSearch, "adsco"),
      ("utm_source=news&utm_medium=email", .mail, "news"), ("utm_source=newsletter", .mail, "newsletter"),
      ("utm_source=FB&fbclid=1", .social, "FB"), ("utm_source=team&utm_medium=social", .social, "team"),
      ("utm_source=partner.example&utm_medium=referral", .referral, "partner.example"), ("utm_campaign=autumn", .campaign, "reddit.com"),
      ("utm_source=flyer&utm_medium=print", .campaign, "flyer"), ("utm_medium=cpc&fbclid=1", .paidSocial, "facebook"),
    ])
  func campaigns(parameters: String, kind: VisitSource.Kind, name: String) {
    let found = source(parameters, "https://www.reddit.com/")
    #expect(found.kind == kind && found.name == name, "\(parameters)")
  }

  @Test("E49: the words of a campaign are read as they were written, on one line, and cut")
  func words() {
    let found = source(
      "UTM_Campaign=l%27%C3%A9t%C3%A9+%26+plus&utm_term=a%0Ab%00&utm_content=%ZZ&utm_medium=" + String(repeating: "x", count: 999))
    #expect(
      found.campaign == "l'été & plus" && found.term == "a b" && found.content == "%ZZ" && found.medium.count == VisitSource.wordLimit)
    #expect(
      VisitSource(landing: "https://harbour.example/#/a?utm_source=flyer", referrer: "", own: Self.own).kind == .campaign,
      "of a route behind a hash, too")
  }

  @Test(
    "E49: an address keeps what makes the page and loses what tells the advertisement",
    arguments: [
      ("https://a.example/?id=7&utm_source=x&gclid=1", "https://a.example/?id=7"), ("https://a.example/?UTM_x=1", "https://a.example/"),
      ("https://a.example/#/b?utm_source=x", "https://a.example/#/b"), ("https://a.example/b", "https://a.example/b"),
      ("https://a.example/?fbclid=1#/b", "https://a.example/#/b"),
    ])
  func plain(address: String, expected: String) {
    #expect(Parameters.withoutCampaign(address) == expected)
  }

  @Test(
    "E49: programs that read pages are known by what they call themselves; telephones and tested browsers are browsers",
    arguments: [
      ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true),
      ("Mozilla/5.0 (compatible; bingbot/2.0) Chrome/136.0 Safari/537.36", true),
      ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3)", true),
      ("facebookexternalhit/1.1", true), ("Mozilla/5.0 (Macintosh) Chrome/141.0 Safari/537.36 Chrome-Lighthouse", true),
      ("Mozilla/5.0 (compatible; Yahoo! Slurp)", true), ("SomeCrawler/9", true), ("Baiduspider", true),
      ("Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) Chrome/141.0 Mobile Safari/537.36", false),
      ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.0.0 Safari/537.36", false),
      ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", false), ("", false),
    ])
  func robots(userAgent: String, isRobot: Bool) {
    #expect(Robot.isNamed(in: userAgent) == isRobot)
  }
}
