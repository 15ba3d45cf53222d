import Accounts
import Web

/// Every style noun with sample words, once on a light and once on a dark ground.
struct GalleryPage: Page {
  static let template = "gallery"

  struct Scheme: Sendable {
    let scheme: String
    let heading: String
  }

  struct Face: Sendable {
    let avatar: String
  }

  struct Person: Sendable {
    let name: String
    let initials: String
    let pseudonym: String

    init(name: String, pseudonym: String? = nil) {
      self.name = name
      initials = String(name.split(separator: " ").compactMap(\.first))
      self.pseudonym = pseudonym ?? name
    }

    init(_ villager: Villager) { self.init(name: villager.name, pseudonym: villager.pseudonym) }
  }

  let title: String
  let schemes: [Scheme]
  let faces = Avatar.allCases.map { Face(avatar: $0.rawValue) }
  let clara = Person(Villager.of(.clara))
  let bruno = Person(Villager.of(.bruno))
  let elif = Person(Villager.of(.elif))
  let ines = Person(name: "Ines Carvalho")
  let jonas = Person(name: "Jonas Weber")
  let paolo = Person(name: "Paolo Rinaldi")
  let harbour = Website.of(.harbour).name
  let lantern = Website.of(.lantern).name

  init(_ texts: Texts) {
    title = texts["demo.gallery.title"]
    schemes = [
      Scheme(scheme: "light", heading: texts["demo.gallery.light"]), Scheme(scheme: "dark", heading: texts["demo.gallery.dark"]),
    ]
  }
}
