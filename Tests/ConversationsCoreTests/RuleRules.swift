import Base
import ConversationsCore
import Testing

@Suite("When a rule of a website is followed") struct RuleRules {
  private static let refund = TagID(rawValue: 7)

  private static let there = {
    var there = Rule.Circumstances()
    there.text = "Where is my INVOICE, please?"
    there.page = "https://harbour.example/Pricing?from=mail"
    there.service = "Editing"
    there.language = "fr-CA"
    there.isReturning = true
    there.isWithinHours = false
    there.tags = [refund]
    there.stars = 2
    return there
  }()

  private typealias Change = @Sendable (inout Rule.Conditions) -> Void

  private static let cases: [(name: String, change: Change, holds: Bool)] = [
    ("nothing is asked", { _ in }, true),
    ("a part of a word, in other letters", { $0.words = ["bill", "invoice"] }, true),
    ("none of the words", { $0.words = ["bill", "refund"] }, false),
    ("a part of the address", { $0.page = "/pricing" }, true),
    ("another page", { $0.page = "/about" }, false),
    ("the service", { $0.service = "Editing" }, true),
    ("another service", { $0.service = "Proofreading" }, false),
    ("the language of its land", { $0.language = "fr" }, true),
    ("another language", { $0.language = "it" }, false),
    ("was here before", { $0.isReturning = true }, true),
    ("is new", { $0.isReturning = false }, false),
    ("outside of the hours", { $0.isWithinHours = false }, true),
    ("within the hours", { $0.isWithinHours = true }, false),
    ("the tag", { $0.tag = refund }, true),
    ("another tag", { $0.tag = TagID(rawValue: 8) }, false),
    ("few stars", { $0.starsAtMost = 2 }, true),
    ("fewer stars", { $0.starsAtMost = 1 }, false),
    ("all of it", { ($0.words, $0.service, $0.tag) = (["invoice"], "Editing", refund) }, true),
    ("one of it not", { ($0.words, $0.service, $0.tag) = (["invoice"], "Editing", TagID(rawValue: 8)) }, false),
  ]

  @Test("P2: all conditions of a rule have to hold, and what is left empty does not matter", arguments: cases.indices)
  func conditions(_ index: Int) {
    let (name, change, holds) = Self.cases[index]
    var asked = Rule.Conditions()
    change(&asked)
    #expect(asked.hold(in: Self.there) == holds, "\(name)")
  }

  @Test("P2: a rule about stars is for ratings alone, and nothing was written where nobody wrote")
  func nothingThere() {
    var asked = Rule.Conditions()
    asked.starsAtMost = 5
    #expect(!asked.hold(in: Rule.Circumstances()))
    asked = Rule.Conditions()
    asked.words = ["invoice"]
    #expect(!asked.hold(in: Rule.Circumstances()))
  }
}
