import Base
import Web

/// Ratings of chats: a table of the websites, one of the agents, and the ratings themselves.
struct RatingsPage: Page {
  struct Line: Sendable {
    let name: String
    let listURL: SafeURL?
    let count: String
    let mean: String
    let spoken: String
    let good: String
    let isChosen: Bool
  }

  struct Given: Sendable {
    let chatURL: SafeURL?
    let visitor: String
    let time: ShownMoment
    let site: String
    let agents: String
    let drawn: String
    let spoken: String
    let text: String?
  }

  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "ratings"
  let title: String
  let spans: [Choice]
  let site: String
  let agent: String
  let sites: [Line]
  let agents: [Line]
  let isEmpty: Bool
  let listTitle: String
  let given: [Given]
  let allURL: SafeURL?
  let olderURL: SafeURL?
  let newestURL: SafeURL?

  init(_ figures: RatingFigures, _ filter: RatingFilter, sites: [SiteID: String], _ texts: Texts) {
    let words = RatingWords(texts: texts)
    title = texts["conversations.ratings.title"]
    spans = RatingFilter.Span.allCases.map {
      Choice(value: $0.rawValue, label: texts["conversations.ratings.span.\($0.rawValue)"], isChosen: $0 == filter.span)
    }
    site = filter.site?.description ?? ""
    agent = filter.agent?.description ?? ""
    self.sites = figures.sites.map { id, sum in
      Line(sites[id] ?? "–", sum, RatingFilter(span: filter.span, site: id), isChosen: filter.site == id, words)
    }.sorted { $0.name < $1.name }
    agents = figures.agents.map { id, sum in
      let name = figures.names[id].flatMap { $0.isEmpty ? nil : $0 } ?? texts["conversations.ratings.somebody"]
      return Line(name, sum, RatingFilter(span: filter.span, agent: id), isChosen: filter.agent == id, words)
    }.sorted { $0.name < $1.name }
    isEmpty = figures.sites.isEmpty
    let chosen = [filter.site.map { sites[$0] ?? "–" }, filter.agent.map { figures.names[$0] ?? "–" }].compactMap(\.self)
    listTitle =
      chosen.isEmpty
      ? texts["conversations.ratings.list"] : texts["conversations.ratings.listOf", ["name": chosen.joined(separator: ", ")]]
    let page = figures.given.prefix(RatingRoutes.onPage)
    given = page.map { Given($0, figures, sites: sites, words) }
    allURL = chosen.isEmpty ? nil : SafeURL("\(RatingRoutes.path)?\(RatingFilter(span: filter.span).query)")
    let here = "\(RatingRoutes.path)?\(filter.query)"
    olderURL = figures.given.count > page.count ? page.last.flatMap { SafeURL("\(here)&after=\($0.place)#list") } : nil
    newestURL = filter.place == nil ? nil : SafeURL("\(here)#list")
  }
}

/// Figures as the reader's language writes them.
struct RatingWords {
  let texts: Texts

  func mean(_ sum: RatingSum) -> String {
    let point = [.french, .italian].contains(texts.language) ? "," : "."
    return "\(sum.tenths / 10)\(point)\(sum.tenths % 10)"
  }

  func spoken(_ stars: String) -> String { texts["conversations.ratings.spoken", ["stars": stars]] }

  func drawn(_ stars: Int64) -> String {
    let (given, most) = (Int(stars), Int(Rating.starRange.upperBound))
    return String(repeating: "★", count: given) + String(repeating: "☆", count: most - given)
  }
}

extension RatingsPage.Line {
  fileprivate init(_ name: String, _ sum: RatingSum, _ filter: RatingFilter, isChosen: Bool, _ words: RatingWords) {
    let mean = words.mean(sum)
    self.init(
      name: name, listURL: SafeURL("\(RatingRoutes.path)?\(filter.query)#list"), count: String(sum.count), mean: mean,
      spoken: words.spoken(mean), good: words.texts["conversations.ratings.percent", ["part": String(sum.goodPercent)]], isChosen: isChosen)
  }
}

extension RatingsPage.Given {
  fileprivate init(_ rating: GivenRating, _ figures: RatingFigures, sites: [SiteID: String], _ words: RatingWords) {
    let somebody = words.texts["conversations.ratings.somebody"]
    let agents = (figures.agentsOfChats[rating.chat] ?? []).map { figures.names[$0] ?? "" }
    self.init(
      chatURL: SafeURL("/console#\(rating.place.id)"), visitor: rating.visitor ?? somebody, time: ShownMoment(rating.place.at),
      site: sites[rating.site] ?? "–", agents: agents.map { $0.isEmpty ? somebody : $0 }.joined(separator: ", "),
      drawn: words.drawn(rating.stars), spoken: words.spoken(String(rating.stars)), text: rating.text.isEmpty ? nil : rating.text)
  }
}
