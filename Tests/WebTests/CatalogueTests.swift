import Access
import Base
import Foundation
import Testing
import Web

/// The words of the program, checked against everything that asks for them.
@Suite struct CatalogueTests {
  let catalogue: Catalogue

  init() throws { catalogue = try Checkout.catalogue() }

  @Test("P11: every language has every text, with the same places in it")
  func complete() {
    let english = catalogue.entries(.english)
    #expect(!english.isEmpty)
    for language in Language.allCases {
      let entries = catalogue.entries(language)
      for key in Set(english.keys).symmetricDifference(entries.keys).sorted() {
        Issue.record("\(key) is in English or in \(language), not in both")
      }
      for (key, entry) in entries {
        guard let original = english[key] else { continue }
        #expect(places(in: entry) == places(in: original), "The places of \(key) in \(language) are others than in English")
      }
    }
  }

  @Test("P11: a counted text has every form that its language needs")
  func pluralForms() {
    for language in Language.allCases {
      for (key, entry) in catalogue.entries(language) {
        guard case .plural(let forms) = entry else { continue }
        let missing = language.pluralCategories.subtracting(forms.keys)
        #expect(missing.isEmpty, "\(key) in \(language) has no form for \(missing)")
      }
    }
  }

  @Test(
    "P11, X3: a line of a statement counts in the form that its number asks for",
    arguments: [
      (Language.english, "coins", ["+1 coin", "+2 coins", "+3 coins", "+11 coins", "+100 coins"]),
      (.english, "credits", ["+1 credit", "+2 credits", "+3 credits", "+11 credits", "+100 credits"]),
      (.french, "coins", ["+1 pièce", "+2 pièces", "+3 pièces", "+11 pièces", "+100 pièces"]),
      (.italian, "credits", ["+1 credito", "+2 crediti", "+3 crediti", "+11 crediti", "+100 crediti"]),
      (.arabic, "coins", ["+1 عملة", "+2 عملة", "+3 عملات", "+11 عملة", "+100 عملة"]),
      (.arabic, "credits", ["+1 رصيد", "+2 رصيد", "+3 أرصدة", "+11 رصيدًا", "+100 رصيد"]),
    ] as [(Language, String, [String])])
  func statementLines(language: Language, unit: String, lines: [String]) {
    guard case .plural(let forms)? = catalogue.entry("payments.wallet.change.\(unit)", in: language) else {
      Issue.record("A line has no counted form")
      return
    }
    for (count, line) in zip([1, 2, 3, 11, 100], lines) {
      // Beside Arabic words the sign stands before its number all the same.
      let mark = language == .arabic ? "\u{200E}" : ""
      #expect(forms[language.plural(count)]?.replacing("{number}", with: "+\(count)") == mark + line)
    }
  }

  @Test(
    "P11: the plural rules are those of the Unicode CLDR",
    arguments: [
      (Language.english, [1: "one", 0: "other", 2: "other", 1_000_000: "other"]),
      (.french, [0: "one", 1: "one", 2: "other", 1_000_000: "many", 1_000_001: "other"]),
      (.italian, [0: "other", 1: "one", 2: "other", 1_000_000: "many"]),
      (
        .arabic,
        [
          0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 102: "other", 103: "few", 111: "many",
          200: "other",
        ]
      ),
    ])
  func pluralRules(language: Language, table: [Int: String]) {
    for (count, category) in table { #expect(language.plural(count).rawValue == category, "\(count) in \(language)") }
  }

  @Test(
    "P11: the language of a browser is the one that it likes best among ours",
    arguments: [
      ("it-IT,it;q=0.9,en;q=0.8", Language.italian), ("de-DE,de;q=0.9,fr;q=0.2", .french), ("ar-TN", .arabic), ("de", .english),
      ("", .english),
      ("en;q=0.1, ar;q=0.7, fr;q=0.7", .arabic), ("fr;q=0, it;q=0.1", .italian), (";;;,,,q=", .english),
    ])
  func preferred(header: String, language: Language) {
    #expect(Language(preferredIn: header) == language)
  }

  @Test("P11: every reason of a refusal can be read in every language")
  func reasons() {
    for language in Language.allCases {
      for reason in Refusal.Reason.allCases {
        guard case .text(let text)? = catalogue.entry("refusal.\(reason.rawValue)", in: language) else {
          Issue.record("refusal.\(reason.rawValue) has no text in \(language)")
          continue
        }
        #expect(!text.isEmpty && !text.contains("!"))
      }
    }
  }

  @Test("P11: what somebody typed is never taken for a place in a text")
  func places() throws {
    let texts = try Checkout.web().texts(.english)
    #expect(texts["pages.problem.request", ["request": "{name} {request}"]].hasSuffix("{name} {request}"))
    #expect(texts[Refusal(.tooManyTries, retryAfterSeconds: 61)].contains("2 min"))
  }

  @Test("P11: every text that a template or the program asks for exists")
  func nothingMissing() {
    let english = catalogue.entries(.english)
    for use in uses where !use.isPrefix {
      #expect(english[use.key] != nil, "\(use.path) asks for \(use.key)")
    }
  }

  @Test("P11: every text is used")
  func nothingUnused() {
    let exact = Set(uses.filter { !$0.isPrefix }.map(\.key))
    let prefixes = Set(uses.filter(\.isPrefix).map(\.key))
    let client = clientUses
    for key in catalogue.entries(.english).keys.sorted() where !exact.contains(key) && !prefixes.contains(where: key.hasPrefix) {
      // Elements get an area without its name: `lists.waiting` of console.json.
      let inArea = key.drop { $0 != "." }.dropFirst()
      let isUsed = client.exact.contains(String(inArea)) || client.prefixes.contains { inArea.hasPrefix($0) }
      #expect(isUsed, "Nothing uses \(key)")
    }
  }

  // MARK: Where texts are asked for

  private struct Use {
    let path: String
    let key: String
    /// Whether the end of the key is made while the program runs: `"pages.status.\(status)"`.
    let isPrefix: Bool
  }

  private var areas: String {
    Set(catalogue.entries(.english).keys.compactMap { $0.split(separator: ".").first.map(String.init) }).sorted().joined(separator: "|")
  }

  private var uses: [Use] {
    let templates = Checkout.files(under: "Sources", ending: [".mustache"]).flatMap { file in
      matches(of: #"\{\{[#^]?\s*t\.([A-Za-z0-9.]+)\s*\}\}"#, in: file.text).map { Use(path: file.path, key: $0, isPrefix: false) }
    }
    let sources = Checkout.files(under: "Sources", ending: [".swift"]).flatMap { file in
      matches(of: "\"((?:\(areas))\\.[A-Za-z0-9.]*[A-Za-z0-9])\"", in: file.text).map { Use(path: file.path, key: $0, isPrefix: false) }
        + matches(of: "\"((?:\(areas))\\.[A-Za-z0-9.]*)\\\\\\(", in: file.text).map { Use(path: file.path, key: $0, isPrefix: true) }
    }
    // Names of files look like keys, `pages.js`, and so does what the token of a program names.
    return templates
      + sources.filter { use in ![".json", ".js", ".css"].contains(where: use.key.hasSuffix) && Scope(rawValue: use.key) == nil }
  }

  private var clientUses: (exact: Set<String>, prefixes: Set<String>) {
    let files = Checkout.files(under: "Client", ending: [".ts"]).filter { !$0.path.hasSuffix("_test.ts") && !$0.path.contains("/built/") }
    let exact = files.flatMap { matches(of: #"["`]([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*)["`]"#, in: $0.text) }
    let prefixes = files.flatMap { matches(of: #"`([a-z][A-Za-z0-9]*\.(?:[A-Za-z0-9]+\.)*)\$\{"#, in: $0.text) }
    return (Set(exact), Set(prefixes))
  }

  private func matches(of pattern: String, in text: String) -> [String] {
    guard let expression = try? NSRegularExpression(pattern: pattern) else { preconditionFailure("The pattern cannot be read: \(pattern)") }
    return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
      Range(match.range(at: 1), in: text).map { String(text[$0]) }
    }
  }

  private func places(in entry: Catalogue.Entry) -> Set<String> {
    switch entry {
    case .text(let text): Set(matches(of: #"\{([A-Za-z]+)\}"#, in: text))
    case .plural(let forms): Set(forms.values.flatMap { matches(of: #"\{([A-Za-z]+)\}"#, in: $0) }).union(["count"])
    }
  }
}
