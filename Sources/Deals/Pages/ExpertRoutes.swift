import Accounts
import Availability
import Base
import Brakes
import HTTPTypes
import Hummingbird
import Pricing
import Sites
import Store
import Web
import Wire

/// `/experts`: who can be asked, what an answer costs, and how a question begins.
struct ExpertRoutes: Sendable {
  let deals: Deals

  func register(on routes: Routes) {
    routes.get("/experts", .to(.read, .publicPage)) { request, context in try await list(request, context) }
    routes.get("/experts/{site}/{account}", .to(.read, .publicPage)) { request, context in try await show(request, context) }
    routes.form("/experts/{site}/{account}/ask", .ownDesk) { _, request, context in
      let person = try context.person()
      let sender = Sender(
        address: context.address.text, language: context.language.code, userAgent: request.headers[.userAgent] ?? "")
      let thread = try await deals.thread(
        of: person, with: context.identity("account"), at: context.identity("site"), from: sender)
      return .redirect("/conversations/\(thread)")
    }
    // The language links of a page that answered a form lead here.
    routes.get("/experts/{site}/{account}/ask", .to(.read, .publicPage)) { _, context in
      let (site, account): (SiteID, AccountID) = (try context.identity("site"), try context.identity("account"))
      return .redirect("/experts/\(site)/\(account)")
    }
  }

  private func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let (offers, asked) = (try await deals.offers(), OfferFilter(rawValue: try Form(query: request)["now"]) ?? .all)
    let page = ExpertsPage(offers, asked, trialURL: trialURL(context), web.texts(context.language))
    return web.page(page, request, context)
  }

  private func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let (site, account): (SiteID, AccountID) = (try context.identity("site"), try context.identity("account"))
    guard let offer = try await deals.offers().first(where: { $0.site.id == site && $0.expert.account == account }) else {
      throw Refusal(.notFound)
    }
    let (reader, now) = (context.signedIn?.member.id, deals.clock.now)
    let (worth, isIncluded) = try await deals.store.read { session -> (RoughAmount?, Bool) in
      guard let reader, let price = offer.price?.total else { return (nil, false) }
      let isIncluded = try session.included(for: reader, in: price.unit, at: now) != nil
      return (isIncluded ? nil : try session.worth(of: price, for: reader, at: now), isIncluded)
    }
    let page = ExpertPage(
      offer, reader: reader, worth: worth, isIncluded: isIncluded, trialURL: trialURL(context), web.texts(context.language))
    return web.page(page, request, context)
  }

  /// Where somebody tries it who has no account: in the demo.
  private func trialURL(_ context: WebContext) -> SafeURL? {
    web.settings.hasTrials && context.signedIn == nil ? SafeURL(path: "/demo/trial") : nil
  }

  private var web: WebFront { deals.web }
}

/// An expert at a website, and on which terms.
struct Offer: Sendable {
  let expert: Face
  let site: Site
  let terms: Terms
  let rates: Rates
  let availability: Availability
  /// Takes what is written, now or later.
  let isAskable: Bool
  let features: Set<Feature>
  /// How many more promises fit now.
  let room: Int64
  /// Nil while nobody has rated an answer.
  let rating: RatingSum?

  /// How what is written now reaches the expert.
  var way: MessageWay {
    status == .offline && terms.offlinePrice != nil && features.contains(.offlineMessages) ? .offline : .question
  }

  /// What an answer to that costs there from this expert, and a video answer where they are given.
  var price: Quote? { features.contains(.paidQuestions) ? Quote.of(way.service, terms.tariff, rates) : nil }
  var videoPrice: Quote? { features.contains(.paidQuestions) ? Quote.of(.video, terms.tariff, rates) : nil }
  var minutePrice: Int64? { features.contains(.minuteChats) ? Quote.minutePrice(terms.tariff, rates) : nil }

  var status: AgentStatus { availability.status }
  var reach: Reach { availability.reach(takesMessages: features.contains(.offlineMessages)) }

  var path: String { "/experts/\(site.id)/\(expert.account)" }
}

extension Deals {
  /// Everybody who can be asked, those who are there first.
  func offers() async throws -> [Offer] {
    let now = clock.now
    let (found, ratings) = try await store.read { session in
      let found = try session.sites().filter(\.active).flatMap { site -> [(Face, Site, Terms, Rates, Int64, Acceptance, Set<Feature>)] in
        guard let terms = try session.terms(at: site.id) else { return [] }
        let features = try session.features(at: site.id)
        return try session.experts(at: site.id).map {
          (
            $0, site, terms, try session.rates(of: $0.account), try session.openQuestions(for: $0.account),
            try session.acceptance(of: $0.account, at: now), features
          )
        }
      }
      return (found, try session.ratings())
    }
    let offers = found.map { face, site, terms, rates, open, acceptance, features in
      Offer(
        expert: face, site: site, terms: terms, rates: rates,
        availability: conversations.availability(of: face.account, accepting: acceptance),
        isAskable: !acceptance.channels.isDisjoint(with: [.chat, .offlineMessage]), features: features,
        room: max(0, terms.openLimit - open),
        rating: ratings[face.account])
    }
    return offers.filter { $0.status == .online } + offers.filter { $0.status == .away } + offers.filter { $0.status == .offline }
  }
}

/// What an offer says on a page.
struct OfferView: Sendable {
  let name: String
  let site: String
  let avatar: String
  let status: String
  let statusText: String
  let price: String?
  let priceText: String
  let videoPrice: String?
  let minutePrice: String?
  let promise: String
  /// For how many more questions; nil where none is taken.
  let room: String?
  let rating: RatingView?
  let expertURL: SafeURL?

  init(_ offer: Offer, _ texts: Texts) {
    name = offer.expert.name
    site = offer.site.name
    avatar = offer.expert.avatar
    status = offer.status.rawValue
    statusText = texts["deals.reach.\(offer.reach.rawValue)"]
    func words(_ quote: Quote) -> String { texts.counted("deals.price.\(quote.unit.rawValue)", Int(quote.total.count)) }
    price = offer.price.map(words)
    videoPrice = offer.videoPrice.map(words)
    minutePrice = offer.minutePrice.map {
      texts.counted("deals.price.\(offer.terms.price.unit.rawValue)", Int($0))
    }
    let seconds = offer.terms.promise(offer.way).answerSeconds
    promise =
      offer.way.isLeft ? texts.counted("deals.promiseHours", Int(seconds / 3600)) : texts.counted("deals.promise", Int(seconds / 60))
    priceText = texts[offer.way.isLeft ? "deals.expert.leftPrice" : "deals.expert.price"]
    room = price == nil ? nil : offer.room == 0 ? texts["deals.full"] : texts.counted("deals.room", Int(offer.room))
    rating = offer.rating.map { RatingView($0, texts) }
    expertURL = SafeURL(offer.path)
  }
}

/// `4.8 · 23 ratings`, and the same in words for who hears it.
struct RatingView: Sendable {
  let mean: String
  let count: String
  let spoken: String

  init(_ rating: RatingSum, _ texts: Texts) {
    let tenths = rating.tenths
    // The point of the language, as in an amount with one decimal.
    let point = [.french, .italian].contains(texts.language) ? "," : "."
    mean = "\(tenths / 10)\(point)\(tenths % 10)"
    count = texts.counted("deals.rating.count", Int(rating.count))
    spoken = texts["deals.rating.spoken", ["mean": mean]]
  }
}

/// Whom the list shows (A4).
enum OfferFilter: String, CaseIterable, Sendable {
  case all, online, offline

  func shows(_ offer: Offer) -> Bool {
    let isThere = [.chat, .away, .call, .busy].contains(offer.availability.reach)
    return self == .all || isThere == (self == .online)
  }
}

struct ExpertsPage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  static let template = "experts"
  let title: String
  let offers: [OfferView]
  let isEmpty: Bool
  /// There are some, but none as asked for.
  let isNarrow: Bool
  let filters: [Choice]
  let trialURL: SafeURL?

  init(_ all: [Offer], _ asked: OfferFilter, trialURL: SafeURL?, _ texts: Texts) {
    title = texts["deals.experts.title"]
    let offers = all.filter(asked.shows)
    self.offers = offers.map { OfferView($0, texts) }
    isEmpty = all.isEmpty
    isNarrow = !all.isEmpty && offers.isEmpty
    filters = OfferFilter.allCases.map {
      Choice(value: $0.rawValue, label: texts["deals.experts.filter.\($0.rawValue)"], isChosen: $0 == asked)
    }
    self.trialURL = trialURL
  }
}

struct ExpertPage: Page {
  static let template = "expert"
  let title: String
  let offer: OfferView
  /// That the expert is not there, and what that means: said before anything is sent (A18, C13).
  let away: String?
  /// Takes nothing that is written.
  let isUnavailable: Bool
  /// Nil for who cannot ask: nobody asks themselves.
  let askURL: SafeURL?
  let signInURL: SafeURL?
  let signUpURL: SafeURL?
  let trialURL: SafeURL?
  /// The price in the currency that the reader chose.
  let about: String?
  /// The reader's subscription pays for it.
  let isIncluded: Bool

  init(_ offer: Offer, reader: AccountID?, worth: RoughAmount?, isIncluded: Bool, trialURL: SafeURL?, _ texts: Texts) {
    about = worth?.wordsWithDay(texts)
    self.isIncluded = isIncluded
    title = offer.expert.name
    self.offer = OfferView(offer, texts)
    away =
      offer.isAskable && offer.status == .offline
      ? offer.way.isLeft ? texts["deals.expert.left", ["name": offer.expert.name]] : texts["deals.expert.away"] : nil
    isUnavailable = !offer.isAskable
    askURL = reader == nil || reader == offer.expert.account || !offer.isAskable ? nil : SafeURL("\(offer.path)/ask")
    signInURL = reader == nil ? SafeURL("/sign-in?next=\(FormCoding.encode(offer.path))") : nil
    signUpURL = reader == nil ? SafeURL("/sign-up") : nil
    self.trialURL = trialURL
  }
}
