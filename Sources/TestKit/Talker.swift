import Base
import NIOCore
import Synchronization

/// Somebody at the other end of a line who said hello, and asks one thing after the other.
public final class Talker: Sendable {
  public let line: LiveClient
  /// A visitor's one conversation, or an account's desk.
  public let topic: String
  public let id: String
  /// A visitor's key, with which they come back.
  public let key: Secret?
  private let asked = Mutex(0)

  init(line: LiveClient, topic: String, id: String, key: Secret?) {
    self.line = line
    self.topic = topic
    self.id = id
    self.key = key
  }

  /// Sends a command and waits for its answer, whatever that is.
  @discardableResult
  public func ask(_ command: String, _ fields: [String: JSON] = [:], on topic: String? = nil) async throws -> LiveClient.Event {
    let id = asked.withLock { asked in
      asked += 1
      return "c\(asked)"
    }
    var frame: [String: JSON] = fields
    frame["do"] = .string(command)
    frame["id"] = .string(id)
    frame["topic"] = .string(topic ?? self.topic)
    try line.send(.object(frame))
    return try await line.answer(id)
  }

  public func say(_ text: String, client: String = Secret().text, on topic: String? = nil) async throws -> LiveClient.Event {
    try await ask("send", ["client": .string(client), "text": .string(text)], on: topic)
  }

  public func subscribe(_ topic: String? = nil, since: Int64 = 0) async throws -> LiveClient.Event {
    try await ask("subscribe", ["since": .number(Double(since))], on: topic)
  }

  /// The lead form, filled in.
  public func sendForm(name: String = "Ada Moreau") async throws -> LiveClient.Event {
    try await ask("form", ["name": .string(name), "email": "ada@example.com", "phone": "+33 6 12 34 56 78", "service": "Thesis"])
  }
}

extension LiveClient {
  /// The answer to the command with this id; everything else stays for later.
  func answer(_ id: String) async throws -> Event {
    let answers: Set<String> = ["Done", "Acknowledged", "Refused", "Subscribed", "Snapshot"]
    return try await next(within: .seconds(10)) { answers.contains($0.name) && $0["id"]?.string == id }
  }
}
