import Files

/// What a website decides about leaving for other messengers, about files and about cookies (E91b, X7, X10).
public struct SitePolicy: Hashable, Sendable {
  public static let textLimit = 300
  public static let megabytes: ClosedRange<Int64> = 1...10
  /// As many digits as the telephones of the world have, with the country's code.
  public static let numberDigits = 8...15

  /// What is done about addresses, numbers and links to messengers in messages.
  public enum OffPlatform: String, CaseIterable, Sendable {
    /// Nothing; chats can be handed over, which counts as a conversion.
    case allow
    /// Whoever answers is asked before such a message leaves.
    case warn
    /// They are hidden before anybody reads them, and both sides are told.
    case mask
  }

  /// When the visitor's key comes into being, and where it is kept.
  public enum VisitorKey: String, CaseIterable, Sendable {
    /// In a cookie, from the first page on.
    case always
    /// In a cookie, once the button is pressed; before that nothing is asked of the server either.
    case pressed
    /// The same without a cookie: it goes with the tab.
    case none
  }

  public var offPlatform = OffPlatform.allow
  /// Digits with the country's code; empty where chats are handed over to nobody.
  public var whatsAppNumber = ""
  /// With the places that canned replies have.
  public var whatsAppText = ""
  public var fileKinds = Set(FileKind.allCases)
  public var fileMegabytes: Int64 = 10
  /// The domain whose names share the visitor's cookie; empty where each name has its own.
  public var cookieDomain = ""
  public var visitorKey = VisitorKey.always

  public init() {}

  public struct HandOver: Hashable, Sendable, Encodable {
    public let number: String
    public let text: String
  }

  /// Where chats go on; nil where they stay.
  public var handOver: HandOver? {
    offPlatform == .allow && !whatsAppNumber.isEmpty ? HandOver(number: whatsAppNumber, text: whatsAppText) : nil
  }

  /// The same on pages of ours, from where nobody is led to another messenger.
  public var ofOwnPages: SitePolicy {
    var policy = self
    policy.whatsAppNumber = ""
    return policy
  }

  public var fileBytes: Int { Int(fileMegabytes) << 20 }

  /// How the names of files may end, in the order of the kinds.
  public var fileEndings: [String] { FileKind.allCases.filter(fileKinds.contains).flatMap(\.endings) }

  /// Whether files are taken as everywhere.
  public var takesAllFiles: Bool { fileKinds.count == FileKind.allCases.count && fileMegabytes == Self.megabytes.upperBound }
}
