import Base
import Hummingbird
import Ledger
import Store
import Web

/// `/dev/ledger`: the books from account to transfer to why.
struct DevLedger: Sendable {
  static let sums = 500
  static let lines = 200

  let web: WebFront
  let store: any Store

  func register(on routes: Routes) {
    routes.get("/dev/ledger", .to(.read, .development)) { request, context in
      try request.mustComeFromHere(context)
      let query = try Form(query: request)
      let account = query.has("account") ? query["account"] : nil
      let about = query.has("about") ? query["about"] : nil
      let (sums, lines) = try await store.read { session in
        (
          account == nil && about == nil ? try session.bookSums(limit: Self.sums) : [],
          try session.bookLines(account: account, about: about, limit: Self.lines)
        )
      }
      return web.page(DevLedgerPage(sums, lines, chosen: account ?? about, web.texts(context.language)), request, context)
    }
  }
}

struct DevLedgerPage: Page {
  struct Sum: Sendable {
    let account: String
    let accountURL: SafeURL?
    let amount: String
  }

  struct Line: Sendable {
    let time: String
    let kind: String
    let phase: String
    let debit: String
    let debitURL: SafeURL?
    let credit: String
    let creditURL: SafeURL?
    let amount: String
    let about: String
    let aboutURL: SafeURL?
  }

  static let template = "dev-ledger"
  let title: String
  let heading: String
  let isChosen: Bool
  let sums: [Sum]
  let hasSums: Bool
  let lines: [Line]
  let isEmpty: Bool

  init(_ sums: [BookSum], _ lines: [BookLine], chosen: String?, _ texts: Texts) {
    title = texts["demo.dev.ledger.title"]
    heading = chosen ?? title
    isChosen = chosen != nil
    self.sums = sums.map { sum in
      Sum(account: sum.account, accountURL: Self.address("account", sum.account), amount: Self.amount(sum.posted, sum.unit))
    }
    hasSums = !sums.isEmpty
    self.lines = lines.map { line in
      Line(
        time: line.at.universalText, kind: line.kind, phase: line.phase, debit: line.debit, debitURL: Self.address("account", line.debit),
        credit: line.credit, creditURL: Self.address("account", line.credit), amount: Self.amount(line.amount, line.unit),
        about: line.about,
        aboutURL: Self.address("about", line.about))
    }
    isEmpty = lines.isEmpty
  }

  private static func address(_ name: String, _ value: String) -> SafeURL? { SafeURL("/dev/ledger?\(name)=\(FormCoding.encode(value))") }

  private static func amount(_ amount: Int64, _ unit: String) -> String {
    Currency(code: unit).map { Money(amount, $0).description } ?? "\(amount) \(unit)"
  }
}
