import Base
import Wire

/// What a poll brings: the frames of a line, and the tags of the states that its client holds.
struct PollBody: Decodable {
  let frames: [ClientFrame]
  let seen: [String: String]?
  /// How many seconds to wait for news once everything is answered.
  let wait: Int64?

  /// Who asks, as far as the hello says: a browser's visitor. Nil for an account, whom the request itself names.
  var visitor: VisitorHello? {
    guard case .success(.hello(.visitor(let hello)))? = frames.first?.command else { return nil }
    return hello
  }

  /// The commands that are answered by their ids.
  var asked: Set<String> { Set(frames.dropFirst().filter(\.isAnswered).compactMap(\.id)) }

  func check() throws(Refusal) {
    guard let hello = frames.first, frames.count <= WireLimits.pollFrameLimit, seen?.count ?? 0 <= WireLimits.pollFrameLimit,
      wait.map({ (0...WireLimits.pollWaitSeconds).contains($0) }) != false
    else { throw Refusal(.notUnderstood) }
    switch hello.command {
    case .success(.hello): break
    case .success: throw Refusal(.notUnderstood)
    case .failure(let refusal): throw refusal
    }
  }
}
