import Base
import Crypto
import Foundation
import Outside
import Payments

/// Who takes money.
extension Settings {
  /// Stripe and PayPal where they are configured. The test provider where nobody takes real money, and in the demo.
  func paymentProviders(testKey: SymmetricKey, ask: @escaping StripeProvider.Ask) -> [any PaymentProvider] {
    var found: [any PaymentProvider] = []
    if !text(.stripeKey).isEmpty {
      let account = StripeProvider.Account(address: text(.stripeAddress), key: text(.stripeKey), webhookSecrets: webhookSecrets)
      found.append(StripeProvider(account, ask: ask))
    }
    if !text(.paypal).isEmpty {
      let account = PayPalProvider.Account(
        address: text(.paypalAddress), client: text(.paypal), secret: text(.paypalSecret), webhook: text(.paypalWebhook))
      let roots = text(.certificates).isEmpty ? nil : text(.certificates)
      found.append(PayPalProvider(account, check: .init(rawValue: text(.paypalCheck)) ?? .offline, roots: roots, ask: ask))
    }
    if flag(.demo) || found.isEmpty && text(.bankAccount).isEmpty { found.append(TestProvider(key: testKey)) }
    return found
  }

  private var webhookSecrets: [String] {
    text(.stripeWebhookSecret).split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// What both get when somebody brings a friend.
  var referral: ReferralTerms {
    ReferralTerms(
      reward: Int64(number(.referralReward)), welcome: Int64(number(.referralWelcome)), monthly: Int64(number(.referralMonthly)),
      months: Int64(number(.referralMonths)))
  }

  func checkPayments() throws {
    for (name, range) in [
      (Name.referralReward, 0...1000), (.referralWelcome, 0...1000), (.referralMonthly, 0...10_000), (.referralMonths, 1...120),
    ] {
      guard let figure = Int(text(name)), range.contains(figure) else {
        throw SettingsError("\(name.rawValue) is a number from \(range.lowerBound) to \(range.upperBound), not “\(text(name))”.")
      }
    }
    guard text(.stripeKey).isEmpty == webhookSecrets.isEmpty else {
      // Without the one nobody can pay, without the other nobody is credited.
      throw SettingsError("stripe-key and stripe-webhook-secret are set together.")
    }
    try checkAddress(.stripeAddress)
    try checkAddress(.paypalAddress)
    let paypal = [Name.paypal, .paypalSecret, .paypalWebhook]
    guard Set(paypal.map { text($0).isEmpty }).count == 1 else {
      throw SettingsError("paypal, paypal-secret and paypal-webhook are set together.")
    }
    guard text(.paypalWebhook).utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }) else {
      throw SettingsError("paypal-webhook is PayPal's ID of the webhook, not its address.")
    }
    guard PayPalProvider.Check(rawValue: text(.paypalCheck)) != nil else {
      throw SettingsError("paypal-check is offline or online, not “\(text(.paypalCheck))”.")
    }
    guard text(.bankAccount).unicodeScalars.count <= 300 else { throw SettingsError("bank-account has at most 300 characters.") }
  }

  /// Keys go over this line.
  func checkAddress(_ name: Name) throws {
    guard let url = URL(string: text(name)), let host = url.host, !text(name).hasSuffix("/"),
      url.scheme == "https" || url.scheme == "http" && ["localhost", "127.0.0.1", "::1"].contains(host)
    else {
      let standard = Self.all.first { $0.name == name }?.standard ?? ""
      throw SettingsError("\(name.rawValue) is like \(standard), not “\(text(name))”.")
    }
  }
}
