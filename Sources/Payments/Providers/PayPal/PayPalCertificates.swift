import Base
import Foundation
import Outside
import Synchronization
import Web
import X509

/// The certificates with which PayPal signs. Fetched from PayPal alone, believed when they lead to a root that is trusted, and kept.
///
/// A class, because what was fetched is kept for everybody.
final class PayPalCertificates: Sendable {
  /// A webhook names the address of its certificate, and anybody may send one: it is asked for nowhere else.
  private static let homes = ["https://api.paypal.com/", "https://api.sandbox.paypal.com/"]
  private static let keptLimit = 8
  private static let keptSeconds: TimeInterval = 86_400
  private static let byteLimit = 65_536
  private static let certificateLimit = 8

  private struct Kept: Sendable {
    let key: Certificate.PublicKey
    let until: Date
  }

  private let address: String
  private let roots: String?
  private let ask: PayPalLine.Ask
  private let time: @Sendable () -> Moment
  private let kept = Mutex<[String: Kept]>([:])

  init(at address: String, roots: String?, time: @escaping @Sendable () -> Moment, ask: @escaping PayPalLine.Ask) {
    self.address = address
    self.roots = roots
    self.time = time
    self.ask = ask
  }

  /// The key of a certificate.
  ///
  /// - Returns: nil unless it is PayPal's.
  /// - Throws: `paymentUnavailable` when it cannot be fetched now.
  func key(at certificate: String) async throws -> Certificate.PublicKey? {
    guard let reach = reach(of: certificate) else { return nil }
    let now = Date(timeIntervalSince1970: Double(time().milliseconds) / 1000)
    if let known = kept.withLock({ $0[certificate] }), now < known.until { return known.key }
    let answer: HTTPAnswer
    do {
      var question = HTTPQuestion("GET", certificate, reach: reach)
      question.answerLimitBytes = Self.byteLimit
      answer = try await ask(question)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Refusal(.paymentUnavailable)
    }
    guard answer.status == 200 else { throw Refusal(answer.status < 500 ? .webhookInvalid : .paymentUnavailable) }
    guard let leaf = try await believed(String(decoding: answer.body, as: UTF8.self)) else { return nil }
    let until = min(leaf.notValidAfter, now.addingTimeInterval(Self.keptSeconds))
    kept.withLock { kept in
      if kept.count >= Self.keptLimit { kept.removeAll() }
      kept[certificate] = Kept(key: leaf.publicKey, until: until)
    }
    return leaf.publicKey
  }

  /// Nil where it is not asked for: another house, or letters that readers of addresses read differently.
  private func reach(of certificate: String) -> Reach? {
    let plain = certificate.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._/:".utf8.contains(byte)
    }
    guard plain else { return nil }
    if Self.homes.contains(where: { certificate.hasPrefix($0) }) { return .publicNetwork }
    return certificate.hasPrefix(address + "/") ? .anywhere : nil
  }

  /// The first certificate of a file, when it is PayPal's and the others lead to a trusted root.
  private func believed(_ file: String) async throws -> Certificate? {
    let found = Self.certificates(in: file, limit: Self.certificateLimit)
    guard let leaf = found.first, Self.isPayPals(leaf) else { return nil }
    var verifier = Verifier(rootCertificates: try trusted()) { RFC5280Policy() }
    guard case .validCertificate = await verifier.validate(leaf: leaf, intermediates: CertificateStore(found.dropFirst())) else {
      return nil
    }
    return leaf
  }

  private func trusted() throws -> CertificateStore {
    guard let roots else { return CertificateStore.systemTrustRoots }
    return CertificateStore(Self.certificates(in: try String(contentsOfFile: roots, encoding: .utf8), limit: 1000))
  }

  private static func certificates(in file: String, limit: Int) -> [Certificate] {
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
    return file.split(separator: end).prefix(limit).compactMap { part in
      part.range(of: begin).flatMap { try? Certificate(pemEncoded: String(part[$0.lowerBound...]) + end) }
    }
  }

  private static func isPayPals(_ certificate: Certificate) -> Bool {
    certificate.subject.contains { name in
      name.contains { $0.type == .RDNAttributeType.commonName && String($0.value)?.lowercased().hasSuffix(".paypal.com") == true }
    }
  }
}
