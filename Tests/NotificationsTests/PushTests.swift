import Base
import Crypto
import Foundation
import Outside
import Testing

@testable import Notifications

@Suite("Pushes, by the examples of their standards")
struct PushTests {
  private func bytes(_ text: String) throws -> [UInt8] { try #require(Base64URL.bytes(text)) }

  private let point = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
  private let secret = "BTBZMqHH6r4Tts7J_aSIgg"

  @Test("E35: a record is the one of RFC 8188, 3.1")
  func record() throws {
    let sealed = try ContentCoding.seal(
      Array("I am the walrus".utf8), key: SymmetricKey(data: try bytes("yqdlZ-tYemfogSmv7Ws5PQ")),
      salt: try bytes("I1BsxtFttlv3u_Oo94xnmw"), keyID: [])
    #expect(Base64URL.text(sealed) == "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg")
  }

  @Test("E35: a message is the one of RFC 8291, 5 and Appendix A")
  func message() throws {
    let sender = try P256.KeyAgreement.PrivateKey(rawRepresentation: try bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    let subscription = try PushSubscription(
      endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV", publicKey: point, secret: secret, privateHosts: [])
    let sealed = try PushMessage.encrypt(
      Array("When I grow up, I want to be a watermelon".utf8), for: subscription, sender: sender, salt: try bytes("DGv6ra1nlYgDCS1FRnbzlw"))
    #expect(
      Base64URL.text(sealed)
        == "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        + "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")
  }

  @Test("E35: a token is signed with the key that browsers subscribe with, for one push service and half a day")
  func token() throws {
    let key = PushKey(seed: SymmetricKey(data: [UInt8](repeating: 7, count: 32)), contact: "mailto:postmaster@localhost")
    let place = try #require(PushPlace("https://push.example.net:8443/send/abc"))
    let header = try key.authorization(for: place, at: Moment(milliseconds: 1_000_000))
    let parts = header.dropFirst("vapid t=".count).split(separator: ",")
    let token = parts[0].split(separator: ".").map(String.init)
    let signer = try P256.Signing.PublicKey(x963Representation: try bytes(key.publicText))
    let signature = try P256.Signing.ECDSASignature(rawRepresentation: try bytes(token[2]))
    #expect(signer.isValidSignature(signature, for: Data("\(token[0]).\(token[1])".utf8)))
    let claims = String(decoding: try bytes(token[1]), as: UTF8.self)
    #expect(claims == #"{"aud":"https://push.example.net:8443","exp":44200,"sub":"mailto:postmaster@localhost"}"#)
    #expect(header.hasSuffix(", k=\(key.publicText)"))
    let again = PushKey(seed: SymmetricKey(data: [UInt8](repeating: 7, count: 32)), contact: "")
    #expect(again.publicText == key.publicText, "the same house has the same key after a restart")
  }

  @Test(
    "E35: what no push can be sent to is not kept",
    arguments: [
      ("http://push.example.net/a", 65, 16), ("https://push.example.net/a", 64, 16), ("https://push.example.net/a", 65, 15),
      ("ftp://push.example.net/a", 65, 16), ("https://user@push.example.net/a", 65, 16), ("https://push.example.net/a#b", 65, 16),
      ("javascript:alert(1)", 65, 16), ("https://", 65, 16), ("https://push.example.net/a b", 65, 16),
    ])
  func refused(_ endpoint: String, _ keyBytes: Int, _ secretBytes: Int) throws {
    let key = Base64URL.text(try bytes(point).prefix(keyBytes))
    let secret = Base64URL.text(try bytes(secret).prefix(secretBytes))
    #expect(throws: Refusal(.notUnderstood)) {
      _ = try PushSubscription(endpoint: endpoint, publicKey: key, secret: secret, privateHosts: ["127.0.0.1:9000"])
    }
  }

  @Test("E35: a point that is not on the curve is refused, and only a trusted host is spoken to without TLS")
  func curve() throws {
    var bent = try bytes(point)
    bent[64] ^= 1
    #expect(throws: Refusal(.notUnderstood)) {
      _ = try PushSubscription(
        endpoint: "https://push.example.net/a", publicKey: Base64URL.text(bent), secret: secret, privateHosts: [])
    }
    _ = try PushSubscription(endpoint: "http://127.0.0.1:9000/a", publicKey: point, secret: secret, privateHosts: ["127.0.0.1:9000"])
    #expect(throws: Refusal(.notUnderstood)) {
      _ = try PushSubscription(endpoint: "http://127.0.0.1:9001/a", publicKey: point, secret: secret, privateHosts: ["127.0.0.1:9000"])
    }
  }
}
