import Base
import FoundationEssentials
import Outside
import Store
import Web

/// The gateway: Twilio, or whatever speaks as it does.
///
/// It knows no key by which it would tell a repetition, so a text whose answer was lost on the way may come twice.
struct TextGateway: Sendable {
  typealias Ask = @Sendable (HTTPQuestion) async throws -> HTTPAnswer

  /// Its number for "this telephone has said STOP".
  static let stopped: Int64 = 21610

  enum Verdict: Hashable, Sendable {
    case taken(sid: String)
    case refused(code: Int64?)
  }

  let account: TextingSettings.Account
  private let ask: Ask

  init(_ account: TextingSettings.Account, ask: @escaping Ask) {
    self.account = account
    self.ask = ask
  }

  /// - Parameter callback: where it tells what became of the text.
  func send(_ text: String, to phone: PhoneNumber, from ours: String, callback: String) async throws -> Verdict {
    let fields = [("To", phone.text), ("From", ours), ("Body", text), ("StatusCallback", callback)]
    let body = fields.map { "\($0.0)=\(FormCoding.encode($0.1))" }.joined(separator: "&")
    let sign = Data("\(account.name):\(account.secret)".utf8).base64EncodedString()
    return try verdict(
      of: try await ask(
        HTTPQuestion(
          "POST", "\(account.address)/2010-04-01/Accounts/\(FormCoding.encode(account.name))/Messages.json",
          headers: [
            ("Authorization", "Basic \(sign)"), ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
          ], body: Array(body.utf8), reach: .anywhere)))
  }

  private struct Taken: Decodable { let sid: String }
  private struct Problem: Decodable { let code: Int64? }

  private struct Trouble: Error, CustomStringConvertible {
    let description: String
  }

  /// What it says in words may name the telephone, so only its numbers are kept.
  private func verdict(of answer: HTTPAnswer) throws -> Verdict {
    let code = (try? StrangersJSON.decode(Problem.self, from: answer.body))?.code
    switch answer.status {
    case 200..<300: return .taken(sid: try StrangersJSON.decode(Taken.self, from: answer.body).sid)
    case 400: return .refused(code: code)
    case 429, 503:
      let seconds = answer.header("Retry-After").flatMap { Int64($0) } ?? 30
      throw JobFailure.later(seconds: min(max(1, seconds), 3600), reason: "the gateway answered \(answer.status)")
    // What is wrong with us is put right by the owner, and tried again.
    default: throw Trouble(description: "the gateway answered \(answer.status)\(code.map { ", \($0)" } ?? "")")
    }
  }
}
