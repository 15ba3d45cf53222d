import Access
import Base
import Hummingbird
import Web

/// The page of the test provider. It takes no money and says so.
struct TestPages: Sendable {
  static let path = "/pay/test"

  let payments: Payments
  let provider: TestProvider
  let web: WebFront

  func register(on routes: Routes) {
    routes.get(Self.path, .ownDesk) { _, _ in .redirect(ShopRoutes.walletPath) }
    routes.get("\(Self.path)/{id}", .ownDesk) { request, context in
      web.page(TestPaymentPage(try await purchase(context), isSecure: false, web.texts(context.language)), request, context)
    }
    routes.get("\(Self.path)/{id}/secure", .ownDesk) { request, context in
      web.page(TestPaymentPage(try await purchase(context), isSecure: true, web.texts(context.language)), request, context)
    }
    routes.form("\(Self.path)/{id}", .ownDesk) { form, _, context in
      let purchase = try await purchase(context)
      guard let deed = TestProvider.Deed(rawValue: form["do"]), TestPaymentPage.deeds(purchase, isSecure: nil).contains(deed) else {
        return .redirect("\(Self.path)/\(purchase.id)")
      }
      if deed == .secure { return .redirect("\(Self.path)/\(purchase.id)/secure") }
      let (kind, delay) = Self.ending(deed)
      // Each press of a payment is the same event; a decline may be followed by another one.
      let chance = kind == .declined ? ".\(Secret().text)" : ""
      let note = TestProvider.Note(
        id: "test.\(purchase.id).\(kind.rawValue)\(chance)", kind: kind, purchase: purchase.id, minor: purchase.offer.price.minor,
        currency: purchase.offer.price.currency, fades: deed == .fade ? true : nil)
      try await payments.deliver(note, after: delay)
      // A browser that comes back says nothing, here as with others: the word of it is awaited.
      return .redirect("\(PurchaseRoutes.path)/\(purchase.id)\(purchase.state.isOpen ? "?back=paid" : "")")
    }
  }

  private func purchase(_ context: WebContext) async throws -> Purchase {
    let id: PurchaseID = try context.identity("id")
    guard let purchase = try await payments.purchase(id, of: context.person().member.id), purchase.provider == .test else {
      throw Refusal(.notFound)
    }
    return purchase
  }

  private static func ending(_ deed: TestProvider.Deed) -> (TestProvider.Note.Kind, Int64) {
    switch deed {
    case .pay, .fade, .confirm, .secure: (.paid, 0)
    case .delay: (.paid, TestProvider.delaySeconds)
    case .decline, .refuse: (.declined, 0)
    case .dispute: (.disputed, 0)
    case .won: (.disputeWon, 0)
    case .lost: (.disputeLost, 0)
    }
  }
}

struct TestPaymentPage: Page {
  struct Choice: Sendable {
    let value: String
    let label: String
    let hint: String
    let isFirst: Bool
  }

  static let template = "test-payment"
  let title: String
  let what: String
  let amount: String
  let heading: String
  let postURL: SafeURL?
  let choices: [Choice]
  let isOver: Bool
  let backURL: SafeURL?

  init(_ purchase: Purchase, isSecure: Bool, _ texts: Texts) {
    title = texts["payments.test.title"]
    what = purchase.what(texts)
    amount = MoneyWords(texts.language)[purchase.price]
    heading = texts[isSecure ? "payments.test.secureHeading" : "payments.test.heading"]
    postURL = SafeURL("\(TestPages.path)/\(purchase.id)")
    choices = Self.deeds(purchase, isSecure: isSecure).enumerated().map { index, deed in
      Choice(
        value: deed.rawValue, label: texts["payments.test.do.\(deed.rawValue)"], hint: texts["payments.test.hint.\(deed.rawValue)"],
        isFirst: index == 0)
    }
    isOver = choices.isEmpty
    backURL = SafeURL("\(PurchaseRoutes.path)/\(purchase.id)?back=cancelled")
  }

  /// What may happen to a purchase now.
  ///
  /// - Parameter isSecure: on the page of the bank; nil for all pages.
  static func deeds(_ purchase: Purchase, isSecure: Bool?) -> [TestProvider.Deed] {
    if purchase.state.isOpen {
      let (first, second): ([TestProvider.Deed], [TestProvider.Deed]) = (
        [.pay] + (purchase.keepsCard ? [.fade] : []) + [.delay, .decline, .secure], [.confirm, .refuse]
      )
      return isSecure.map { $0 ? second : first } ?? first + second
    }
    switch purchase.state {
    case .paid, .partlyRefunded: return [.dispute]
    case .disputed: return [.won, .lost]
    default: return []
    }
  }
}
