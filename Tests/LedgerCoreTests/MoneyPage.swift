import Base
import LedgerCore

/// `docs/money.md`: every kind of entry with an example, written by the rules themselves.
enum MoneyPage {
  struct Example {
    let title: String
    let text: String
    let entry: Entry
  }

  static let lina = AccountID(rawValue: 7)
  static let emil = AccountID(rawValue: 3)

  private static func credits(_ count: Int64) -> Units { Units(count, .credits) }
  private static func euro(_ minor: Int64) -> Money { Money(minor, .euro) }

  /// Lina's whole story, in order: the balances below are what it comes to.
  static let examples: [Example] = [
    Example(
      title: "Sale",
      text: """
        Lina buys 7 credits and gets 1 more, for 20.00 EUR. All eight are worth the same: 2.50 EUR each, bonus included. The provider owes the house the \
        money, and the house owes Lina answers, so nothing is revenue yet.
        """,
      entry: .sale(credits(8), for: euro(2000), to: lina, through: "stripe", key: "purchase.1", about: "purchase.1")),
    Example(
      title: "Gift",
      text: """
        The house gives her 1 credit. An answer to it earns as much as to a bought one, so what it is worth is paid from the marketing account.
        """,
      entry: .gift(credits(1), worth: euro(250), to: lina, key: "gift.1", about: "promotion")),
    Example(
      title: "Hold",
      text: """
        Lina asks Emil. One credit is set aside: her shown balance falls at once, and nothing has moved yet. Of several lots those that end first are \
        used first.
        """,
      entry: .hold(credits(1), of: lina, key: "hold.11", about: "chat.5.2")),
    Example(
      title: "Capture",
      text: """
        Emil answers in time. The credit is spent, and its 2.50 EUR are divided: 80 % his, 20 % the platform's commission, by largest remainder, so that no \
        cent is lost.
        """,
      entry: .capture(credits(1), of: lina, worth: [euro(250)], to: emil, commission: 2000, key: "capture.11.0", about: "chat.5.2")),
    Example(
      title: "Hold (2)", text: "She asks again.", entry: .hold(credits(1), of: lina, key: "hold.12", about: "chat.5.4")),
    Example(
      title: "Release",
      text: "Nobody answers in time: at the deadline the credit is free again by itself, and worth what it was. A late answer is free.",
      entry: .release(credits(1), of: lina, key: "release.12", about: "chat.5.4")),
    Example(
      title: "Tip",
      text: """
        For the first answer she gives 2 credits on top. They are set aside and taken in one step, so nothing waits; the commission on tips is a setting of \
        its own, here 0.
        """,
      entry: .tip(credits(2), of: lina, worth: [euro(500)], to: emil, commission: 0, key: "tip.5.a", about: "chat.5.3")),
    Example(
      title: "Compensation",
      text: """
        An administrator gives the first answer back: the credit returns to the wallet as a lot of its own, from those who had earned it.
        """,
      entry: .compensation(credits(1), worth: euro(250), to: lina, from: emil, commission: 2000, key: "compensation.11", about: "chat.5.2")),
    Example(
      title: "Compensation in parts",
      text:
        "Of the tip one credit goes back. Every part takes from expert and platform so much that all parts together take exactly what the whole would.",
      entry: .compensation(credits(1), worth: euro(250), to: lina, from: emil, commission: 0, key: "refund.21", about: "chat.5.3")),
    Example(
      title: "Compensation in parts (2)", text: "Later the rest of it, too. More than was taken never comes back.",
      entry: .compensation(
        credits(1), worth: euro(250), before: euro(250), to: lina, from: emil, commission: 0, key: "refund.22", about: "chat.5.3")),
    Example(
      title: "Refund",
      text: "Two unused credits go back to the card, at what they are worth. What is set aside or was used cannot go this way.",
      entry: .refund(credits(2), worth: euro(500), of: lina, through: "stripe", key: "refund.1", about: "purchase.1")),
    Example(
      title: "Chargeback",
      text: """
        Her bank takes the remaining 15.00 EUR of the payment back. The credits that are left of the lot go; for the rest, which she had used, she owes \
        the house. A wallet never falls below zero.
        """,
      entry: .chargeback(
        credits(5), worth: euro(1250), used: euro(250), of: lina, through: "stripe", key: "dispute.1", about: "purchase.1")),
    Example(
      title: "Chargeback won", text: "The bank decides for the house: everything is as it was.",
      entry: .chargebackWon(
        credits(5), worth: euro(1250), used: euro(250), of: lina, through: "stripe", key: "dispute.1.won", about: "purchase.1")),
    Example(
      title: "Chargeback (2)", text: "Had the bank decided for her …",
      entry: .chargeback(
        credits(5), worth: euro(1250), used: euro(250), of: lina, through: "stripe", key: "dispute.2", about: "purchase.1")),
    Example(
      title: "Chargeback lost",
      text: """
        … then what she owes is borne by the experts who earned it, as far as they have unpaid earnings from it, and for the rest by the house. Emil gave \
        his back already, so the house bears all of it.
        """,
      entry: .chargebackLost(euro(250), by: lina, from: [], key: "dispute.2.lost", about: "purchase.1")),
    Example(
      title: "Expiry",
      text: "The two credits that are left end a year later. What nobody used is the house's, on an account of its own.",
      entry: .expiry(credits(2), worth: euro(500), of: lina, key: "expiry.9", about: "lot.9")),
    Example(
      title: "Sale (2)", text: "She subscribes: a month in which answers are included costs 49.00 EUR.",
      entry: .sale(Units(1, .months), for: euro(4900), to: lina, through: "stripe", key: "purchase.2", about: "purchase.2")),
    Example(
      title: "Included",
      text: """
        She asks, and the subscription brings the credit. What an answer counts for there, 2.00 EUR, is the house's cost, whatever the month was sold for; so \
        an expert earns the same whether nobody asks or everybody.
        """,
      entry: .included(credits(1), worth: euro(200), to: lina, key: "included.13", about: "subscription.1")),
    Example(
      title: "Hold (3)", text: "It is set aside at once. Her own credit has not moved.",
      entry: .hold(credits(1), of: lina, key: "hold.13", about: "chat.5.8")),
    Example(
      title: "Capture (2)", text: "Emil answers in time, and has his share.",
      entry: .capture(credits(1), of: lina, worth: [euro(200)], to: emil, commission: 2000, key: "capture.13.0", about: "chat.5.8")),
    Example(
      title: "Included (2)", text: "She asks once more …",
      entry: .included(credits(1), worth: euro(200), to: lina, key: "included.14", about: "subscription.1")),
    Example(title: "Hold (4)", text: "… as before …", entry: .hold(credits(1), of: lina, key: "hold.14", about: "chat.5.10")),
    Example(
      title: "Release (2)", text: "… and nobody answers in time.",
      entry: .release(credits(1), of: lina, key: "release.14", about: "chat.5.10")),
    Example(
      title: "Included back", text: "What the house brought goes back to the house: a subscription leaves no credit behind.",
      entry: .includedBack(credits(1), worth: euro(200), of: lina, key: "includedBack.14", about: "chat.5.10")),
    Example(
      title: "Month", text: "The month is over. What was paid for it is earned now, and was owed until now.",
      entry: .month(Units(1, .months), worth: euro(4900), of: lina, key: "expiry.10.1", about: "lot.10")),
    Example(
      title: "Payout",
      text: """
        Two days after the answer nobody has disputed it, and an administrator approves a batch. What Emil earned is on its way; value added tax that the \
        house pays on top, where its terms say so, would be a second line.
        """,
      entry: .payout(euro(160), tax: euro(0), to: emil, key: "payout.1", about: "payout.1")),
    Example(
      title: "Payout failed", text: "The bank could not deliver it: it is earned and unpaid again, and waits for the next batch.",
      entry: .payoutFailed(euro(160), tax: euro(0), to: emil, key: "payout.1.failed", about: "payout.1")),
    Example(
      title: "Payout (2)", text: "The next batch, to the account that he has corrected.",
      entry: .payout(euro(160), tax: euro(0), to: emil, key: "payout.2", about: "payout.2")),
    Example(
      title: "Payout paid", text: "It arrived. He chose withholding at source: 15 % of it are owed to the tax office.",
      entry: .payoutPaid(euro(136), withheld: euro(24), to: emil, key: "payout.2.paid", about: "payout.2")),
    Example(
      title: "Payout returned", text: "Days later the bank sends it back: it is on its way as before, and the tax office is owed nothing.",
      entry: .payoutReturned(euro(136), withheld: euro(24), to: emil, key: "payout.2.returned", about: "payout.2")),
    Example(
      title: "Payout failed (2)", text: "And from there it fails, as any other: it is earned and unpaid again.",
      entry: .payoutFailed(euro(160), tax: euro(0), to: emil, key: "payout.2.failed", about: "payout.2")),
  ]

  static func page() -> String {
    var balances = Balances()
    var lines = [
      "# Money", "",
      "Every kind of entry in the books, with an example that a test executes and writes here: Lina buys, asks and is answered. The kinds are those of",
      "`Sources/LedgerCore/Entry.swift`; accounts are those of `BookAccount.swift`. Amounts are whole numbers of the smallest unit; each line debits one account and",
      "credits another, so every unit sums to zero after every entry. `parley doctor` recomputes all of it.", "",
    ]
    for example in examples {
      for line in example.entry.lines { balances.apply(line) }
      lines += ["## \(example.title)", "", example.text, "", "| unit | debit | credit | amount | |", "|---|---|---|---|---|"]
      lines += example.entry.lines.map { "| \($0.unit) | \($0.debit) | \($0.credit) | \(amount($0)) | \($0.phase.rawValue) |" }
      lines.append("")
    }
    lines += ["## What it comes to", "", "| account | unit | holds | set aside |", "|---|---|---|---|"]
    for (place, sum) in balances.amounts.sorted(by: { ($0.key.unit, $0.key.account) < ($1.key.unit, $1.key.account) }) {
      lines.append("| \(place.account) | \(place.unit) | \(words(sum.posted, place.unit)) | \(words(sum.held, place.unit)) |")
    }
    lines += [
      "", "## Rules beside the entries", "",
      "- A key makes an entry happen once: a webhook that comes again, a press that comes twice and a job that runs again change nothing.",
      "- Units are worth what their lot cost over all its units, bonus included; the first ones taken are worth the cent more.",
      "- A credit that comes back to a lot which has ended meanwhile stays for seven days more.",
      "- Every hold has a deadline, and a job that keeps it; an answer after the deadline takes nothing, whether the job was there or not.",
      "- Wallets of different units never mix, and neither do currencies.",
      "- An earning is due when the time for disputes is over: 48 hours, or what the website's terms said when it was agreed. What is disputed or charged back waits.",
      "- A line of earnings is in one payout at most, by the schema; what is given back after it was paid out is taken from the next one.",
      "- Once a minute new lines are sealed: each seal covers its lines and the seal before, so a changed line breaks every seal after it.",
      "",
    ]
    return lines.joined(separator: "\n")
  }

  private static func amount(_ line: Entry.Line) -> String { words(line.amount, line.unit) }

  private static func words(_ amount: Int64, _ unit: String) -> String {
    Currency(code: unit).map { Money(amount, $0).decimal } ?? String(amount)
  }
}
