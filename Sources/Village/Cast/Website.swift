import Accounts
import Base
import Sites
import Web

/// A website of somebody else that carries the widget: its pages are in `Websites/`, this is what Parley knows of it.
struct Website: Sendable {
  enum Key: String, CaseIterable, Sendable {
    case harbour, lantern, quill
  }

  /// Who answers here, and as whom where that is not their own pseudonym.
  struct Seat: Sendable {
    let villager: Villager.Key
    var pseudonym: String?
    var avatar: Avatar?
  }

  let key: Key
  let name: String
  let initials: String
  let look: Look
  let welcome: String
  let language: WidgetLanguage
  let timeZone: String
  let services: [String]
  let team: [Seat]
  /// Its pages are served with a Content-Security-Policy of the strict kind.
  let isStrict: Bool
  /// Stands in the snippets of its pages, so it is the same in every demo.
  let widgetKey: String

  var host: String { "\(key.rawValue).localhost" }

  static func of(_ key: Key) -> Website {
    guard let website = all.first(where: { $0.key == key }) else { preconditionFailure("\(key) has a website") }
    return website
  }

  static func at(host: String?) -> Website? {
    guard let host else { return nil }
    let name = Addresses.name(inHost: host)
    return all.first { $0.host == name }
  }

  static let all = [
    Website(
      key: .harbour, name: "Harbour Essays", initials: "HE", look: Look(hue: 178),
      welcome: "Ask us about your thesis, essay or article. An editor answers, not a machine.", language: .visitors,
      timeZone: "Europe/Dublin", services: ["Thesis", "Essay", "Editing", "Proofreading"],
      team: [Seat(villager: .clara), Seat(villager: .bruno)], isStrict: false, widgetKey: "5f1d8b2e7c604a93b8e2d1740c9a6f35"),
    Website(
      key: .lantern, name: "Lantern Books", initials: "LB", look: Look(hue: 60, position: .start),
      welcome: "Cercate un libro, o non sapete ancora quale? Scriveteci.", language: .visitors, timeZone: "Europe/Rome",
      services: ["Consiglio di lettura", "Ordine", "E-book", "Incontri in libreria"],
      team: [Seat(villager: .clara, pseudonym: "Chiara", avatar: .poppy), Seat(villager: .elif)], isStrict: false,
      widgetKey: "a27c40e95b1846d2930fce8b71d5240e"),
    Website(
      key: .quill, name: "Quill & Co", initials: "QC", look: Look(hue: 285),
      welcome: "Décrivez votre document : langue, pays, délai. Nous répondons avec un prix.", language: .visitors,
      timeZone: "Europe/Paris", services: ["Traduction certifiée", "Traduction simple", "Apostille", "Devis"],
      team: [Seat(villager: .clara), Seat(villager: .bruno, pseudonym: "Benoît", avatar: .cedar), Seat(villager: .elif)], isStrict: true,
      widgetKey: "c90e63b17f2a4d58a6b4e8107d3f5921"),
  ]
}

extension SitePolicy {
  /// Where answers are paid for, nobody is led past them.
  static var keepingPeople: SitePolicy {
    var policy = SitePolicy()
    policy.offPlatform = .mask
    return policy
  }
}

extension Website {
  func site(id: SiteID, origin: Origin, at now: Moment) -> Site {
    Site(
      id: id, key: widgetKey, name: name, domain: host, origins: [origin], look: look, welcome: welcome, language: language,
      timeZone: timeZone, form: LeadForm(services: services), createdAt: now)
  }

  /// What it counts as a success of a visit: its name, and the page.
  var goal: (name: String, page: String)? {
    switch key {
    case .harbour: nil
    case .lantern: ("E-book", "/ebook")
    case .quill: ("Documents", "/documents")
    }
  }

  /// Whoever asks here may go on where they like; chats that do are counted.
  var policy: SitePolicy {
    var policy = SitePolicy()
    (policy.whatsAppNumber, policy.whatsAppText) = whatsApp
    return policy
  }

  /// The numbers are of series that are nobody's.
  private var whatsApp: (number: String, text: String) {
    switch key {
    case .harbour: ("353205550101", "Hello! I come from the chat on your website. {visitor}")
    case .lantern: ("390555550102", "Buongiorno! Vi scrivo dalla chat del vostro sito. {visitor}")
    case .quill: ("33199005553", "Bonjour ! Je viens du chat de votre site. {visitor}")
    }
  }

  /// What two of them say first to who has read for a while.
  var invitation: (name: String, page: String, text: String, texts: [Language: String])? {
    switch key {
    case .harbour:
      (
        "Prices", "/prices", "Shall we work out what your text would cost? It takes a minute.",
        [.french: "Voulez-vous savoir ce que coûterait votre texte ? Cela prend une minute."]
      )
    case .lantern:
      (
        "Libri", "/libri", "Cercate qualcosa di preciso? Chiedete pure: li abbiamo letti quasi tutti.",
        [.english: "Looking for something in particular? Ask us: we have read most of them."]
      )
    case .quill: nil
    }
  }

  /// Whether an origin is this website on some port.
  func stands(at origin: Origin) -> Bool {
    origin.description.split(separator: "/").last.map { Addresses.name(inHost: String($0)) == host } ?? false
  }
}
