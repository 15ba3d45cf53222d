import Base
import Crypto

/// The signature of a delivery: `t=1492774577,v1=5257a8…,v1=…`, where each `v1` is HMAC-SHA-256 over the time, a point and the raw body.
///
/// Several stand there while a secret is changed for another one; other schemes are passed over.
enum WebhookSignature {
  static let toleranceSeconds: Int64 = 300

  /// - Parameter secrets: the present one and, while it is changed, the one before.
  static func check(_ delivery: Delivery, with secrets: [String], at now: Moment) throws(Refusal) {
    var time: Int64?
    var codes: [[UInt8]] = []
    // Nobody signs more often than this.
    for part in delivery.signature.split(separator: ",").prefix(16) {
      let pair = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
      guard pair.count == 2 else { continue }
      if pair[0] == "t" { time = Int64(pair[1]) }
      if pair[0] == "v1" { codes.append(Array(pair[1].utf8)) }
    }
    // Compared, not subtracted: the time is whatever somebody wrote there.
    let second = now.milliseconds / 1000
    guard let time, (second - toleranceSeconds...second + toleranceSeconds).contains(time) else {
      throw Refusal(.webhookInvalid)
    }
    let isRight = secrets.contains { secret in
      let right = Array(code(of: delivery.body, at: time, with: secret).utf8)
      return codes.contains { isSame($0, right) }
    }
    guard isRight else { throw Refusal(.webhookInvalid) }
  }

  static func signature(of body: [UInt8], with secret: String, at now: Moment) -> String {
    let time = now.milliseconds / 1000
    return "t=\(time),v1=\(code(of: body, at: time, with: secret))"
  }

  private static func code(of body: [UInt8], at time: Int64, with secret: String) -> String {
    let key = SymmetricKey(data: Array(secret.utf8))
    return Secret.hexadecimal(Array(HMAC<SHA256>.authenticationCode(for: Array("\(time).".utf8) + body, using: key)))
  }

  /// Every digit is looked at, so that the time taken says nothing about the first wrong one.
  private static func isSame(_ given: [UInt8], _ right: [UInt8]) -> Bool {
    given.count == right.count && zip(given, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
