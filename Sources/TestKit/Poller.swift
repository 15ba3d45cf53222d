import Base
import Foundation
import Sites
import Synchronization

/// Somebody without a WebSocket: each question is a request of its own, and only what docs/protocol.md tells to keep is kept.
public final class Poller: Sendable {
  public struct Answer: Sendable {
    public let status: Int
    public let frames: [JSON]
    public let close: Int?
    public let headers: [String: String]

    public func named(_ event: String) -> [JSON] { frames.filter { $0["event"]?.string == event } }
    public subscript(id: String) -> JSON? { frames.first { $0["id"]?.string == id } }
    /// The texts of messages, those of a subscription's answer included, in order.
    public var texts: [String] {
      frames.flatMap { $0["entries"]?.array ?? [$0] }.compactMap { $0["body"]?["text"]?.string }
    }
  }

  private struct Held {
    var seen: [String: JSON] = [:]
    var heads: [String: Int] = [:]
  }

  public let hello: JSON
  private let headers: [String: String]
  private let port: Mutex<Int>
  private let held = Mutex(Held())

  public init(port: Int, hello: JSON, headers: [String: String]) {
    self.port = Mutex(port)
    self.hello = hello
    self.headers = headers
  }

  /// From here on another node is asked.
  public func move(to port: Int) { self.port.withLock { $0 = port } }

  /// Asks with the subscriptions and the commands, and keeps numbers and tags for the next time.
  public func poll(_ topics: [String] = [], _ commands: [JSON] = [], wait: Int = 0) async throws -> Answer {
    let (seen, subscriptions) = held.withLock { held in
      (
        held.seen,
        topics.map {
          JSON.object(["do": "subscribe", "id": .string("s.\($0)"), "topic": .string($0), "since": .number(Double(held.heads[$0] ?? 0))])
        }
      )
    }
    let answer = try await ask(["frames": .array([hello] + subscriptions + commands), "seen": .object(seen), "wait": .number(Double(wait))])
    held.withLock { held in
      for (topic, tag) in answer.1 { held.seen[topic] = tag }
      for frame in answer.0.frames {
        guard let topic = frame["topic"]?.string, let n = frame["head"]?.int ?? frame["n"]?.int,
          frame["client"] == nil || frame["body"] != nil
        else { continue }
        held.heads[topic] = max(held.heads[topic] ?? 0, n)
      }
    }
    return answer.0
  }

  /// Any body.
  public func ask(_ body: JSON) async throws -> (Answer, seen: [String: JSON]) {
    try await ask(Data(body.text.utf8))
  }

  public func ask(_ body: Data) async throws -> (Answer, seen: [String: JSON]) {
    let answer = try await WebAnswer.of(
      "POST", "/api/v1/live", port: port.withLock { $0 }, headers.merging(["Content-Type": "text/plain"]) { $1 }, body: body)
    var seen: [String: JSON] = [:]
    if case .object(let tags)? = answer.json?["seen"] { seen = tags }
    return (
      Answer(
        status: answer.status, frames: answer.json?["frames"]?.array ?? [], close: answer.json?["close"]?.int, headers: answer.headers),
      seen
    )
  }
}

extension House {
  /// A browser with the widget open, behind a proxy that lets no WebSocket through.
  public func poller(of site: Site, key: Secret = Secret(), origin: String = siteOrigin) -> Poller {
    Poller(
      port: port, hello: ["do": "hello", "protocol": 1, "site": .string(site.key), "key": .string(key.text), "language": "en"],
      headers: ["Origin": origin])
  }

  /// A console behind such a proxy.
  public func poller(of person: Person, origin: String = origin) -> Poller {
    Poller(port: port, hello: ["do": "hello", "protocol": 1], headers: ["Origin": origin, "Cookie": person.cookie])
  }

  /// A program behind such a proxy.
  public func poller(with token: String) -> Poller {
    Poller(port: port, hello: ["do": "hello", "protocol": 1], headers: ["Authorization": "Bearer \(token)"])
  }
}
