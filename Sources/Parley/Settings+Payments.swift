import Base
import Crypto
import Foundation
import Outside
import Payments

/// Who takes money.
extension Settings {
  /// Stripe where it is configured. The test provider where nobody takes real money, and in the demo.
  func paymentProviders(testKey: SymmetricKey, ask: @escaping StripeProvider.Ask) -> [any PaymentProvider] {
    var found: [any PaymentProvider] = []
    if !text(.stripeKey).isEmpty {
      let account = StripeProvider.Account(address: text(.stripeAddress), key: text(.stripeKey), webhookSecrets: webhookSecrets)
      found.append(StripeProvider(account, ask: ask))
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
    // The key goes over this line.
    guard let url = URL(string: text(.stripeAddress)), let host = url.host, !text(.stripeAddress).hasSuffix("/"),
      url.scheme == "https" || url.scheme == "http" && ["localhost", "127.0.0.1", "::1"].contains(host)
    else { throw SettingsError("stripe-address is like https://api.stripe.com, not “\(text(.stripeAddress))”.") }
    guard text(.bankAccount).unicodeScalars.count <= 300 else { throw SettingsError("bank-account has at most 300 characters.") }
  }
}
