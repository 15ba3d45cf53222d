import Synchronization
import Wire

/// What a client made of a topic: a snapshot, and the events after it.
public protocol FollowedView: Sendable {
  init(_ snapshot: LiveClient.Event)
  mutating func apply(_ event: LiveClient.Event)
  func agrees(with reload: Self) -> Bool
}

extension FollowedView {
  func agrees(withReload snapshot: LiveClient.Event) -> Bool { agrees(with: Self(snapshot)) }
}

extension FollowedView where Self: Equatable {
  public func agrees(with reload: Self) -> Bool { self == reload }
}

extension Topic {
  /// A topic that is added does not compile before it has a view, and so is compared with a reload.
  fileprivate var view: any FollowedView.Type {
    switch self {
    case .chat: LogView.self
    case .visitors, .threads: RowsView.self
    case .monitoring: MonitoredView.self
    case .notices: NoticesView.self
    case .wallet: WalletsView.self
    case .agent: DeskView.self
    case .site: SiteView.self
    }
  }

  fileprivate var kind: String { String(description.prefix { $0 != "." }) }
}

/// Somebody who follows topics: "state + events = reload" for each of them, whatever it is.
///
/// It reloads on a line of its own: who asks again on the same line is not told what the answer has.
///
/// A class, because it belongs to one line.
public final class Follower: Sendable {
  public let name: String
  private let talker: Talker
  private let reloading: Talker
  private let state = Mutex(State())

  private struct State {
    var views: [Topic: any FollowedView] = [:]
    var heard: Set<String> = []
  }

  /// - Parameter reloading: another line of the same person.
  public init(_ name: String, _ talker: Talker, reloading: Talker) { (self.name, self.talker, self.reloading) = (name, talker, reloading) }

  public func follow(_ topics: String...) async throws {
    for text in topics {
      guard let topic = Topic(text) else { throw NoSuchTopic(topic: text) }
      let snapshot = try await talker.subscribe(text)
      guard snapshot.name != "Refused" else { throw NoSuchTopic(topic: text) }
      state.withLock { $0.views[topic] = topic.view.init(snapshot) }
    }
  }

  public struct NoSuchTopic: Error { let topic: String }

  /// The kinds of events that came, as `chat.MessageSent`.
  public var heard: Set<String> {
    takeIn()
    return state.withLock { $0.heard }
  }

  /// From here on only what comes now was heard.
  public func listenAnew() {
    takeIn()
    state.withLock { $0.heard = [] }
  }

  /// Waits for a kind of event.
  public func hears(_ kind: String, withinSeconds seconds: Int = 10) async throws -> Bool {
    for _ in 0..<seconds * 50 {
      if heard.contains(kind) { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }

  /// The topics that show something else than a reload, once what is gathered for a moment was told.
  public func differences(withinSeconds seconds: Int = 4) async throws -> [String] {
    var different = state.withLock { Array($0.views.keys) }
    var told: [String] = []
    for _ in 0..<seconds * 25 {
      for line in [talker.line, reloading.line] { try line.send(["do": "pong"]) }
      told = []
      for topic in different {
        guard let difference = try await difference(on: topic) else {
          different.removeAll { $0 == topic }
          continue
        }
        told.append(difference)
      }
      if different.isEmpty { return [] }
      try await Task.sleep(for: .milliseconds(40))
    }
    return told
  }

  private func difference(on topic: Topic) async throws -> String? {
    let reload = try await reloading.subscribe(topic.description)
    _ = reloading.line.takeAll()
    takeIn()
    let held = state.withLock { $0.views[topic] }
    return held?.agrees(withReload: reload) == true ? nil : "\(name): \(topic) shows \(held.map { "\($0)" } ?? "") and not \(reload)"
  }

  private func takeIn() {
    state.withLock { state in
      for event in talker.line.takeAll() {
        guard let topic = event["topic"]?.string.flatMap({ Topic($0) }) else { continue }
        state.heard.insert("\(topic.kind).\(event.name)")
        state.views[topic]?.apply(event)
      }
    }
  }
}
