import Base
import FoundationEssentials
import X509

/// What proves that a webhook is PayPal's: five headers, over the bytes as they came.
struct PayPalSeal: Sendable {
  static let headers = [
    "PAYPAL-TRANSMISSION-ID", "PAYPAL-TRANSMISSION-TIME", "PAYPAL-TRANSMISSION-SIG", "PAYPAL-CERT-URL", "PAYPAL-AUTH-ALGO",
  ]
  private static let algorithm = "SHA256withRSA"
  private static let lengthLimit = 1000

  private let id: String
  private let time: String
  private let signature: String
  private let certificateAddress: String
  private let webhook: String
  private let body: [UInt8]

  /// - Throws: `webhookInvalid` when a part is missing or cannot be one.
  init(_ delivery: Delivery, webhook: String) throws(Refusal) {
    var parts: [String] = []
    for name in Self.headers {
      guard let part = delivery.seals[name], !part.isEmpty, part.utf8.count <= Self.lengthLimit,
        part.utf8.allSatisfy({ (33...126).contains($0) })
      else { throw Refusal(.webhookInvalid) }
      parts.append(part)
    }
    guard parts[4] == Self.algorithm else { throw Refusal(.webhookInvalid) }
    (id, time, signature, certificateAddress) = (parts[0], parts[1], parts[2], parts[3])
    self.webhook = webhook
    body = delivery.body
  }

  /// What PayPal signs: the CRC-32 stands for the body.
  var signed: String { "\(id)|\(time)|\(webhook)|\(CRC32.of(body))" }

  /// Here: RSA with SHA-256, and the certificate from PayPal.
  func check(with certificates: PayPalCertificates) async throws {
    guard let code = Data(base64Encoded: signature), let key = try await certificates.key(at: certificateAddress),
      key.isValidSignature(code, for: Data(signed.utf8), signatureAlgorithm: .sha256WithRSAEncryption)
    else { throw Refusal(.webhookInvalid) }
  }

  private struct Question: Encodable {
    let algorithm: String
    let certificate: String
    let id: String
    let signature: String
    let time: String
    let webhook: String

    private enum CodingKeys: String, CodingKey {
      case algorithm = "auth_algo"
      case certificate = "cert_url"
      case id = "transmission_id"
      case signature = "transmission_sig"
      case time = "transmission_time"
      case webhook = "webhook_id"
    }
  }

  private struct Answer: Decodable {
    let status: String

    private enum CodingKeys: String, CodingKey { case status = "verification_status" }
  }

  private struct AnyContent: Decodable {
    init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: AnyKey.self) }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  /// There. The event is sent back as it came, byte for byte: written anew it would be another one.
  func check(by line: PayPalLine) async throws {
    // One object and nothing behind it: it becomes a part of ours.
    guard (try? StrangersJSON.decode(AnyContent.self, from: body)) != nil else { throw Refusal(.webhookInvalid) }
    let question = Question(
      algorithm: Self.algorithm, certificate: certificateAddress, id: id, signature: signature, time: time, webhook: webhook)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let whole = Array(try encoder.encode(question).dropLast()) + Array(#","webhook_event":"#.utf8) + body + Array("}".utf8)
    do {
      let answer: Answer = try await line.post("/v1/notifications/verify-webhook-signature", bytes: whole, key: nil)
      guard answer.status == "SUCCESS" else { throw Refusal(.webhookInvalid) }
    } catch is PayPalLine.Refused {
      throw Refusal(.webhookInvalid)
    } catch let refusal as Refusal {
      throw refusal
    } catch let error as CancellationError {
      throw error
    } catch {
      // Nobody knows whether it is theirs: they send it again.
      throw Refusal(.paymentUnavailable)
    }
  }
}

/// The check sum of ISO 3309, as in zip files.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
  }

  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
  }
}
