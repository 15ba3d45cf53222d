/// What an owner decides about text messages.
public struct TextingSettings: Sendable {
  public struct Account: Sendable, Equatable {
    public static let address = "https://api.twilio.com"

    let address: String
    let name: String
    let secret: String

    /// - Parameters:
    ///   - address: where the gateway is asked.
    ///   - name: its `AccountSid`.
    ///   - secret: its `AuthToken`, which also signs what it tells us.
    public init(address: String = Self.address, name: String, secret: String) {
      self.address = address
      self.name = name
      self.secret = secret
    }
  }

  public enum Way: Sendable, Equatable {
    case off
    case gateway(Account)
    /// Texts are written there, and nothing is sent.
    case folder(String)
  }

  public var way: Way
  /// Our own, in the order in which conversations take them. Not empty unless it is off.
  public var numbers: [PhoneNumber]

  public init(way: Way, numbers: [PhoneNumber]) {
    precondition(way == .off || !numbers.isEmpty, "A text leaves from a number")
    self.way = way
    self.numbers = numbers
  }
}
