import Base
import LedgerCore
import Paper
import Web

/// A payout step by step, on the page and on paper.
struct SlipPage: Page {
  struct Line: Sendable {
    let what: String
    let amount: String
    /// Said, and not reckoned with.
    let isContained: Bool
  }

  static let template = "slip"
  let title: String
  let house: String
  let reference: String
  let name: String
  let account: String
  let method: String
  let time: ShownMoment
  let settled: ShownMoment?
  let state: PayoutTag
  let reason: String?
  let lines: [Line]
  let net: String
  let paperURL: SafeURL?
  private let createdAt: String

  init(_ payout: Payout, house: String, _ texts: Texts) {
    let money = MoneyWords(texts.language)
    title = texts["payouts.slip.title"]
    self.house = house
    reference = payout.reference
    name = payout.name
    account = payout.hint
    method = texts["payouts.method.\(payout.method.rawValue)"]
    time = ShownMoment(payout.createdAt)
    settled = payout.settledAt.map { ShownMoment($0) }
    state = PayoutTag(payout.state, texts)
    reason = payout.reason.isEmpty ? nil : payout.reason
    var lines = [Line(what: texts["payouts.slip.gross"], amount: money[payout.slip.gross], isContained: false)]
    var hasShare = false
    for line in payout.slip.lines {
      let rate = ["rate": line.rate.map(Rate.percent) ?? ""]
      switch line.step {
      case .commission:
        lines.append(Line(what: texts["payouts.slip.commission"], amount: money[line.amount], isContained: false))
        lines.append(Line(what: texts["payouts.slip.share"], amount: money[line.after], isContained: false))
        hasShare = true
      case .vat:
        let key = line.effect == .contained ? "vatContained" : "vatOnTop"
        lines.append(
          Line(what: texts["payouts.slip.\(key)", rate], amount: money[line.amount], isContained: line.effect == .contained))
      case .withholding: lines.append(Line(what: texts["payouts.slip.withholding", rate], amount: money[line.amount], isContained: false))
      }
    }
    precondition(hasShare, "Each slip says what the platform keeps")
    self.lines = lines
    net = money[payout.slip.net]
    paperURL = SafeURL("\(MoneyRoutes.payoutsPath)/\(payout.id)/slip.pdf")
    createdAt = payout.createdAt.isoText
  }

  func sheet(_ texts: Texts, address: String) -> Sheet {
    var sheet = Sheet()
    sheet.name = "\(title) \(reference)"
    sheet.language = texts.language.code
    sheet.isRightToLeft = texts.language.direction == "rtl"
    sheet.house = house
    sheet.title = title
    sheet.facts = [
      Sheet.Fact(texts["payouts.slip.to"], "\(name)\n\(account)"), Sheet.Fact(texts["payments.list.reference"], reference),
      Sheet.Fact(texts["payouts.slip.approved"], createdAt.replacing("T", with: " ").prefix(16) + " UTC"),
      Sheet.Fact(texts["payments.list.state"], state.word), Sheet.Fact(texts["payouts.data.method"], method),
    ]
    sheet.head = Sheet.Line(texts["payments.list.what"], texts["payments.list.amount"])
    sheet.lines = lines.map { Sheet.Line($0.what, $0.isContained ? "(\($0.amount))" : $0.amount) }
    sheet.total = Sheet.Line(texts["payouts.slip.net"], net)
    sheet.foot = "\(house) · \(address)"
    sheet.time = createdAt
    return sheet
  }
}
