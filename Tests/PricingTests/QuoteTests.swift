import Base
import Pricing
import Testing

@Suite struct QuoteTests {
  private let credits = Tariff(.credits, text: 1, video: 3, expertsSetPrices: true)
  private let coins = Tariff(.coins, text: 10, video: 25, expertsSetPrices: true)

  private func prices(_ tariff: Tariff) -> [Service: Int64] {
    [.text: tariff.text, .video: tariff.video, .offline: tariff.offline, .sms: tariff.sms].compactMapValues { $0 }
  }

  @Test("B12: a quote's lines name their clauses, and their sum is what is charged, for every service, unit and set of prices")
  func sums() throws {
    for tariff in [
      credits, coins, Tariff(.coins, text: 10), Tariff(.coins, text: 10, video: 25), Tariff(.coins, text: 10, offline: 4, sms: 9),
    ] {
      for rates in [Rates(), Rates(text: 40), Rates(video: 90), Rates(text: 40, video: 90)] {
        for service in Service.allCases {
          for isIncluded in [false, true] {
            guard let quote = Quote.of(service, tariff, rates, isIncluded: isIncluded) else {
              #expect(prices(tariff)[service] == nil, "only what the website does not offer has no price")
              continue
            }
            #expect(quote.unit == tariff.unit)
            #expect(quote.total.count == quote.lines.reduce(0) { $0 + $1.units })
            #expect(quote.price.count > 0)
            #expect(quote.isIncluded == isIncluded && (quote.total.count == 0) == isIncluded)
          }
        }
      }
    }
  }

  @Test("B12: an expert's own prices count where the website sells in coins and lets them; a message credit stays one")
  func own() {
    let rates = Rates(text: 40, video: 90)
    #expect(Quote.of(.text, coins, rates)?.lines == [Quote.Line(.expertText, 40)])
    #expect(Quote.of(.video, coins, rates)?.lines == [Quote.Line(.expertVideo, 90)])
    #expect(Quote.of(.video, coins, Rates(text: 40))?.lines == [Quote.Line(.siteVideo, 25)])
    #expect(Quote.of(.text, credits, rates)?.lines == [Quote.Line(.siteText, 1)])
    #expect(Quote.of(.text, Tariff(.coins, text: 10), rates)?.lines == [Quote.Line(.siteText, 10)])
    #expect(Quote.of(.video, Tariff(.coins, text: 10), rates) == nil, "the website answers no video messages")
  }

  @Test("A42: what a subscription includes costs nothing, and the quote says what it would have cost")
  func included() throws {
    let quote = try #require(Quote.of(.text, credits, isIncluded: true))
    #expect(quote.lines == [Quote.Line(.siteText, 1), Quote.Line(.subscription, -1)])
    #expect(quote.total == Units(0, .credits))
    #expect(quote.price == Units(1, .credits))
  }
}
