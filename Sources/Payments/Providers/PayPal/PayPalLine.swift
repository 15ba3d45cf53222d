import Base
import Foundation
import Outside
import Synchronization
import Web

/// The line to PayPal: its addresses, the token that opens them, and what its refusals say.
///
/// A class, because everybody shares the token.
final class PayPalLine: Sendable {
  typealias Ask = @Sendable (HTTPQuestion) async throws -> HTTPAnswer

  /// PayPal answered that it does not do it, and says why.
  struct Refused: Error, CustomStringConvertible {
    let status: Int
    /// PayPal's word for it: `INSTRUMENT_DECLINED`.
    let issue: String
    let description: String
  }

  private struct Trouble: Error, CustomStringConvertible {
    let description: String
  }

  private struct Token: Decodable, Sendable {
    let access: String
    let seconds: Int64

    private enum CodingKeys: String, CodingKey {
      case access = "access_token"
      case seconds = "expires_in"
    }
  }

  private struct Problem: Decodable {
    struct Detail: Decodable {
      let issue: String?
      let description: String?
    }

    let name: String?
    let message: String?
    let details: [Detail]?
  }

  /// So long before its end a token is not used any more.
  private static let reserveSeconds: Int64 = 60

  let account: PayPalProvider.Account
  private let ask: Ask
  private let time: @Sendable () -> Moment
  private let kept = Mutex<(access: String, until: Moment)?>(nil)

  init(_ account: PayPalProvider.Account, time: @escaping @Sendable () -> Moment, ask: @escaping Ask) {
    self.account = account
    self.ask = ask
    self.time = time
  }

  func get<Answer: Decodable>(_ path: String) async throws -> Answer { try read(try await answer("GET", path, nil, key: nil)) }

  /// - Parameter key: the same question with the same key is done once.
  func post<Answer: Decodable>(_ path: String, _ body: some Encodable, key: String?) async throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try await post(path, bytes: Array(try encoder.encode(body)), key: key)
  }

  func post<Answer: Decodable>(_ path: String, bytes: [UInt8], key: String?) async throws -> Answer {
    try read(try await answer("POST", path, bytes, key: key))
  }

  private func answer(_ method: String, _ path: String, _ body: [UInt8]?, key: String?) async throws -> HTTPAnswer {
    let access = try await token()
    let first = try await ask(question(method, path, body, key: key, access))
    guard first.status == 401 else { return first }
    // It ended before its time: one more, once.
    kept.withLock { $0 = $0?.access == access ? nil : $0 }
    return try await ask(question(method, path, body, key: key, try await token()))
  }

  private func question(_ method: String, _ path: String, _ body: [UInt8]?, key: String?, _ access: String) -> HTTPQuestion {
    var headers: [(name: String, value: String)] = [
      ("Authorization", "Bearer \(access)"), ("Accept", "application/json"), ("Prefer", "return=representation"),
    ]
    if body != nil { headers.append(("Content-Type", "application/json")) }
    if let key { headers.append(("PayPal-Request-Id", key)) }
    return HTTPQuestion(method, account.address + path, headers: headers, body: body, reach: .anywhere)
  }

  private func token() async throws -> String {
    let now = time()
    if let access = kept.withLock({ $0.flatMap { now < $0.until ? $0.access : nil } }) { return access }
    let basic = Data("\(account.client):\(account.secret)".utf8).base64EncodedString()
    let answer = try await ask(
      HTTPQuestion(
        "POST", account.address + "/v1/oauth2/token",
        headers: [
          ("Authorization", "Basic \(basic)"), ("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded"),
        ], body: Array("grant_type=client_credentials".utf8), reach: .anywhere))
    // A wrong secret is for the owner to put right: until then it is asked again, and nothing is called declined.
    guard answer.status == 200 else { throw Trouble(description: "it gives no token and answered \(answer.status)") }
    let token = try StrangersJSON.decode(Token.self, from: answer.body)
    kept.withLock { $0 = (token.access, now.adding(seconds: max(0, min(token.seconds, 86_400) - Self.reserveSeconds))) }
    return token.access
  }

  private func read<Answer: Decodable>(_ answer: HTTPAnswer) throws -> Answer {
    if (200..<300).contains(answer.status) { return try StrangersJSON.decode(Answer.self, from: answer.body) }
    let problem = try? StrangersJSON.decode(Problem.self, from: answer.body)
    let issue = problem?.details?.first?.issue ?? problem?.name ?? ""
    let said = (problem?.details?.first?.description ?? problem?.message ?? "").prefix(200)
    let words = "it answered \(answer.status): \(issue) \(said)"
    // 409: the same is being done at this moment; 401, 429 and 5xx: later.
    guard (400..<500).contains(answer.status), ![401, 409, 429].contains(answer.status), issue != "ORDER_COMPLETION_IN_PROGRESS" else {
      throw Trouble(description: words)
    }
    throw Refused(status: answer.status, issue: issue, description: words)
  }
}
