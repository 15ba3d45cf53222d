import Base
import Crypto
import Foundation
import TestKit
import Testing

@testable import Accounts
@testable import Mail
@testable import Notifications
@testable import Payments

/// What authenticators, identity providers, payment providers and push services say, or whoever pretends to be one.
@Suite struct StrangerFuzzTests {
  @Test("E20: whatever is typed as an address of mail, what is taken holds one @ and nothing that ends a line")
  func addresses() throws {
    let samples = [
      "ada@example.com", "a.b+c@xn--bcher-kva.example", "\"a b\"@c.d", "müller@münchen.example", "a@b@c", "<a@b.c>", "a@[127.0.0.1]",
    ]
    try Fuzz("MailAddress", samples: samples).run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      for taken in [MailAddress(text)?.text, try? EmailAddress(text).text].compactMap(\.self) {
        let isWhole = taken.unicodeScalars.count { $0 == "@" } == 1 && !taken.unicodeScalars.contains { $0.value < 0x21 }
        guard isWhole, taken == text else { throw Fuzz.Finding("took \(taken)") }
      }
      if let address = MailAddress(text), address.domain.isEmpty { throw Fuzz.Finding("no domain") }
    }
  }

  /// {1: 2, 3: -7, -1: 1, -2: 32 bytes, -3: 32 bytes}: a key as authenticators write it.
  private static let coseKey: [UInt8] =
    [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20] + [UInt8](repeating: 7, count: 32) + [0x22, 0x58, 0x20]
    + [UInt8](repeating: 9, count: 32)

  private static var authenticatorData: [UInt8] {
    let head = [UInt8](repeating: 1, count: 32) + [0x45, 0, 0, 0, 5]
    return head + [UInt8](repeating: 2, count: 16) + [0, 4, 1, 2, 3, 4] + coseKey
  }

  @Test("E20: whatever an authenticator sends is read or refused, and a length that is only claimed costs nothing")
  func cbor() throws {
    let samples: [[UInt8]] = [
      Self.coseKey, Self.authenticatorData, [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
      [0xBB, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
      [UInt8](repeating: 0x81, count: 2000), [UInt8](repeating: 0xC1, count: 2000),
      [0x5B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0x3B] + [UInt8](repeating: 255, count: 8),
      [0xA1, 0x63] + Array("fmt".utf8) + [0x64] + Array("none".utf8), [0xFF], [0x5F, 0x41, 1, 0xFF],
    ]
    try Fuzz("CBOR", bytes: samples).run { bytes in
      var rest = bytes[...]
      if (try? CBOR(readingFrom: &rest)) != nil, rest.count >= bytes.count { throw Fuzz.Finding("read without taking a byte") }
      _ = try? AuthenticatorData(bytes)
      _ = try? PasskeyKey(cose: bytes)
      _ = try? ClientData(bytes)
    }
  }

  @Test("E20: whatever an identity provider answers is claims or a failure")
  func idTokens() throws {
    let claims = #"{"iss":"https://a","sub":"1","aud":["c"],"azp":"c","exp":1e10,"nonce":"n","email":"a@b.c","email_verified":"true"}"#
    let samples = [claims, #"{"iss":"https://a","sub":"1","aud":"c","exp":9223372036854775807,"email_verified":true}"#]
    try Fuzz("IDToken", samples: samples).run { bytes in
      let token = try? IDToken(compact: "e30.\(Base64URL.text(bytes)).sig")
      try? token?.check(issuer: "https://a", clientID: "c", nonce: "n", at: Moment(milliseconds: 1_795_219_200_000))
      _ = try? IDToken(compact: String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(
    "A17, X1: a delivery of a payment provider that was changed anywhere is refused, and one that is signed is read or refused, whatever it says"
  )
  func webhooks() throws {
    let now = Moment(milliseconds: 1_795_219_200_000)
    let secret = "whsec_fuzz"
    let stripe = StripeProvider(
      .init(key: "sk", webhookSecrets: [secret]), time: { now }, ask: { _ in throw Fuzz.Finding("asked somebody") })
    let session =
      #"{"id":"evt_1","type":"checkout.session.completed","created":1795219200,"data":{"object":{"id":"cs_1","object":"checkout.session","payment_status":"paid","payment_intent":"pi_1","amount_total":1500,"currency":"eur","client_reference_id":"77","metadata":{"purchase":"77"}}}}"#
    let refund =
      #"{"id":"evt_2","type":"charge.refunded","created":1795219200,"data":{"object":{"id":"re_1","object":"refund","status":"succeeded","amount":9223372036854775807,"currency":"jpy","payment_intent":{"id":"pi_1","card":{"brand":"visa","last4":"4242"}}}}}"#
    try Fuzz("Webhook", samples: [session, refund, session.replacing("checkout.session.completed", with: "charge.dispute.created")]).run {
      bytes in
      _ = try? stripe.read(Delivery(signature: WebhookSignature.signature(of: bytes, with: secret, at: now), body: bytes))
    }
    let body = Array(session.utf8)
    let good = WebhookSignature.signature(of: body, with: secret, at: now)
    let samples = [good, "t=-9223372036854775808,v1=00", "t=9223372036854775807,v1=00", "v1=,t=,t=1", good + "," + good]
    try Fuzz("WebhookSignature", samples: samples).run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      let code = String(good.suffix(64))
      let isTaken = (try? WebhookSignature.check(Delivery(signature: text, body: body), with: [secret], at: now)) != nil
      // Blanks in it are passed over.
      guard !isTaken || text.filter({ $0 != " " }).contains(code) else { throw Fuzz.Finding("took \(text)") }
    }
  }

  @Test("A12, X1: whatever PayPal's webhook says, it is read or passed over, and its seals are taken or refused before anybody is asked")
  func payPal() throws {
    let capture =
      #"{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"3C","status":"COMPLETED","amount":{"currency_code":"EUR","value":"20.00"},"custom_id":"purchase.77","links":[{"rel":"up","href":"https://api.paypal.com/v2/payments/captures/3C"}]}}"#
    let dispute =
      #"{"id":"WH-2","event_type":"CUSTOMER.DISPUTE.RESOLVED","resource":{"dispute_amount":{"currency_code":"JPY","value":"9223372036854775807"},"disputed_transactions":[{"seller_transaction_id":"3C"}],"dispute_outcome":{"outcome_code":"RESOLVED_BUYER_FAVOUR"}}}"#
    let samples = [capture, dispute, capture.replacing("COMPLETED\",\"resource", with: "REFUNDED\",\"resource")]
    try Fuzz("PayPal", samples: samples).run { bytes in
      _ = (try? StrangersJSON.decode(PayPalEvent.self, from: bytes))?.told
      var seals = Dictionary(uniqueKeysWithValues: PayPalSeal.headers.map { ($0, "x") })
      seals["PAYPAL-AUTH-ALGO"] = "SHA256withRSA"
      seals["PAYPAL-CERT-URL"] = String(decoding: bytes, as: UTF8.self)
      _ = try? PayPalSeal(Delivery(seals: seals, body: bytes), webhook: "8PT").signed
    }
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test("E20: whatever a browser names as its push service is a place with a name, or refused")
  func pushes() throws {
    let key = Base64URL.text(Array(P256.KeyAgreement.PrivateKey().publicKey.x963Representation))
    let samples = [
      "https://push.example.com/send/abc", "http://127.0.0.1:9000/x", "https://user@a.b/", "https://[::1]:443/", "https://a.b:99999999999/",
    ]
    try Fuzz("PushSubscription", samples: samples).run { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      if let subscription = try? PushSubscription(
        endpoint: text, publicKey: key, secret: Base64URL.text([UInt8](repeating: 1, count: 16)), privateHosts: [])
      {
        guard subscription.endpoint.lowercased().hasPrefix("https://"), !text.utf8.contains(0x0A), !text.utf8.contains(0x20) else {
          throw Fuzz.Finding("took \(text)")
        }
      }
      _ = try? PushSubscription(endpoint: "https://push.example.com/", publicKey: text, secret: text, privateHosts: [])
    }
  }
}
