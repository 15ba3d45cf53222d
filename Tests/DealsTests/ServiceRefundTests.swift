import Base
import Deals
import Foundation
import Ledger
import Parley
import Store
import TestKit
import Testing

@Suite struct ServiceRefundTests {
  private static let engines = AfterAnswerTests.engines

  @Test(
    "B37, B32: an administrator gives an answer back to the wallet; expert and platform lose exactly what they had of it, and both people are told",
    arguments: engines)
  func toWallet(engine: Dialect.Engine) async throws {
    try await AfterAnswerTests.stage(engine) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      _ = try await stage.answered()
      let hold = try await stage.latestHold()
      let path = "/admin/deals/\(hold)"
      let form = try await stage.refundForm(path, as: ada)
      #expect(try await stage.post("\(path)/refund", as: ada, form).status == 303)
      #expect(try await stage.post("\(path)/refund", as: ada, form).status == 303, "a second press finds the refund of the first")
      #expect(try await stage.wallet(stage.lina) == [6, 0])
      #expect(try await stage.earned(stage.emil) == 0)
      #expect(try await stage.house.program.store.read { try $0.posted(.revenue, "EUR") } == 0)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM service_refunds") == 1)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'service.refunded'") == 1)
      #expect(try await stage.get("/notices", as: stage.lina).text.contains("Given back to you: 1 credit"))
      #expect(try await stage.get("/notices", as: stage.emil).text.contains("Given back to a customer: 1 credit"))
      let earnings = try await stage.get("/earnings", as: stage.emil).text
      #expect(earnings.contains("-€2.66") && earnings.contains("Given back"), "\(earnings)")
      let again = form.merging(["refund": Secret().text]) { $1 }
      #expect(try await stage.post("\(path)/refund", as: ada, again).status == 409, "what is back cannot go back")
    }
  }

  @Test("B37, P15: a tip goes back in parts, never more than it was", arguments: engines)
  func parts(engine: Dialect.Engine) async throws {
    try await AfterAnswerTests.stage(engine) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      let (lina, _, n) = try await stage.answered()
      #expect(try await lina.tips(n, 3).name == "Done")
      let hold = try await stage.latestHold()
      let path = "/admin/deals/\(hold)"
      for (units, status) in [("4", 422), ("0", 422), ("x", 422), ("2", 303), ("2", 409), ("1", 303), ("1", 409)] {
        let form = try await stage.refundForm(path, as: ada, ["units": units])
        #expect(try await stage.post("\(path)/refund", as: ada, form).status == status, "\(units)")
      }
      #expect(try await stage.wallet(stage.lina) == [5, 0], "six, less the question")
      #expect(try await stage.earned(stage.emil) == 266)
    }
  }

  @Test("B37: what was bought goes back to the payment method, and what was given cannot", arguments: engines)
  func toPaymentMethod(engine: Dialect.Engine) async throws {
    try await AfterAnswerTests.stage(engine, credits: 0) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      let purchase = try await stage.buys()
      let units = try await stage.wallet(stage.lina)[0]
      _ = try await stage.answered()
      let path = "/admin/deals/\(try await stage.latestHold())"
      #expect(try await stage.get(path, as: ada).text.contains("value=\"payment\""))
      let form = try await stage.refundForm(path, as: ada, ["way": "payment"])
      #expect(try await stage.post("\(path)/refund", as: ada, form).status == 303)
      #expect(try await stage.post("\(path)/refund", as: ada, form).status == 303)
      #expect(try await stage.wallet(stage.lina) == [units - 1, 0], "it went on to where it was paid from")
      #expect(try await stage.earned(stage.emil) == 0)
      #expect(try await stage.house.count("SELECT COUNT(*) FROM purchase_refunds WHERE units = 1") == 1)
      let receipt = try await stage.get("/wallet/purchases/\(purchase)/receipt", as: stage.lina).text
      #expect(receipt.contains("Refund: 1 message credit"), "\(receipt)")
    }
    try await AfterAnswerTests.stage(engine) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      _ = try await stage.answered()
      let path = "/admin/deals/\(try await stage.latestHold())"
      #expect(try await !stage.get(path, as: ada).text.contains("value=\"payment\""), "a gift was never paid for")
      let form = try await stage.refundForm(path, as: ada, ["way": "payment"])
      #expect(try await stage.post("\(path)/refund", as: ada, form).status == 409)
      #expect(try await stage.wallet(stage.lina) == [5, 0])
    }
  }

  @Test("B37: within 14 days buyers give back what they have not used, to where they paid from, and later not", arguments: engines)
  func ownRight(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: AfterAnswerTests.noon)
    try await AfterAnswerTests.stage(engine, clock: clock, credits: 0) { stage in
      let purchase = try await stage.buys()
      let path = "/wallet/purchases/\(purchase)"
      _ = try await stage.answered()
      #expect(try await stage.get(path, as: stage.lina).text.contains("Give back what is unused"))
      #expect(try await stage.post("\(path)/give-back", as: stage.emil).status == 404, "nobody else's purchase")
      #expect(try await stage.post("\(path)/give-back", as: stage.lina).headers["location"] == "\(path)?done=givenBack")
      #expect(try await stage.wallet(stage.lina) == [0, 0])
      #expect(try await stage.earned(stage.emil) > 0, "what was used stays paid")
      #expect(try await stage.post("\(path)/give-back", as: stage.lina).headers["location"] == "\(path)?back=notRefundable")
      #expect(try await stage.house.count("SELECT COUNT(*) FROM audit_lines WHERE deed = 'purchase.givenBack'") == 1)
      let later = try await stage.buys()
      clock.advance(milliseconds: 14 * 86_400_000)
      let late = "/wallet/purchases/\(later)"
      #expect(try await !stage.get(late, as: stage.lina).text.contains("Give back what is unused"))
      #expect(try await stage.post("\(late)/give-back", as: stage.lina).headers["location"] == "\(late)?back=notRefundable")
    }
  }

  @Test(
    "X2, A39: customer, expert and administrator read the same page saying why it was charged, managers times and money, others nothing",
    arguments: engines)
  func samePage(engine: Dialect.Engine) async throws {
    try await AfterAnswerTests.stage(engine) { stage in
      let (ada, mona) = (try await stage.house.person("Ada", [.administrator]), try await stage.house.person("Mona", [.manager]))
      let (lina, _, n) = try await stage.answered()
      #expect(try await lina.tips(n, 1).name == "Done")
      let hold = try #require(
        try await stage.house.program.store.read { try $0.row("SELECT id FROM holds WHERE kind = 'question'")?[0] as Int64? })
      let facts = [
        "Asked", "Promised until", "Answered", "€3.33", "€2.66", "€0.67", "20 %", "60 minutes", "45 minutes", "Set aside for a question",
      ]
      for (person, place) in [(stage.lina, "/wallet"), (stage.emil, "/earnings"), (ada, "/admin"), (mona, "/admin")] {
        let page = try await stage.get("\(place)/deals/\(hold)", as: person)
        #expect(page.status == 200)
        for fact in facts { #expect(page.text.contains(fact), "\(place): \(fact)") }
        #expect(!page.text.contains("sublet") && !page.text.contains("landlord"), "nothing of what was said")
        #expect(page.text.contains("Give it back") == (person.id == ada.id))
        #expect(page.text.contains("<dd>Emil") == (person.id != mona.id), "managers read no names")
      }
      for (person, place) in [(stage.emil, "/wallet"), (stage.lina, "/earnings"), (ada, "/wallet"), (mona, "/earnings")] {
        #expect(try await stage.get("\(place)/deals/\(hold)", as: person).status == 404)
      }
      for person in [stage.lina, stage.emil] {
        #expect(try await stage.get("/admin/deals/\(hold)", as: person).status == 403)
        #expect(try await stage.get("/admin/deals", as: person).status == 403)
      }
      #expect(try await stage.post("/admin/deals/\(hold)/refund", as: mona).status == 403)
    }
  }

  @Test(
    "B37: the list of deals has every question, tip and refund, newest first, by state and website, without a word of what was said",
    arguments: engines)
  func list(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: AfterAnswerTests.noon)
    try await AfterAnswerTests.stage(engine, clock: clock, credits: 60) { stage in
      let ada = try await stage.house.person("Ada", [.administrator])
      let (lina, _, n) = try await stage.answered()
      #expect(try await lina.tips(n, 1).name == "Done")
      let path = "/admin/deals/\(try await stage.latestHold())"
      #expect(try await stage.post("\(path)/refund", as: ada, stage.refundForm(path, as: ada)).status == 303)
      func rows(_ query: String) async throws -> [String] {
        try await stage.get("/admin/deals\(query)", as: ada).text.matches(of: /<tr><th scope="row"><a href="[^"]+">([^<]+)</).map {
          String($0.output.1)
        }
      }
      #expect(try await rows("") == ["Refund", "Tip", "Question"])
      #expect(try await rows("?state=answered") == ["Question"])
      #expect(try await rows("?state=tip") == ["Tip"])
      #expect(try await rows("?state=refund") == ["Refund"])
      for query in ["?state=open", "?site=999"] { #expect(try await rows(query).isEmpty, "\(query)") }
      #expect(try await rows("?site=\(stage.site.id)").count == 3)
      for number in 1...9 { #expect(try await lina.say("Question \(number)").name == "Acknowledged") }
      #expect(try await rows("?state=open").count == 9)
      #expect(try await stage.get("/admin/deals?state=open", as: ada).text.contains("Promised until"))
    }
  }
}

@Suite struct OneStarTests {
  @Test(
    "B37: an answer rated one star is given back where the owner wants it, once per customer and month", arguments: AfterAnswerTests.engines
  )
  func oneStar(engine: Dialect.Engine) async throws {
    let clock = WallClock.fixed(at: AfterAnswerTests.noon)
    try await House.open(engine, clock: clock, limits: DealHouse.limits, flags: ["one-star-refund": "true"]) { house in
      let stage = try await DealHouse(house, credits: 6)
      let (lina, emil, n) = try await stage.answered()
      #expect(try await lina.rates(n, 2).name == "Done")
      #expect(try await stage.wallet(stage.lina) == [5, 0])
      for _ in 1...2 { #expect(try await lina.rates(n, 1).name == "Done") }
      #expect(try await lina.rates(n, 3).name == "Done")
      #expect(try await lina.rates(n, 1).name == "Done")
      #expect(try await stage.wallet(stage.lina) == [6, 0])
      #expect(try await stage.earned(stage.emil) == 0)
      _ = try await lina.say("And the garage?")
      let next = try #require(try await emil.say("Ask your landlord.", on: lina.topic)["n"]?.int)
      #expect(try await lina.rates(next, 1).name == "Done")
      #expect(try await stage.wallet(stage.lina) == [5, 0], "once a month")
      try await stage.booksAreRight()
    }
  }
}

extension DealHouse {
  func latestHold() async throws -> Int64 {
    try #require(try await house.program.store.read { try $0.row("SELECT MAX(id) FROM holds")?[0] as Int64? })
  }

  /// What the administrator's page sends, with another value where a test wants one.
  func refundForm(_ path: String, as person: House.Person, _ changes: [String: String] = [:]) async throws -> [String: String] {
    let page = try await get(path, as: person).text
    let key = page.firstMatch(of: /name="refund" value="([^"]+)"/)?.output.1
    let form = ["refund": key.map(String.init) ?? Secret().text, "units": "1", "way": "wallet"]
    return form.merging(changes) { $1 }
  }

  /// Lina buys the first pack that is on sale, and the test provider lets her.
  func buys() async throws -> String {
    let choice = try #require(try await get("/buy", as: lina).text.firstMatch(of: /href="(\/buy\?pack=[0-9]+)/)?.output.1).description
    let shop = try await get(choice, as: lina).text
    let pack = try #require(shop.firstMatch(of: /name="pack" value="([0-9]+)"/)?.output.1).description
    let shown = try #require(shop.firstMatch(of: /name="shown" value="([^"]+)"/)?.output.1).description
    let key = try #require(shop.firstMatch(of: /name="purchase" value="([^"]+)"/)?.output.1).description
    let bought = try await post("/buy", as: lina, ["pack": pack, "shown": shown, "purchase": key, "way": "test"])
    let path = try #require(bought.headers["location"], "\(bought.status)")
    let id = try #require(path.firstMatch(of: /purchases\/([0-9]+)/)?.output.1).description
    #expect(try await post("/pay/test/\(id)", as: lina, ["do": "pay"]).status == 303)
    for _ in 1...100 where try await wallet(lina)[0] == 0 { try await Task.sleep(for: .milliseconds(50)) }
    return id
  }
}
