import Access
import Base
import Hummingbird
import Sites
import Web

/// `/console/ratings`: what visitors thought of their chats, for each website and agent, with the ratings behind each number (P4, X9).
struct RatingRoutes: Sendable {
  static let path = "/console/ratings"
  static let onPage = 50

  let house: Conversations

  func register(on routes: Routes) {
    routes.get(Self.path, .to(.read, .console)) { request, context in
      let filter = try RatingFilter(Form(query: request))
      let (member, now) = (try context.person().member, house.clock.now)
      let (figures, sites) = try await house.store.read { session in
        let figures = try session.ratingFigures(filter, within: session.reach(of: member), at: now, limit: Self.onPage + 1)
        return (figures, Dictionary(uniqueKeysWithValues: try session.sites().map { ($0.id, $0.name) }))
      }
      return house.web.page(RatingsPage(figures, filter, sites: sites, house.web.texts(context.language)), request, context)
    }
  }
}
