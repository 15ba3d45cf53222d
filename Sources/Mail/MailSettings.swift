import Outside

/// What an owner decides about mail.
public struct MailSettings: Sendable {
  public enum Way: Sendable, Equatable {
    case off
    case server(SMTPServer)
    /// Letters are written there as `.eml` files, and nothing is sent.
    case folder(String)
  }

  public struct Sender: Sendable, Equatable {
    public let name: String?
    public let address: MailAddress

    public init(name: String?, address: MailAddress) {
      self.name = name.flatMap { HeaderText.line($0, limit: HeaderText.nameLimit) }
      self.address = address
    }

    /// Reads `Harbour Essays <hello@harbour.example>` or the address alone.
    public init?(_ text: String) {
      guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
        guard let address = MailAddress(text) else { return nil }
        self.init(name: nil, address: address)
        return
      }
      guard let address = MailAddress(String(text[text.index(after: open)...].dropLast())) else { return nil }
      let name = text[..<open].filter { $0 != "\"" }
      self.init(name: String(name), address: address)
    }
  }

  public var way: Way
  public var from: Sender

  public init(way: Way, from: Sender) {
    self.way = way
    self.from = from
  }
}
