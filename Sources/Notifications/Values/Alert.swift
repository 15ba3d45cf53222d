import Base
import Store

/// What calls somebody who has a conversation or the console open and looks elsewhere.
public enum AlertEvent: String, CaseIterable, Hashable, Sendable {
  /// An answer came.
  case message
  /// The other side has been silent for longer than it should.
  case late
  /// The credit is not enough for another question.
  case creditLow
  /// A visitor of a website opened a chat: for those who answer there.
  case visitor

  var isForTeam: Bool { self == .visitor }
}

/// How it calls: by a tone, and by the title and icon of the tab with a mark in the page.
public struct AlertWish: Hashable, Sendable {
  public var sound: Bool
  public var light: Bool

  public init(sound: Bool, light: Bool) {
    self.sound = sound
    self.light = light
  }

  static func standard(_ event: AlertEvent) -> AlertWish { AlertWish(sound: event == .message || event == .visitor, light: true) }
}

public struct AlertWishes: Hashable, Sendable {
  public static let standard = AlertWishes()

  private var said: [AlertEvent: AlertWish] = [:]

  public subscript(event: AlertEvent) -> AlertWish {
    get { said[event] ?? .standard(event) }
    set { said[event] = newValue }
  }

  /// As the page's script reads it: `message.sound message.light`.
  public var text: String {
    AlertEvent.allCases.flatMap { event in
      (self[event].sound ? ["\(event.rawValue).sound"] : []) + (self[event].light ? ["\(event.rawValue).light"] : [])
    }.joined(separator: " ")
  }
}

extension Session {
  public func alertWishes(of account: AccountID) throws -> AlertWishes {
    var wishes = AlertWishes()
    for row in try rows("SELECT event, sound, light FROM alert_wishes WHERE account_id = $1", account) {
      guard let event = AlertEvent(rawValue: row[0]) else { continue }
      wishes[event] = AlertWish(sound: row[1], light: row[2])
    }
    return wishes
  }

  func save(_ wishes: AlertWishes, of account: AccountID) throws {
    for event in AlertEvent.allCases {
      try run(
        """
        INSERT INTO alert_wishes (account_id, event, sound, light)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, event) DO UPDATE SET sound = excluded.sound, light = excluded.light
        """, account, event.rawValue, wishes[event].sound, wishes[event].light)
    }
  }
}
