import Accounts
import Base
import Foundation
import Ledger
import Sites
import Store
import TestKit
import Testing

@testable import Deals

/// Every switch of what is paid for: off, its front door refuses and pages do not offer it; on again, both do.
@Suite struct FeatureTests {
  /// What is free is switched in the tests of conversations.
  private static let free: Set<Feature> = [.files, .answersByMail, .typingPreview]
  private static let paid = Feature.allCases.filter { !free.contains($0) }

  private static let client = "0123456789abcdef0123456789abcdef"

  /// What somebody is told at the front door of a feature; nil where they come through.
  private func knock(_ feature: Feature, _ stage: DealHouse, _ lina: Talker, _ n: Int) async throws -> String? {
    switch feature {
    case .paidQuestions: try await lina.say("And who pays?")["reason"]?.string
    case .offlineMessages: try await leaves(stage, lina)
    case .minuteChats: try await lina.ask("minutes", ["deed": "start", "rate": 2])["reason"]?.string
    case .tips: try await lina.tips(n, 1, client: Self.client)["reason"]?.string
    case .ratings: try await lina.rates(n, 5)["reason"]?.string
    case .disputes: try await disputes(stage)
    case .files, .answersByMail, .typingPreview: nil
    }
  }

  /// Emil goes, and something is left for him.
  private func leaves(_ stage: DealHouse, _ lina: Talker) async throws -> String? {
    _ = try await stage.house.console(of: stage.emil).ask("status", ["status": "offline"])
    let client = JSON.string(Secret().text)
    return try await lina.ask("send", ["text": "Later, then.", "client": client, "way": "offline", "price": 2])["reason"]?.string
  }

  private func disputes(_ stage: DealHouse) async throws -> String? {
    let answer = try await stage.post("/wallet/deals/\(hold(stage))/dispute", as: stage.lina, ["reason": "Too short"])
    return answer.status == 303 ? nil : answer.text.contains("not offered here") ? "featureOff" : "\(answer.status)"
  }

  private func hold(_ stage: DealHouse) async throws -> HoldID {
    let found: HoldID? = try await stage.house.program.store.read {
      try $0.row("SELECT id FROM holds WHERE answer_n IS NOT NULL LIMIT 1")?[0]
    }
    return try #require(found)
  }

  /// Whether its pages offer it.
  private func isOffered(_ feature: Feature, _ stage: DealHouse, _ lina: Talker) async throws -> Bool {
    let expert = "/experts/\(stage.site.id)/\(stage.emil.id)"
    switch feature {
    case .paidQuestions: return try await stage.get(expert, as: stage.lina).text.contains("An answer costs")
    case .minuteChats:
      let isShown = try await stage.get(expert, as: stage.lina).text.contains("Chat, a minute")
      let inThread = try await lina.subscribe()["deal"]?["minutes"]?["offer"]?["rate"]?.int != nil
      #expect(isShown == inThread)
      return isShown
    case .offlineMessages: return try await lina.subscribe()["deal"]?["way"]?.string == "offline"
    case .tips, .ratings:
      return try await lina.subscribe()["deal"]?["thanks"]?.array?.contains { $0.string == feature.rawValue } == true
    case .disputes: return try await stage.get("/wallet/deals/\(hold(stage))", as: stage.lina).text.contains("/dispute\"")
    case .files, .answersByMail, .typingPreview: return true
    }
  }

  private func flip(_ off: Feature?, _ stage: DealHouse, by ines: House.Person) async throws {
    let on = Feature.allCases.filter { $0 != off }.map(\.rawValue)
    let fields = Dictionary(uniqueKeysWithValues: on.map { ("feature-\($0)", "on") })
    let answer = try await stage.post("/admin/sites/\(stage.site.id)/features", as: ines, fields)
    #expect(answer.status == 303, "\(answer.status) \(answer.text.prefix(300))")
  }

  @Test(
    "C20c: each capability is switched for one website at once: off, its front door refuses and no page offers it; on, both do again",
    arguments: AfterAnswerTests.engines, paid)
  func walk(engine: Dialect.Engine, feature: Feature) async throws {
    try await AfterAnswerTests.stage(engine, credits: 10) { stage in
      let ines = try await stage.house.person("Ines", [.administrator])
      let terms = Terms(id: stage.house.program.ids.next(), site: stage.site.id, price: Units(1, .credits), minutePrice: 2, offlinePrice: 2)
      try await stage.house.program.store.write { try $0.write(terms, by: nil, at: AfterAnswerTests.noon) }
      let (_, _, n) = try await stage.answered()
      let other = try await stage.house.site("Elsewhere")
      try await flip(feature, stage, by: ines)
      #expect(
        try await stage.house.program.store.read { try $0.features(at: stage.site.id) } == Set(Feature.allCases).subtracting([feature]))
      #expect(
        try await stage.house.program.store.read { try $0.features(at: other.id) } == Set(Feature.allCases.filter(\.isOnByDefault)),
        "one website alone")
      let before = try await stage.wallet(stage.lina)
      // Whoever was there comes back when their website changes.
      var lina = try await stage.asks(stage.lina)
      #expect(try await knock(feature, stage, lina, n) == "featureOff")
      #expect(try await !isOffered(feature, stage, lina))
      #expect(try await stage.wallet(stage.lina) == before, "what is off costs nothing")
      let page = try await stage.get("/admin/sites/\(stage.site.id)", as: ines).text
      #expect(!page.contains("name=\"feature-\(feature.rawValue)\" value=\"on\" checked"))
      try await flip(nil, stage, by: ines)
      lina = try await stage.asks(stage.lina)
      #expect(try await isOffered(feature, stage, lina))
      #expect(try await knock(feature, stage, lina, n) == nil)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'site.switched'") == 2)
    }
  }

  @Test(
    "C20c, A27: who is not there is offline, and not there for offline messages, where these are switched off; where no question is sold none has a price",
    arguments: AfterAnswerTests.engines)
  func saysTruth(engine: Dialect.Engine) async throws {
    try await AfterAnswerTests.stage(engine) { stage in
      let terms = Terms(id: stage.house.program.ids.next(), site: stage.site.id, price: Units(1, .credits), minutePrice: 2, offlinePrice: 2)
      try await stage.house.program.store.write { try $0.write(terms, by: nil, at: AfterAnswerTests.noon) }
      let pages = ["/experts", "/experts/\(stage.site.id)/\(stage.emil.id)"]
      func deal() async throws -> JSON? { try await stage.asks(stage.lina).subscribe()["deal"] }
      #expect(try await deal()?["expert"]?["reach"]?.string == "offlineMessage")
      for page in pages { #expect(try await stage.get(page, as: stage.lina).text.contains("Offline messages only")) }
      let sites = stage.house.program.sites
      try await sites.switchFeatures(to: Set(Feature.allCases).subtracting([.offlineMessages]), at: stage.site.id, by: nil, from: .console)
      let offline = try await deal()
      #expect(offline?["expert"]?["reach"]?.string == "offline" && offline?["way"]?.string == "question" && offline?["sold"]?.bool == true)
      for page in pages {
        let text = try await stage.get(page, as: stage.lina).text
        #expect(text.contains("Offline") && !text.contains("Offline messages only"), "\(page)")
      }
      try await sites.switchFeatures(to: Set(Feature.allCases).subtracting([.paidQuestions]), at: stage.site.id, by: nil, from: .console)
      let unsold = try await deal()
      #expect(unsold?["sold"]?.bool == false && unsold?["price"]?.int == 0 && unsold?["smsPrice"] == .null, "\(String(describing: unsold))")
      #expect(unsold?["minutes"]?["offer"] != nil)
      for page in pages { #expect(try await !stage.get(page, as: stage.lina).text.contains("Can take"), "\(page)") }
    }
  }

  @Test("C20c: where nothing is offered any more, nobody can be asked")
  func nothingLeft() async throws {
    try await AfterAnswerTests.stage(.sqlite) { stage in
      try await stage.house.program.sites.switchFeatures(to: [.tips], at: stage.site.id, by: nil, from: .console)
      #expect(try await !stage.get("/experts", as: nil).text.contains("Counsel"))
      #expect(try await stage.post("/experts/\(stage.site.id)/\(stage.emil.id)/ask", as: stage.lina).status == 404)
    }
  }

  @Test("C20c: a website that nobody visited goes with its switches", arguments: AfterAnswerTests.engines)
  func removed(engine: Dialect.Engine) async throws {
    try await AfterAnswerTests.stage(engine) { stage in
      let (sites, other) = (stage.house.program.sites, try await stage.house.site("Elsewhere"))
      try await sites.switchFeatures(to: [.tips], at: other.id, by: nil, from: .console)
      #expect(try await sites.remove(other.id, by: nil, from: .console) == .removed)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM site_features") == 0)
    }
  }
}
