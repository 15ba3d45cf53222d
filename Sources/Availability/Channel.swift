import Wire

/// A way in which somebody can be reached.
public enum Channel: String, CaseIterable, Codable, Sendable, Comparable {
  case chat, call, offlineMessage

  /// What somebody takes who never chose: nobody is promised to be called who did not say so.
  public static let unchosen: Set<Channel> = [.chat, .offlineMessage]

  /// Needs somebody who is there.
  public var isLive: Bool { self != .offlineMessage }

  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  public static func < (left: Channel, right: Channel) -> Bool { left.place < right.place }
}

/// The five choices of advisers (C3). The three words of agents (E4) and the two of operators (A34) are an `AgentStatus`, which leaves the
/// channels as they are.
public enum Preset: String, CaseIterable, Sendable {
  case chatOnly, callOnly, chatAndCall, offlineMessageOnly, unavailable

  public var channels: Set<Channel> {
    switch self {
    case .chatOnly: [.chat]
    case .callOnly: [.call]
    case .chatAndCall: [.chat, .call]
    case .offlineMessageOnly: [.offlineMessage]
    case .unavailable: []
    }
  }

  /// Who offers to be reached at once says with it that they are there.
  public var status: AgentStatus? { channels.contains(where: \.isLive) ? .online : nil }

  /// The one that has just these channels.
  public init?(channels: Set<Channel>) {
    guard let preset = Self.allCases.first(where: { $0.channels == channels }) else { return nil }
    self = preset
  }
}
