import Base
import Crypto
import Foundation

/// Signature Version 4 of a request to a store of objects, as Amazon describes it and others speak it too.
struct AWSSignature {
  let keyID: String
  let secret: String
  let region: String
  var service = "s3"

  struct Request {
    var method: String
    /// Encoded already, as it stands in the address.
    var path: String
    /// In lower case; all of them are signed.
    var headers: [String: String]
    /// SHA-256 of the body in hexadecimal digits.
    var bodyDigest: String
  }

  /// The value of `Authorization`.
  ///
  /// - Parameter date: `20150830T123600Z`, the same as in the header `x-amz-date`.
  func authorization(of request: Request, at date: String) -> String {
    let names = request.headers.keys.sorted()
    let signed = names.joined(separator: ";")
    let lines = names.map { "\($0):\(request.headers[$0] ?? "")\n" }.joined()
    let canonical = [request.method, request.path, "", lines, signed, request.bodyDigest].joined(separator: "\n")
    let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
    let text = ["AWS4-HMAC-SHA256", date, scope, Self.digest(Array(canonical.utf8))].joined(separator: "\n")
    var key = Array("AWS4\(secret)".utf8)
    for part in [String(date.prefix(8)), region, service, "aws4_request", text] {
      key = Array(HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: SymmetricKey(data: key)))
    }
    return "AWS4-HMAC-SHA256 Credential=\(keyID)/\(scope), SignedHeaders=\(signed), Signature=\(Self.hexadecimal(key))"
  }

  static func digest(_ bytes: [UInt8]) -> String { hexadecimal(Array(SHA256.hash(data: bytes))) }

  /// The time as it is signed.
  static func date(_ moment: Moment) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
    return "\(parts.year ?? 0)\(two(parts.month))\(two(parts.day))T\(two(parts.hour))\(two(parts.minute))\(two(parts.second))Z"
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
