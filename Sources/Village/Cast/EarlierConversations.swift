/// The conversations themselves, oldest end first. They are the village's own words, each in the language of its website.
extension EarlierConversation {
  static let all = [amelie, ines, paolo, giulia, jonas]

  private static let desktop = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
  private static let phone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"

  /// Two rounds in one thread, days apart.
  private static let amelie = EarlierConversation(
    website: .quill, visitorKey: "3c8f5a0e9d7146b2a1f05e6c84d79b10",
    lead: [
      "name": "Amélie Laurent", "email": "amelie.laurent@example.com", "phone": "+33 6 40 11 82 05", "service": "Traduction certifiée",
    ],
    language: "fr-FR", userAgent: desktop, page: Place(path: "/tarifs", title: "Tarifs"), referrer: "https://search.example/",
    steps: [
      Step(when: .daysAgo(8, at: (9, 12)), deed: .sendsForm),
      Step(
        when: .daysAgo(8, at: (9, 13)),
        deed: .asks("Bonjour, combien coûte un acte de mariage italien, une page, à rendre à la préfecture ?")),
      Step(when: .daysAgo(8, at: (9, 14)), deed: .joins(.bruno)),
      Step(when: .daysAgo(8, at: (9, 15)), deed: .answers(.bruno, "Bonjour Amélie. 32 € la page, certifiée, en deux jours ouvrés.")),
      Step(when: .daysAgo(8, at: (9, 16)), deed: .asks("Parfait, je vous envoie la photographie ce soir.")),
      Step(when: .daysAgo(8, at: (9, 17)), deed: .readsAs(.bruno)),
      Step(when: .daysAgo(8, at: (9, 18)), deed: .answers(.bruno, "Les quatre coins visibles, s’il vous plaît. À ce soir.")),
      Step(when: .daysAgo(8, at: (9, 19)), deed: .reads),
      Step(when: .daysAgo(8, at: (9, 20)), deed: .ends),
      Step(
        when: .daysAgo(3, at: (14, 41)),
        deed: .asks("C’est moi encore : la traduction est arrivée, la préfecture l’a acceptée. Merci.")),
      Step(when: .daysAgo(3, at: (14, 44)), deed: .joins(.bruno)),
      Step(when: .daysAgo(3, at: (14, 44)), deed: .readsAs(.bruno)),
      Step(when: .daysAgo(3, at: (14, 45)), deed: .answers(.bruno, "Merci de nous l’avoir dit. Toutes nos félicitations.")),
      Step(when: .daysAgo(3, at: (14, 46)), deed: .reads),
      Step(when: .daysAgo(3, at: (15, 2)), deed: .closes(.bruno)),
    ])

  /// Two agents in one chat.
  private static let ines = EarlierConversation(
    website: .harbour, visitorKey: "b94d27f1c60e4835a7d2f3180e5c6a9b",
    lead: ["name": "Ines Carvalho", "email": "ines.carvalho@example.com", "phone": "+351 912 555 014", "service": "Thesis"],
    language: "en-GB", userAgent: desktop, page: Place(path: "/how-we-work", title: "How we work"), referrer: "",
    steps: [
      Step(when: .daysAgo(2, at: (10, 3)), deed: .sendsForm),
      Step(
        when: .daysAgo(2, at: (10, 4)),
        deed: .asks("Hello. My thesis is on seagrass meadows, 64,000 words. Is there an editor who knows the field?")),
      Step(when: .daysAgo(2, at: (10, 5)), deed: .joins(.clara)),
      Step(when: .daysAgo(2, at: (10, 5)), deed: .answers(.clara, "Good morning, Ines. Yes, two of us do. When do you hand it in?")),
      Step(when: .daysAgo(2, at: (10, 6)), deed: .asks("On the 14th. The last chapter is still missing its discussion.")),
      Step(when: .daysAgo(2, at: (10, 7)), deed: .joins(.bruno)),
      Step(when: .daysAgo(2, at: (10, 8)), deed: .readsAs(.bruno)),
      Step(
        when: .daysAgo(2, at: (10, 8)),
        deed: .answers(.bruno, "I can take it. Send chapters one to four now, and the fifth when it is done.")),
      Step(
        when: .daysAgo(2, at: (10, 9)),
        deed: .answers(.clara, "Chapter by chapter costs the same: €16 a page, less fifteen percent for students.")),
      Step(when: .daysAgo(2, at: (10, 11)), deed: .asks("That is a weight off my mind. You will have them tonight.")),
      Step(when: .daysAgo(2, at: (10, 12)), deed: .readsAs(.clara)),
      Step(when: .daysAgo(2, at: (10, 12)), deed: .readsAs(.bruno)),
      Step(when: .daysAgo(2, at: (10, 12)), deed: .reads),
      Step(when: .daysAgo(2, at: (10, 15)), deed: .closes(.clara)),
    ])

  private static let paolo = EarlierConversation(
    website: .lantern, visitorKey: "0a6e91d84b3f42c7958bd0e27f14c35a",
    lead: ["name": "Paolo Rinaldi", "email": "paolo.rinaldi@example.com", "phone": "+39 347 555 0188", "service": "Consiglio di lettura"],
    language: "it-IT", userAgent: phone, page: Place(path: "/libri?scaffale=gialli", title: "Gialli · Libri"), referrer: "",
    steps: [
      Step(when: .daysAgo(1, at: (17, 20)), deed: .sendsForm),
      Step(
        when: .daysAgo(1, at: (17, 21)),
        deed: .asks("Buonasera, cerco un giallo per mia madre. Niente sangue, possibilmente un gatto.")),
      Step(when: .daysAgo(1, at: (17, 22)), deed: .joins(.clara)),
      Step(when: .daysAgo(1, at: (17, 23)), deed: .readsAs(.clara)),
      Step(
        when: .daysAgo(1, at: (17, 23)),
        deed: .answers(.clara, "Buonasera Paolo. «Sette gatti a Trieste»: sette gatti, nessun cadavere fino a pagina duecento.")),
      Step(when: .daysAgo(1, at: (17, 25)), deed: .asks("Perfetto, passo a prenderlo domani.")),
      Step(when: .daysAgo(1, at: (17, 25)), deed: .readsAs(.clara)),
      Step(when: .daysAgo(1, at: (17, 26)), deed: .answers(.clara, "Lo metto da parte con il suo nome.")),
      Step(when: .daysAgo(1, at: (17, 26)), deed: .reads),
      Step(when: .daysAgo(1, at: (17, 27)), deed: .ends),
    ])

  /// Left at night, with nobody there: waiting, without a clock that runs.
  private static let giulia = EarlierConversation(
    website: .lantern, visitorKey: "7d52c8e0f1b94a6683ec4d9a5b07f21e",
    lead: ["name": "Giulia Ferri", "email": "giulia.ferri@example.com", "phone": "+39 333 555 0126", "service": "Ordine"],
    language: "it-IT", userAgent: phone, page: Place(path: "/ebook", title: "E-book"), referrer: "https://search.example/",
    steps: [
      Step(
        when: .daysAgo(0, at: (1, 38)),
        deed: .leavesMessage(
          "Ho finito «Grammatica del vento» e sono le due e mezza. Avete altro di Ilaria Sandri, anche in e-book? Rispondete pure con calma."
        ))
    ])

  /// Still running: the visitor has gone to look something up.
  private static let jonas = EarlierConversation(
    website: .harbour, visitorKey: "e1f7306bd5c84e29b06a94f38c2d517e",
    lead: ["name": "Jonas Weber", "email": "jonas.weber@example.com", "phone": "+49 151 5550 0142", "service": "Essay"],
    language: "en-US", userAgent: desktop, page: Place(path: "/prices", title: "Prices"), referrer: "https://university.example/links",
    steps: [
      Step(when: .minutesAgo(24), deed: .sendsForm),
      Step(when: .minutesAgo(23), deed: .asks("Hi, can an essay of 3,000 words be back by Friday noon?")),
      Step(when: .minutesAgo(22), deed: .joins(.clara)),
      Step(when: .minutesAgo(22), deed: .readsAs(.clara)),
      Step(
        when: .minutesAgo(21),
        deed: .answers(.clara, "Hello Jonas. Yes: twelve pages, €132, back on Friday at ten. Which subject is it?")),
      Step(when: .minutesAgo(20), deed: .reads),
      Step(when: .minutesAgo(19), deed: .asks("Economic history. I will look for the code of my university and come back.")),
    ])
}
