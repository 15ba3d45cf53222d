import CCurl
import Foundation

/// Outside: how the program speaks to other computers, over HTTP and SMTP. One way for all, so that there is one place for time limits,
/// size limits, certificates, and the guard that keeps strangers' addresses out of the private network.
///
/// `ask` sends an `HTTPQuestion`, `deliver` an `SMTPDelivery`. Both wait without a thread: one thread for HTTP and one for SMTP drive all
/// transfers with libcurl. They are two because libcurl waits for a mail server's farewell, and nothing else may wait with it.
///
/// A class, because everybody shares its threads.
public final class Outside: Sendable {
  /// How many transfers of each of both kinds may be under way; more wait in libcurl's line.
  public static let atOnce = 32

  private let certificates: String?
  private let isPrivate: @Sendable (_ address: [UInt8]) -> Bool
  private let http = CurlThread("outside-http", atOnce: atOnce)
  private let smtp = CurlThread("outside-smtp", atOnce: atOnce)

  /// - Parameter certificates: a file of certificates in PEM that are trusted instead of the system's.
  public convenience init(certificates: String? = nil) { self.init(certificates: certificates, isPrivate: PrivateNetwork.contains) }

  /// - Parameter isPrivate: whether an address is reachable only from here; tests say it otherwise.
  init(certificates: String? = nil, isPrivate: @escaping @Sendable (_ address: [UInt8]) -> Bool) {
    self.certificates = certificates
    self.isPrivate = isPrivate
  }

  /// - Returns: what was answered, whatever its status.
  /// - Throws: `OutsideFailure`, or `CancellationError` when the task was cancelled.
  public func ask(_ question: HTTPQuestion) async throws -> HTTPAnswer {
    let transfer = try Transfer(question, certificates: certificates)
    transfer.isPrivateAddress = isPrivate
    let ending = try await http.run(transfer)
    guard ending.code == CURLE_OK else { throw transfer.failure(ending) }
    return transfer.answer(status: ending.status)
  }

  /// Hands one letter to a mail server. When it returns the server has taken the letter over.
  ///
  /// - Throws: `SMTPRefusal` when the server said no, `OutsideFailure` when it could not be asked.
  public func deliver(_ delivery: SMTPDelivery) async throws {
    let transfer = try Transfer(delivery, certificates: certificates)
    let ending = try await smtp.run(transfer)
    guard ending.code == CURLE_OK else { throw transfer.refusal ?? transfer.failure(ending) }
  }

  /// Ends the threads; transfers that are under way are cancelled.
  public func close() {
    http.close()
    smtp.close()
  }
}
