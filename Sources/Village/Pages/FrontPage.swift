import Access
import Web

/// The front page of the demo.
struct FrontPage: Page {
  static let template = "front"

  struct Door: Sendable {
    let initials: String
    let avatar: String?
    let doorURL: SafeURL
    let name: String
    let text: String
    let address: String
  }

  let title: String
  let websites: [Door]
  let people: [Door]

  init(_ texts: Texts, _ addresses: Addresses) {
    title = texts["demo.front.title"]
    let ours = Website.all.map { website in
      Door(
        initials: website.initials, avatar: nil, doorURL: Self.url(addresses.of(website.host) + "/"), name: website.name,
        text: texts["demo.front.website.\(website.key.rawValue)"], address: addresses.label(of: website.host))
    }
    let marketplace = Door(
      initials: Marketplace.initials, avatar: nil, doorURL: Self.url(addresses.of(Marketplace.host) + "/"), name: Marketplace.name,
      text: texts["demo.front.website.marketplace"], address: addresses.label(of: Marketplace.host))
    websites = ours + [marketplace]
    people = Villager.all.map { villager in
      Door(
        initials: villager.initials, avatar: villager.avatar.rawValue,
        doorURL: Self.url(addresses.of(villager.host) + "/demo/sign-in?as=\(villager.key.rawValue)"), name: villager.name,
        text: texts["demo.front.person.\(villager.key.rawValue)"], address: addresses.label(of: villager.host))
    }
  }

  private static func url(_ text: String) -> SafeURL {
    guard let url = SafeURL(text) else { preconditionFailure("\(text) is an address of the village") }
    return url
  }
}

extension Villager {
  fileprivate var initials: String { String(name.split(separator: " ").compactMap(\.first)) }
}

/// The front page of a house that is open for business.
struct QuietPage: Page {
  static let template = "quiet"

  let title: String
  /// Where somebody goes who is known.
  let home: Way?
  let hasSignUp: Bool
  let hasDev: Bool

  struct Way: Sendable {
    let pageURL: SafeURL
    let label: String
  }

  init(_ texts: Texts, _ context: WebContext, hasSignUp: Bool, hasDev: Bool) {
    title = texts["demo.quiet.title"]
    let isTeam = context.actor.may(.read, .console)
    home = context.signedIn.map { _ in
      isTeam
        ? Way(pageURL: SafeURL(path: "/console"), label: texts["demo.quiet.console"])
        : Way(pageURL: SafeURL(path: "/conversations"), label: texts["conversations.own.title"])
    }
    self.hasSignUp = hasSignUp
    self.hasDev = hasDev
  }
}
